"""Application: the whole dossier on paper, as the cooperative hands it in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.documents.blocks import (
    Block,
    Facts,
    Grid,
    Letterhead,
    NewPage,
    Paper,
    Signature,
    Space,
    Text,
    Title,
)
from foundation.i18n import number, vn_date, word
from growing_areas import areas, labels
from growing_areas.dossiers import inspection, lifecycle, pieces
from growing_areas.models import GrowingArea
from growing_areas.papers import particulars
from growing_areas.papers.particulars import Particulars
from growing_areas.parcels import households
from growing_areas.parcels.models import PlotHousehold


def application(session: Session, actor: Actor, area_id: int, *, now: datetime) -> Paper:
    """The application form with every piece of a dossier, as of now.

    The household list is on it only for those who may read households; an outsider's look is
    audited. Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    on = clock.business_day(now)
    with particulars.in_vietnamese():
        told = particulars.read(session, area, on=on)
        drawn = told.extract
        missing = pieces.missing_pieces(session, area, now=now)
        blocks = [
            *_form(told, on),
            *_missing([word(finding.code, finding.params) for finding in missing]),
            *_history(session, area),
            Signature([], "Đại diện tổ chức đăng ký", told.organisation.representative or ""),
            NewPage(),
            Text("PHỤ LỤC 1. BẢN ĐỒ VÀ TỌA ĐỘ", style="center"),
            drawn.picture,
            drawn.corners,
        ]
        if may_see_households(actor, area):
            blocks += _households(households.read(session, actor, area_id, now=now))
    return Paper(
        title=f"Đơn đăng ký mã số vùng trồng: {area.name}",
        author=told.organisation.name,
        foot=f"Hồ sơ số {area.id} · bản vẽ số {area.version.number} · in ngày {vn_date(on)}",
        blocks=blocks,
    )


def may_see_households(actor: Actor, area: GrowingArea) -> bool:
    """Whether the household list is for this reader: its own members and who inspects."""
    return any(permissions.may(actor, action, area) for action in ("area.propose", "area.inspect"))


def _form(told: Particulars, on: date) -> list[Block]:
    area, owner = told.area, told.organisation
    kilos = area.expected_yield_kg
    return [
        Letterhead(owner.name, "", "", f"{told.place.split(',')[0]}, {particulars.long_day(on)}"),
        Title("Đơn đăng ký cấp mã số vùng trồng"),
        Text(
            f"{owner.name} đăng ký cấp mã số cho vùng trồng dưới đây và cam kết các thông tin kê "
            "khai là đúng sự thật."
        ),
        Facts(
            [
                *particulars.facts_of(told),
                ("Người đại diện", owner.representative),
                ("Sản lượng dự kiến", f"{number(kilos)}\u00a0kg" if kilos is not None else None),
                ("Chu vi", f"{number(round(area.version.perimeter_m), 0)}\u00a0m"),
                ("Mã số", area.code),
                ("Trạng thái hồ sơ", labels.status(area.status)),
            ]
        ),
    ]


def _missing(sentences: list[str]) -> list[Block]:
    if not sentences:
        return []
    head = Text("Hồ sơ còn thiếu", style="heading")
    return [head, *(Text(f"– {sentence}", style="plain") for sentence in sentences)]


def _history(session: Session, area: GrowingArea) -> list[Block]:
    visits = [
        (vn_date(visit.inspected_on), "Đạt" if visit.passed else "Không đạt", visit.notes)
        for visit in inspection.list_visits(session, area.id)
    ]
    events = [
        (vn_date(event.happened_at), labels.step(event.action), event.reason)
        for event in lifecycle.list_events(session, area.id)
    ]
    found: list[Block] = []
    if visits:
        found.append(Text("Kiểm tra thực địa", style="heading"))
        found.append(Grid(("Ngày", "Kết quả", "Ghi chú"), visits, (2, 2, 8)))
    if events:
        found.append(Text("Quá trình xử lý", style="heading"))
        found.append(Grid(("Ngày", "Việc", "Lý do"), events, (2, 4, 6)))
    return [*found, Space(2)]


def _households(rows: list[PlotHousehold]) -> list[Block]:
    if not rows:
        return []
    cells = [
        (
            str(at),
            row.name,
            number(row.area_ha, 4) if row.area_ha is not None else "",
            vn_date(row.agreed_on),
            "",
        )
        for at, row in enumerate(rows, start=1)
    ]
    head = ("TT", "Họ tên chủ hộ", "Diện tích (ha)", "Ngày đồng ý", "Ký tên")
    return [
        NewPage(),
        Text("PHỤ LỤC 2. DANH SÁCH HỘ THAM GIA", style="center"),
        Text("Dữ liệu cá nhân, chỉ dùng để xét hồ sơ; không công khai, không sao gửi.",
             style="small"),
        Grid(head, cells, (1, 5, 2.2, 2.4, 3), frozenset({0, 2})),
    ]  # fmt: skip
