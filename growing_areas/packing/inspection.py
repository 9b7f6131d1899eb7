"""Inspection of a packing house: every point of the day's checklist, and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid
from growing_areas.packing import houses, lifecycle, rules
from growing_areas.packing.models import PackingHouse, PackingInspection

ANSWERS = ("met", "not_met", "not_applicable")


@dataclass(frozen=True)
class HouseVisit:
    """What was found on a visit; ``answers``: key of a point → one of `ANSWERS`."""

    passed: bool
    inspected_on: date
    answers: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""


def record(
    session: Session, actor: Actor, house_id: int, visit: HouseVisit, *, now: datetime
) -> PackingHouse:
    """Write down a visit; a passed one makes the house ready for approval, a failed one does not.

    Raises: NotFound, Forbidden; Invalid for a day yet to come, a point not answered, a pass with
    an essential point not met, a failure without notes; Conflict("packing.wrong_status").
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.inspect", house)
    lifecycle.check(house, "inspect")
    _check_visit(visit, clock.business_day(now))
    session.add(
        PackingInspection(
            house_id=house.id,
            passed=visit.passed,
            inspected_on=visit.inspected_on,
            answers=dict(visit.answers),
            notes=visit.notes,
            person_id=actor.person_id,
            recorded_at=now,
        )
    )
    unmet = sorted(key for key, answer in visit.answers.items() if answer == "not_met")
    facts = {"passed": visit.passed, "inspected_on": visit.inspected_on, "unmet": unmet}
    if visit.passed:
        lifecycle.take(session, actor, house, "inspect", now=now, facts=facts)
    else:
        # A house that failed its newest visit waits for another one (or goes back).
        house.status = "submitted"
        lifecycle.record(session, house, "packing.inspected", facts, now=now)
    session.flush()
    return house


def list_visits(session: Session, house_id: int) -> list[PackingInspection]:
    """The visits to a house, newest first."""
    return list(
        session.scalars(
            select(PackingInspection)
            .where(PackingInspection.house_id == house_id)
            .order_by(PackingInspection.id.desc())
        )
    )


def _check_visit(visit: HouseVisit, today: date) -> None:
    found = []
    if visit.inspected_on > today:
        found.append(Finding("inspection.in_future", {"on": visit.inspected_on}, "inspected_on"))
    if not visit.passed and not visit.notes:
        found.append(Finding("inspection.notes_needed", {}, "notes"))
    points = {point.key: point for point in rules.checklist(visit.inspected_on)}
    for key in visit.answers.keys() - points.keys():
        found.append(Finding("packing.unknown_point", {"point": key[:40]}, f"point.{key[:40]}"))
    for key, point in points.items():
        answer, place = visit.answers.get(key), f"point.{key}"
        if answer not in ANSWERS:
            found.append(Finding("packing.point_unanswered", {"point": point.name}, place))
        elif visit.passed and point.is_essential and answer != "met":
            found.append(Finding("packing.essential_not_met", {"point": point.name}, place))
    if found:
        raise Invalid(found)
