"""Life cycle: which step leads from which status to which, and who wrote it down.

    draft → submitted → inspected → approved (code issued) ⇄ suspended → revoked
                                    approved, suspended → expired → approved (renewed)

An amendment walks beside an area in force, which keeps its status meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import steps
from growing_areas.dossiers import deadlines, lists
from growing_areas.models import GrowingArea, GrowingAreaEvent
from growing_areas.recorded import outline_digest
from growing_areas.steps import Step
from ledger import log

_CODED = ("approved", "suspended", "expired")
_GROWING = ("approved", "suspended")

STEPS = {
    "submit": Step(("draft",), "submitted", "area.submit", "area.submitted", "cooperative"),
    "withdraw": Step(
        ("submitted", "inspected"), "draft", "area.submit", "area.withdrawn", "cooperative"
    ),
    "inspect": Step(("submitted", "inspected"), "inspected", "area.inspect", "area.inspected"),
    "fail_inspection": Step(
        ("submitted", "inspected"), "submitted", "area.inspect", "area.inspected"
    ),
    "send_back": Step(
        ("submitted", "inspected"), "draft", "area.inspect", "area.sent_back", needs_reason=True
    ),
    "approve": Step(("inspected",), "approved", "area.approve", "area.approved"),
    "monitor": Step(_CODED, None, "area.inspect", "area.monitored"),
    "suspend": Step(
        ("approved",), "suspended", "area.approve", "area.suspended", needs_reason=True
    ),
    "restore": Step(("suspended",), "approved", "area.approve", "area.restored"),
    "expire": Step(_GROWING, "expired", "system.operate", "area.expired", "clock"),
    "renew": Step(("approved", "expired"), "approved", "area.approve", "area.renewed"),
    "revoke": Step(_CODED, "revoked", "area.approve", "area.revoked", needs_reason=True),
    "amend_propose": Step(
        _GROWING, None, "area.submit", "area.amendment_proposed", "cooperative", needs_reason=True
    ),
    "amend_withdraw": Step(
        _CODED, None, "area.submit", "area.amendment_withdrawn", "cooperative"
    ),
    "amend_inspect": Step(_GROWING, None, "area.inspect", "area.amendment_inspected"),
    "amend_return": Step(
        _CODED, None, "area.inspect", "area.amendment_returned", needs_reason=True
    ),
    "amend_approve": Step(_GROWING, None, "area.approve", "area.amended"),
}  # fmt: skip


def possible_steps(area: GrowingArea) -> tuple[str, ...]:
    """The steps an area's status allows."""
    return steps.possible(STEPS, area.status)


def check(area: GrowingArea, action: str) -> None:
    """Raises Conflict("area.wrong_status") unless the area's status allows the step."""
    steps.check(STEPS, area.status, action, "area.wrong_status")


def check_reason(action: str, reason: str, causes: Sequence[str], *, now: datetime) -> None:
    """Raises Invalid for causes that do not belong to the step, or no reason where one is due."""
    known = {cause.code for cause in lists.causes_of(action, deadlines.day_of(now))}
    found = [
        Finding("area.unknown_cause", {"cause": cause[:40]}, "causes")
        for cause in causes
        if cause not in known
    ]
    if STEPS[action].needs_reason and not reason and not causes:
        found.append(Finding("area.reason_needed", {}, "reason"))
    if causes and set(causes) <= {"other"} and not reason:
        found.append(Finding("area.reason_needed", {}, "reason"))
    if found:
        raise Invalid(found)


def take(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    action: str,
    *,
    now: datetime,
    reason: str = "",
    causes: Sequence[str] = (),
    facts: dict[str, Any] | None = None,
) -> None:
    """Move an area one step, write it down here and in the ledger, and say what is due next.

    ``facts`` are ids, codes and numbers for the ledger; the reason may name people and stays
    out of it. Raises: Conflict("area.wrong_status").
    """
    step, before = steps.check(STEPS, area.status, action, "area.wrong_status"), area.status
    if step.to_status is not None:
        area.status = step.to_status
        area.status_changed_at = now
    session.add(
        GrowingAreaEvent(
            area_id=area.id,
            version_id=area.version.id,
            action=action,
            from_status=before,
            to_status=area.status,
            reason=reason,
            causes=list(causes),
            person_id=actor.person_id,
            happened_at=now,
        )
    )
    record(session, area, step.ledger_kind, facts or {}, now=now)
    deadlines.refresh(session, area, action, now=now)


def record(
    session: Session, area: GrowingArea, kind: str, facts: dict[str, Any], *, now: datetime
) -> None:
    """Write into the ledger where an area stands and which outline it has."""
    body = {
        "area": area.id,
        "version": area.version.id,
        "outline": outline_digest(area.version),
        "status": area.status,
        **facts,
    }
    log.append(session, kind=kind, subject=subject_of(area), body=body, now=now)


def subject_of(area: GrowingArea) -> str:
    """What the ledger calls an area: its code, before that its number."""
    return area.code or f"area:{area.id}"


def list_events(session: Session, area_id: int) -> list[GrowingAreaEvent]:
    """What happened to an area, oldest first."""
    return list(
        session.scalars(
            select(GrowingAreaEvent)
            .where(GrowingAreaEvent.area_id == area_id)
            .order_by(GrowingAreaEvent.id)
        )
    )
