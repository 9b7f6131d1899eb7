"""Inspection: somebody stood in the field, answered the checklist and wrote down the outcome.

Before the code, once a year while it stands, and when an amendment moves the outline. What the
critical items say is computed; the inspector decides and says why when deciding otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid
from growing_areas import areas
from growing_areas.crops import find_crop
from growing_areas.dossiers import (
    amendment_rows,
    checklists,
    deadlines,
    lifecycle,
    terms,
    visit_photos,
)
from growing_areas.dossiers.models import Amendment
from growing_areas.models import GrowingArea, GrowingAreaInspection


@dataclass(frozen=True)
class Visit:
    """What was found on a visit.

    ``kind`` empty: before the code a field inspection, afterwards the yearly monitoring.
    ``answers`` are yes, no or na by item; ``form_key`` makes a form sent twice one visit.
    """

    passed: bool
    inspected_on: date
    notes: str = ""
    kind: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None
    form_key: str | None = None


def record(
    session: Session, actor: Actor, area_id: int, visit: Visit, *, now: datetime
) -> GrowingArea:
    """Write down a visit; a passed one makes the area ready for approval, a failed one does not.

    Raises: NotFound, Forbidden; Invalid for a day yet to come, a failure without notes, a
    decision against the checklist without notes, an unknown item;
    Conflict("area.wrong_status"), Conflict("amendment.none_open").
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.inspect", area)
    if _is_recorded(session, area, visit):
        return area
    kind = visit.kind or ("field" if area.code is None else "monitoring")
    amendment = amendment_rows.find_open(session, area.id) if kind == "amendment" else None
    _check_possible(area, kind, amendment)
    _check_visit(visit, area, kind, clock.business_day(now))
    row = _store(session, actor, area, visit, kind, amendment, now)
    visit_photos.attach(session, actor, area.id, row.id)
    _follow(session, actor, area, row, amendment, now)
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


def items_of(
    area: GrowingArea, kind: str, on: date
) -> tuple[checklists.Checklist, tuple[checklists.Item, ...]]:
    """The checklist of a day and what it asks of an area on a kind of visit."""
    checklist = checklists.in_force(on)
    crop = find_crop(area.crop_code)
    return checklist, checklist.items_for(crop.kind if crop else "", kind)


def _is_recorded(session: Session, area: GrowingArea, visit: Visit) -> bool:
    """Whether this very form was taken in already (a phone sends again what went unanswered)."""
    if not visit.form_key:
        return False
    found = select(GrowingAreaInspection.id).where(
        GrowingAreaInspection.form_key == visit.form_key,
        GrowingAreaInspection.area_id == area.id,
    )
    return session.scalar(found) is not None


def _check_possible(area: GrowingArea, kind: str, amendment: Amendment | None) -> None:
    steps = {"field": "inspect", "monitoring": "monitor", "amendment": "amend_inspect"}
    lifecycle.check(area, steps[kind])
    if kind == "amendment" and amendment is None:
        raise Conflict("amendment.none_open")


def _check_visit(visit: Visit, area: GrowingArea, kind: str, today: date) -> None:
    found = []
    if visit.inspected_on > today:
        found.append(Finding("inspection.in_future", {"on": visit.inspected_on}, "inspected_on"))
    if not visit.passed and not visit.notes:
        found.append(Finding("inspection.notes_needed", {}, "notes"))
    _, items = items_of(area, kind, visit.inspected_on if visit.inspected_on <= today else today)
    asked = {item.code for item in items}
    for code, answer in visit.answers.items():
        if code not in asked or answer not in checklists.ANSWERS:
            found.append(Finding("inspection.unknown_item", {"item": code[:40]}, "answers"))
    computed = checklists.result(items, visit.answers)
    if visit.answers and computed is None:
        found.append(Finding("inspection.critical_unanswered", {}, "answers"))
    if visit.answers and computed is False and visit.passed and not visit.notes:
        found.append(Finding("inspection.decision_needs_notes", {}, "notes"))
    if found:
        raise Invalid(found)


def _store(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    visit: Visit,
    kind: str,
    amendment: Amendment | None,
    now: datetime,
) -> GrowingAreaInspection:
    checklist, items = items_of(area, kind, visit.inspected_on)
    row = GrowingAreaInspection(
        area_id=area.id,
        version_id=amendment.version_id if amendment else area.version.id,
        passed=visit.passed,
        inspected_on=visit.inspected_on,
        notes=visit.notes,
        kind=kind,
        amendment_id=amendment.id if amendment else None,
        checklist=checklist.key if visit.answers else None,
        answers=dict(visit.answers),
        computed=checklists.result(items, visit.answers) if visit.answers else None,
        lon=visit.lon,
        lat=visit.lat,
        form_key=visit.form_key,
        person_id=actor.person_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _follow(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    row: GrowingAreaInspection,
    amendment: Amendment | None,
    now: datetime,
) -> None:
    """What a visit changes: the status before the code, the next visit after it."""
    facts = {"passed": row.passed, "inspected_on": row.inspected_on, "visit": row.id}
    if row.kind == "field":
        action = "inspect" if row.passed else "fail_inspection"
    elif row.kind == "monitoring":
        action = "monitor"
        area.monitor_on = (
            deadlines.next_monitoring(area, row.inspected_on)
            if row.passed
            else terms.due_after("revisit", clock.business_day(now))
        )
    else:
        action = "amend_inspect"
    if amendment is not None:
        facts["amendment"] = amendment.id
        amendment.status = "inspected" if row.passed else "submitted"
        amendment.status_changed_at = now
    lifecycle.take(session, actor, area, action, now=now, facts=facts)
