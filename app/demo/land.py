"""The story's fields: proposed, visited, approved; and their diary."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from app.demo import division, dossiers, fields
from foundation import clock
from growing_areas import diary, registration
from growing_areas.diary import Work
from growing_areas.dossiers import approval, inspection
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea
from growing_areas.proposals import Household, Proposal

PROPOSED_DAYS_AGO = 300
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Thạch")
_MIDDLE = ("Văn", "Thị", "Minh", "Hữu", "Ngọc", "Quang", "Thanh", "Kim")
_GIVEN = ("An", "Bình", "Chín", "Dũng", "Hương", "Khải", "Lài", "Mười", "Nga", "Phúc", "Sáu", "Tư")

# (days before harvest, activity, product, active ingredient, pre-harvest days, dose, notes)
Line = tuple[int, str, str | None, str | None, int | None, str | None, str | None]
PLANS: dict[str, tuple[Line, ...]] = {
    "rice": (
        (
            98,
            "planting",
            "Giống lúa thuần",
            None,
            None,
            "90 kg/ha",
            "Sạ hàng, cùng ngày cả cánh đồng",
        ),
        (95, "irrigation", None, None, None, None, "Giữ nước mặt ruộng 3 cm"),
        (
            84,
            "fertilising",
            "Phân hữu cơ vi sinh",
            None,
            None,
            "800 kg/ha",
            "Bón lót và thúc đợt 1",
        ),
        (62, "weeding", None, None, None, None, "Làm cỏ tay"),
        (55, "fertilising", "NPK 16-16-8", None, None, "150 kg/ha", "Thúc đợt 2"),
        (40, "spraying", "Validacin 5SL", "Validamycin", 14, "1,2 l/ha", "Phòng khô vằn"),
    ),
    "peanut": (
        (95, "planting", "Lạc sẻ địa phương", None, None, "180 kg/ha", None),
        (80, "fertilising", "Phân chuồng hoai", None, None, "5 tấn/ha", None),
        (58, "weeding", None, None, None, None, "Xới, vun gốc"),
        (30, "irrigation", None, None, None, None, "Tưới rãnh"),
    ),
    "vegetables": (
        (46, "planting", "Cây giống khay", None, None, None, None),
        (36, "fertilising", "Phân trùn quế", None, None, "3 tấn/ha", None),
        (28, "irrigation", None, None, None, None, "Tưới phun sáng sớm"),
        (18, "spraying", "Chế phẩm Bt", "Bacillus thuringiensis", 3, "0,5 kg/ha", "Sâu tơ"),
    ),
    "orchard": (
        (170, "pruning", None, None, None, None, "Tỉa cành sau vụ"),
        (140, "fertilising", "Phân hữu cơ ủ hoai", None, None, "12 kg/gốc", None),
        (90, "irrigation", None, None, None, None, "Tưới gốc, tủ rơm"),
        (60, "spraying", "Dầu khoáng", "Petroleum spray oil", 7, "1 %", "Rệp sáp"),
        (30, "weeding", None, None, None, None, "Cắt cỏ, không dùng thuốc cỏ"),
    ),
    "tea": (
        (60, "pruning", None, None, None, None, "Đốn phớt"),
        (45, "fertilising", "Phân hữu cơ khoáng", None, None, "700 kg/ha", None),
        (24, "spraying", "Chế phẩm Neem", "Azadirachtin", 5, "1 l/ha", "Rầy xanh"),
        (12, "weeding", None, None, None, None, "Làm cỏ giữa luống"),
    ),
    "forest": (
        (200, "weeding", None, None, None, None, "Dọn lá mục, giữ tán rừng"),
        (120, "fertilising", "Mùn núi ủ", None, None, None, "Bón quanh luống"),
        (40, "inspection", None, None, None, None, "Kiểm đếm cây, không dùng thuốc"),
    ),
    "aquaculture": (
        (150, "planting", "Bãi triều tự nhiên", None, None, None, "Lấy nước, để rươi vào bãi"),
        (90, "feeding", "Phân hữu cơ hoai", None, None, "2 tấn/ha", "Nuôi phù du làm thức ăn"),
        (30, "irrigation", None, None, None, None, "Thay nước theo con nước"),
    ),
}


def tell(
    session: Session,
    admin: Actor,
    manager: Actor,
    organisation: Organisation,
    part: dict[str, Any],
    *,
    now: datetime,
) -> list[GrowingArea]:
    """Every area of an organisation, as far along its way as the story says."""
    areas = []
    for place, entry in enumerate(part["areas"]):
        area = _area(session, admin, manager, organisation, part, place, now)
        areas.append(area)
        if "plan" in entry:
            _diary(session, manager, area, entry["plan"], _harvests(part, place), now)
        if entry.get("divided"):
            division.tell(session, manager, area, now=now)
        if entry.get("stop") == "suspended":
            approval.suspend(
                session, admin, area.id, "Chưa cập nhật nhật ký vụ này", now=now - timedelta(days=5)
            )
    return areas


def _area(
    session: Session,
    admin: Actor,
    manager: Actor,
    organisation: Organisation,
    part: dict[str, Any],
    place: int,
    now: datetime,
) -> GrowingArea:
    entry = part["areas"][place]
    proposed_at = now - timedelta(days=entry.get("proposed", PROPOSED_DAYS_AGO) - place)
    centre = fields.beside(tuple(part["centre"]), place, entry["ha"])
    proposal = Proposal(
        name=entry["name"],
        crop=entry["crop"],
        commune_code=part["commune"],
        geometry=fields.polygon(centre, entry["ha"], f"{part['key']}{place}"),
        households=_households(part["key"], place, entry),
        origin="drawn",
    )
    made = registration.propose(session, manager, organisation.code, proposal, now=proposed_at)
    area = made.area
    if dossiers.stop_early(session, admin, manager, area, entry.get("stop"), now=now):
        return area
    registration.submit(session, manager, area.id, now=proposed_at + timedelta(days=2))
    visited_at = proposed_at + timedelta(days=9)
    visit = Visit(
        passed=True,
        inspected_on=clock.business_day(visited_at),
        notes="Ranh giới đúng thực địa, có sổ nhật ký.",
    )
    inspection.record(session, admin, area.id, visit, now=visited_at)
    approval.approve(session, admin, area.id, now=proposed_at + timedelta(days=14))
    dossiers.go_on(session, admin, manager, area, entry, now=now)
    return area


def _households(key: str, place: int, entry: dict[str, Any]) -> tuple[Household, ...]:
    count = entry["households"]
    start = sum(map(ord, key)) + place * 7
    share = (Decimal(str(entry["ha"])) / count).quantize(Decimal("0.001"))
    return tuple(
        Household(
            name=" ".join(
                (
                    _FAMILY[(start + n) % len(_FAMILY)],
                    _MIDDLE[(start + 3 * n) % len(_MIDDLE)],
                    _GIVEN[(start + 5 * n) % len(_GIVEN)],
                )
            ),
            area_ha=share,
        )
        for n in range(count)
    )


def _harvests(part: dict[str, Any], place: int) -> list[int]:
    """Days ago on which batches of the story were cut from this area."""
    return sorted(
        {batch["harvested"] for batch in part.get("batches", ()) if place in batch["areas"]},
        reverse=True,
    )


def _diary(
    session: Session,
    manager: Actor,
    area: GrowingArea,
    plan: str,
    harvests: list[int],
    now: datetime,
) -> None:
    if not harvests:
        harvests = [60]
    lines: list[tuple[int, Work]] = []
    for before, activity, product, ingredient, interval, dose, notes in PLANS[plan]:
        days_ago = harvests[0] + before
        done_on = clock.business_day(now - timedelta(days=days_ago))
        work = Work(activity, done_on, product, ingredient, interval, dose, notes=notes)
        lines.append((days_ago, work))
    for days_ago in harvests:
        done_on = clock.business_day(now - timedelta(days=days_ago))
        lines.append((days_ago, Work("harvest", done_on, notes="Thu hoạch đúng độ chín")))
    for days_ago, work in sorted(lines, key=lambda line: -line[0]):
        written_at = now - timedelta(days=days_ago) + timedelta(hours=3)
        diary.record(session, manager, area.id, work, now=min(written_at, now))
