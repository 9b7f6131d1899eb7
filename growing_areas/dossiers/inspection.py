"""Inspection: an officer or inspector stood in the field and wrote down the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid
from growing_areas import areas
from growing_areas.dossiers import lifecycle
from growing_areas.models import GrowingArea, GrowingAreaInspection


@dataclass(frozen=True)
class Visit:
    """What was found on a visit."""

    passed: bool
    inspected_on: date
    notes: str = ""


def record(
    session: Session, actor: Actor, area_id: int, visit: Visit, *, now: datetime
) -> GrowingArea:
    """Write down a visit; a passed one makes the area ready for approval, a failed one does not.

    Raises: NotFound, Forbidden; Invalid for a day yet to come or a failure without notes;
    Conflict("area.wrong_status").
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.inspect", area)
    lifecycle.check(area, "inspect")
    _check_visit(visit, clock.business_day(now))
    session.add(
        GrowingAreaInspection(
            area_id=area.id,
            version_id=area.version_id,
            passed=visit.passed,
            inspected_on=visit.inspected_on,
            notes=visit.notes,
            person_id=actor.person_id,
            recorded_at=now,
        )
    )
    facts = {"passed": visit.passed, "inspected_on": visit.inspected_on}
    if visit.passed:
        lifecycle.take(session, actor, area, "inspect", now=now, facts=facts)
    else:
        # A field that failed its newest visit waits for another one (or goes back).
        area.status = "submitted"
        lifecycle.record(session, area, "area.inspected", facts, now=now)
    session.flush()
    return area


def list_visits(session: Session, area_id: int) -> list[GrowingAreaInspection]:
    """The visits to an area, newest first."""
    return list(
        session.scalars(
            select(GrowingAreaInspection)
            .where(GrowingAreaInspection.area_id == area_id)
            .order_by(GrowingAreaInspection.id.desc())
        )
    )


def _check_visit(visit: Visit, today: date) -> None:
    found = []
    if visit.inspected_on > today:
        found.append(Finding("inspection.in_future", {"on": visit.inspected_on}, "inspected_on"))
    if not visit.passed and not visit.notes:
        found.append(Finding("inspection.notes_needed", {}, "notes"))
    if found:
        raise Invalid(found)
