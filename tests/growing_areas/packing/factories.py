"""Makers of packing houses for tests."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from growing_areas.packing import approval, inspection, registration, rules
from growing_areas.packing.approval import HouseDecision
from growing_areas.packing.inspection import HouseVisit
from growing_areas.packing.models import PackingHouse
from growing_areas.packing.proposals import Certified, HouseProposal
from tests.growing_areas import factories

SEEN_ON = date(2026, 11, 20)


def make_proposal(**changes: Any) -> HouseProposal:
    """A house in Thanh Thủy that packs pomelo for China."""
    row: dict[str, Any] = {
        "name": "Cơ sở đóng gói bưởi Đoan Hạ",
        "commune_code": factories.COMMUNE,
        "address": "Khu 3, xã Thanh Thủy",
        "lon": 105.28137,
        "lat": 21.12049,
        "crops": ("pomelo",),
        "markets": ("VN", "CN"),
        "capacity_kg": Decimal("20000"),
        "equipment": "Dây chuyền rửa, phân loại, hai kho lạnh",
        "standards": (Certified("haccp", "HC-01", "Quacert", date(2027, 5, 1)),),
    }
    return HouseProposal(**{**row, **changes})


def make_house(
    session: Session, now: datetime, organisation: Organisation | None = None, **changes: Any
) -> PackingHouse:
    """A draft."""
    organisation = organisation or factories.make_organisation(session, now)
    proposal = make_proposal(**changes)
    return registration.propose(session, SYSTEM, organisation.code, proposal, now=now).house


def all_met(on: date = SEEN_ON) -> dict[str, str]:
    """Every point of a day's checklist met."""
    return {point.key: "met" for point in rules.checklist(on)}


def make_inspected_house(
    session: Session, now: datetime, organisation: Organisation | None = None, **changes: Any
) -> PackingHouse:
    """A house that passed its visit."""
    house = make_house(session, now, organisation, **changes)
    registration.submit(session, SYSTEM, house.id, now=now)
    visit = HouseVisit(True, SEEN_ON, all_met())
    return inspection.record(session, SYSTEM, house.id, visit, now=now)


def make_approved_house(
    session: Session,
    now: datetime,
    organisation: Organisation | None = None,
    valid_until: date | None = date(2028, 11, 20),
    **changes: Any,
) -> PackingHouse:
    """A house in force, with its code."""
    house = make_inspected_house(session, now, organisation, **changes)
    decision = HouseDecision(valid_until=valid_until)
    return approval.approve(session, SYSTEM, house.id, decision, now=now)
