"""The story's packing houses: described, visited point by point, given their code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from growing_areas.models import IN_FORCE, GrowingArea
from growing_areas.packing import approval, deliveries, inspection, registration, rules
from growing_areas.packing.approval import HouseDecision
from growing_areas.packing.codes import OfficialCode
from growing_areas.packing.inspection import HouseVisit
from growing_areas.packing.proposals import HouseProposal

PROPOSED_DAYS_AGO = 200


def tell(
    session: Session,
    admin: Actor,
    manager: Actor,
    organisation: Organisation,
    part: dict[str, Any],
    areas: Sequence[GrowingArea],
    *,
    now: datetime,
) -> None:
    """An organisation's packing house, where the story gives it one."""
    entry = part.get("packing_house")
    if entry is None:
        return
    proposed_at = now - timedelta(days=PROPOSED_DAYS_AGO)
    lon, lat = part["centre"]
    proposal = HouseProposal(
        name=entry["name"],
        commune_code=part["commune"],
        address=entry["address"],
        lon=lon,
        lat=lat,
        crops=entry["crops"],
        markets=entry["markets"],
        capacity_kg=Decimal(entry["capacity_kg"]),
        equipment=entry["equipment"],
    )
    made = registration.propose(session, manager, organisation.code, proposal, now=proposed_at)
    house_id = made.house.id
    registration.submit(session, manager, house_id, now=proposed_at + timedelta(days=1))
    visited_at = proposed_at + timedelta(days=8)
    seen_on = clock.business_day(visited_at)
    answers = {point.key: "met" for point in rules.checklist(seen_on)}
    visit = HouseVisit(True, seen_on, answers, "Đủ điều kiện, sổ nhập xuất rõ ràng.")
    inspection.record(session, admin, house_id, visit, now=visited_at)
    decided_at = proposed_at + timedelta(days=12)
    decision = _decision(entry, decided_at, now)
    approval.approve(session, admin, house_id, decision, now=decided_at)
    codes = [area.code for area in areas if area.code and area.status == IN_FORCE]
    deliveries.declare(session, manager, house_id, codes, now=decided_at)


def _decision(entry: dict[str, Any], decided_at: datetime, now: datetime) -> HouseDecision:
    until = clock.business_day(now) + timedelta(days=entry["days_left"])
    if "official" not in entry:
        return HouseDecision(valid_until=until)
    told = entry["official"]
    official = OfficialCode(
        told["printed"],
        told["decision"],
        told["agency"],
        clock.business_day(decided_at),
        in_normal_form=True,
    )
    return HouseDecision(official, until)
