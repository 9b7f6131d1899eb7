"""Tables: certificates and laboratory results as rows to take away, one row a reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.i18n import N_, _
from foundation.tables import Cell, Column
from traceability.certifying import choosing, listing
from traceability.certifying.models import GoodsCertificate, LaboratoryResult

_AT_ONCE = 500
_CERTIFICATES = (
    Column("about", N_("Sản phẩm, lô")),
    Column("standard", N_("Tiêu chuẩn")),
    Column("number", N_("Số giấy")),
    Column("issuer", N_("Nơi cấp")),
    Column("scope", N_("Phạm vi")),
    Column("valid_from", N_("Có hiệu lực từ"), "date"),
    Column("valid_to", N_("Có hiệu lực đến"), "date"),
    Column("state", N_("Trạng thái")),
)
_RESULTS = (
    Column("about", N_("Sản phẩm, lô, vùng")),
    Column("number", N_("Số phiếu")),
    Column("laboratory", N_("Phòng kiểm nghiệm")),
    Column("accreditation", N_("Số công nhận")),
    Column("sampled_on", N_("Ngày lấy mẫu"), "date"),
    Column("outcome", N_("Kết luận")),
    Column("parameter", N_("Chỉ tiêu")),
    Column("value", N_("Kết quả")),
    Column("limit", N_("Giới hạn")),
    Column("source", N_("Căn cứ")),
    Column("reading", N_("Đánh giá")),
)


def of(
    kind: str, session: Session, actor: Actor, on: date
) -> tuple[list[Column], Iterator[tuple[Cell, ...]]]:
    """The columns and every row of ``certificates`` or ``laboratory``. Raises: Forbidden."""
    if kind == "certificates":
        statement = listing.certificates_of(actor).order_by(GoodsCertificate.id)
        rows = session.scalars(statement.execution_options(yield_per=_AT_ONCE))
        return _told(_CERTIFICATES), (_certificate(row, on) for row in rows)
    found = listing.results_of(actor).order_by(LaboratoryResult.id)
    results = session.scalars(found.execution_options(yield_per=_AT_ONCE))
    return _told(_RESULTS), (row for each in results for row in _readings(each))


def _told(columns: tuple[Column, ...]) -> list[Column]:
    return [Column(each.code, _(each.label), each.kind) for each in columns]


def _certificate(row: GoodsCertificate, on: date) -> tuple[Cell, ...]:
    return (
        choosing.about(row),
        choosing.standard(row.standard),
        row.number,
        row.issuer,
        row.scope,
        row.valid_from,
        row.valid_to,
        choosing.state(row, on)[0],
    )


def _readings(row: LaboratoryResult) -> Iterator[tuple[Cell, ...]]:
    for each in row.readings:
        yield (
            choosing.about(row),
            row.number,
            row.laboratory,
            row.accreditation,
            row.sampled_on,
            choosing.outcome(row.outcome)[0],
            choosing.parameter_name(each.parameter),
            choosing.measured(each),
            choosing.allowed(each),
            each.limit_source or "",
            choosing.outcome(each.outcome)[0],
        )
