"""Life cycle: which step leads from which status to which, and who wrote it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Conflict
from growing_areas.models import GrowingArea, GrowingAreaEvent
from growing_areas.recorded import outline_digest
from ledger import log


@dataclass(frozen=True)
class Step:
    """A step of the life of an area; some need a reason that a reader will ask for."""

    from_statuses: tuple[str, ...]
    to_status: str
    needs_reason: bool = False


STEPS = {
    "submit": Step(("draft",), "submitted"),
    "inspect": Step(("submitted", "inspected"), "inspected"),
    "send_back": Step(("submitted", "inspected"), "draft", needs_reason=True),
    "approve": Step(("inspected",), "approved"),
    "suspend": Step(("approved",), "suspended", needs_reason=True),
    "restore": Step(("suspended",), "approved"),
    "revoke": Step(("approved", "suspended"), "revoked", needs_reason=True),
}
_LEDGER_KINDS = {
    "submit": "area.submitted",
    "inspect": "area.inspected",
    "send_back": "area.sent_back",
    "approve": "area.approved",
    "suspend": "area.suspended",
    "restore": "area.restored",
    "revoke": "area.revoked",
}


def possible_steps(area: GrowingArea) -> tuple[str, ...]:
    """The steps an area's status allows."""
    return tuple(name for name, step in STEPS.items() if area.status in step.from_statuses)


def check(area: GrowingArea, action: str) -> None:
    """Raises Conflict("area.wrong_status") unless the area's status allows the step."""
    if area.status not in STEPS[action].from_statuses:
        raise Conflict("area.wrong_status", status=area.status, action=action)


def take(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    action: str,
    *,
    now: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Move an area one step, write it down here and in the ledger.

    ``facts`` are ids, codes and numbers for the ledger; the reason may name people and stays
    out of it. Raises: Conflict("area.wrong_status").
    """
    check(area, action)
    before, area.status = area.status, STEPS[action].to_status
    area.status_changed_at = now
    session.add(
        GrowingAreaEvent(
            area_id=area.id,
            version_id=area.version_id,
            action=action,
            from_status=before,
            to_status=area.status,
            reason=reason,
            person_id=actor.person_id,
            happened_at=now,
        )
    )
    record(session, area, _LEDGER_KINDS[action], facts or {}, now=now)


def record(
    session: Session, area: GrowingArea, kind: str, facts: dict[str, Any], *, now: datetime
) -> None:
    """Write into the ledger where an area stands and which outline it has."""
    body = {
        "area": area.id,
        "version": area.version_id,
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
