"""Life cycle of packing houses: which step leads from which status to which, and its record.

The same form as `growing_areas.lifecycle`; the two tables may one day share one engine.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Conflict
from growing_areas.packing.models import PackingEvent, PackingHouse
from growing_areas.packing.steps import STEPS
from ledger import log


def possible_steps(house: PackingHouse) -> tuple[str, ...]:
    """The steps a house's status allows."""
    return tuple(name for name, step in STEPS.items() if house.status in step.from_statuses)


def check(house: PackingHouse, action: str) -> None:
    """Raises Conflict("packing.wrong_status") unless the house's status allows the step."""
    if house.status not in STEPS[action].from_statuses:
        raise Conflict("packing.wrong_status", status=house.status, action=action)


def take(
    session: Session,
    actor: Actor,
    house: PackingHouse,
    action: str,
    *,
    now: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Move a house one step, write it down here and in the ledger.

    ``facts`` are ids, codes and numbers for the ledger; the reason may name people and stays
    out of it. Raises: Conflict("packing.wrong_status").
    """
    check(house, action)
    before, house.status = house.status, STEPS[action].to_status
    house.status_changed_at = now
    session.add(
        PackingEvent(
            house_id=house.id,
            action=action,
            from_status=before,
            to_status=house.status,
            reason=reason,
            person_id=actor.person_id,
            happened_at=now,
        )
    )
    record(session, house, STEPS[action].ledger_kind, facts or {}, now=now)


def record(
    session: Session, house: PackingHouse, kind: str, facts: dict[str, Any], *, now: datetime
) -> None:
    """Write into the ledger where a house stands."""
    body = {"packing_house": house.id, "status": house.status, **facts}
    log.append(session, kind=kind, subject=subject_of(house), body=body, now=now)


def subject_of(house: PackingHouse) -> str:
    """What the ledger calls a house: its code, before that its number."""
    return house.code or f"packing:{house.id}"


def list_events(session: Session, house_id: int) -> list[PackingEvent]:
    """What happened to a house, oldest first."""
    return list(
        session.scalars(
            select(PackingEvent).where(PackingEvent.house_id == house_id).order_by(PackingEvent.id)
        )
    )
