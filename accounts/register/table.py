"""The register as a table: one set of columns for the export and for the import."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts import names, organisations
from accounts.models import Organisation
from accounts.names import ACTIVITIES
from accounts.organisations import OrganisationQuery
from accounts.permissions import Actor, require
from accounts.register import listing, profiles
from accounts.register.listing import RegisterQuery
from accounts.register.profiles import ProfileAnswers, RegisterRow
from foundation import clock
from foundation.errors import Finding
from foundation.i18n import _, vn_datetime
from foundation.inputs import Day, InputSchema, Integer, Number, Problem, Text
from foundation.tables import Cell, Column
from foundation.vietnamese import fold
from territory import units

_CHUNK = 500

COLUMNS = (
    Column("code", "Mã tổ chức"),
    Column("name", "Tên hợp tác xã"),
    Column("commune_code", "Xã, phường (tên hoặc mã)"),
    Column("tax_code", "Mã số thuế"),
    Column("representative", "Người đại diện"),
    Column("representative_title", "Chức vụ"),
    Column("registration_number", "Số đăng ký"),
    Column("registered_on", "Ngày đăng ký", "date"),
    Column("members", "Số thành viên", "integer"),
    Column("women_members", "Thành viên nữ", "integer"),
    Column("member_households", "Hộ thành viên", "integer"),
    Column("members_summary", "Ghi chú về thành viên"),
    Column("land_ha", "Diện tích đất (ha)", "decimal"),
    Column("capital_vnd", "Vốn điều lệ", "money"),
    Column("products", "Sản phẩm chính"),
    Column("services", "Dịch vụ"),
    Column("certificates", "Chứng nhận"),
    Column("activity", "Tình trạng hoạt động"),
)
EXPORT_COLUMNS = (
    Column("province", "Tỉnh, thành phố"),
    Column("commune", "Xã, phường"),
    *COLUMNS,
    Column("status", "Xác minh (mã)"),
    Column("status_name", "Xác minh"),
    Column("completeness", "Đầy đủ (%)", "integer"),
    Column("confirmed_at", "Xác nhận năm nay", "datetime"),
)
_ANSWERS = tuple(ProfileAnswers.__dataclass_fields__)


class ActivityField(Text):
    """The state of activity, by its code or by its Vietnamese name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        for code, name in ACTIVITIES.items():
            if typed == code or fold(typed) == fold(name):
                return code
        raise Problem("input.not_a_choice", choices=list(ACTIVITIES.values()))


class ProfileForm(InputSchema):
    """What is asked about a cooperative."""

    registration_number = Text(max=40)
    registered_on = Day()
    representative_title = Text(max=80)
    members = Integer(high=10_000_000)
    women_members = Integer(high=10_000_000)
    member_households = Integer(high=10_000_000)
    members_summary = Text(max=2000, multiline=True)
    land_ha = Number(high=1_000_000)
    capital_vnd = Integer(high=10**15)
    products = Text(max=2000, multiline=True)
    services = Text(max=2000, multiline=True)
    certificates = Text(max=2000, multiline=True)
    activity = ActivityField(max=40, load_default="active")


class RegisterLine(ProfileForm):
    """One row of an imported register; with a code it changes that cooperative."""

    code = Text(max=20)
    name = Text(max=200, required=True)
    commune_code = Text(max=100, required=True)
    tax_code = Text(max=20)
    representative = Text(max=200)


def place_of(finding: Finding) -> tuple[int | None, str | None]:
    """Where in the sheet a finding lies: the row's number and the heading of its column."""
    place = (finding.field or "").partition("rows.")[2]
    number, _dot, code = place.partition(".")
    headings = {column.code: column.label for column in COLUMNS}
    return (int(number) if number.isdigit() else None), headings.get(code)


def written_at(now: datetime) -> str:
    """When a file was written, as its notes tell it."""
    return _("Xuất lúc %(at)s", at=vn_datetime(now))


def answers_of(values: dict[str, Any]) -> ProfileAnswers:
    """The profile's part of a form or row."""
    return ProfileAnswers(**{name: values[name] for name in _ANSWERS if name in values})


def export_rows(
    session: Session, actor: Actor, query: RegisterQuery, *, now: datetime
) -> Iterator[Sequence[Cell]]:
    """Every cooperative of the list, whole, in Vietnamese order."""
    require(actor, "cooperative.list")
    statement = listing.selection(actor, query, now=now).order_by(
        Organisation.sort_key, Organisation.id
    )
    for found in session.scalars(statement).partitions(_CHUNK):
        places = units.labels(
            session,
            {row.province_code for row in found} | {row.commune_code for row in found},
            clock.business_day(now),
        )
        for row in profiles.rows_of(session, found, now=now):
            yield _cells(row, places)


def _cells(row: RegisterRow, places: dict[str, str]) -> list[Cell]:
    at = row.organisation
    own: dict[str, Cell] = {
        "province": places.get(at.province_code, at.province_code),
        "commune": places.get(at.commune_code, at.commune_code),
        "code": at.code,
        "name": at.name,
        "commune_code": at.commune_code,
        "tax_code": at.tax_code,
        "representative": at.representative,
        "status": at.status,
        "status_name": names.called(names.STATUSES, at.status),
        "completeness": row.completeness.percent,
        "confirmed_at": row.confirmed_at,
    }
    for name in _ANSWERS:
        own[name] = getattr(row.profile, name) if row.profile is not None else None
    # By its Vietnamese name, which the import reads too.
    own["activity"] = ACTIVITIES.get(str(own["activity"]), own["activity"])
    return [own[column.code] for column in EXPORT_COLUMNS]


def organisation_rows(
    session: Session, actor: Actor, query: OrganisationQuery, *, now: datetime
) -> Iterator[Sequence[Cell]]:
    """Every organisation of a list, whole, in Vietnamese order; no personal numbers."""
    require(actor, "organisation.list")
    statement = organisations.selection(actor, query).order_by(
        Organisation.sort_key, Organisation.id
    )
    for found in session.scalars(statement).partitions(_CHUNK):
        codes = {row.province_code for row in found} | {row.commune_code for row in found}
        labels = units.labels(session, codes, clock.business_day(now))
        for row in found:
            yield (
                labels.get(row.province_code, row.province_code),
                labels.get(row.commune_code, row.commune_code),
                row.code,
                row.name,
                row.kind,
                names.called(names.KINDS, row.kind),
                row.commune_code,
                row.tax_code,
                row.status,
                names.called(names.STATUSES, row.status),
                row.verified_at,
                row.created_at,
            )
