"""Life cycle of packing houses: which step leads from which status to which, and its record.

The table is `packing.steps`, the engine `growing_areas.steps`, shared with growing areas.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from growing_areas import steps
from growing_areas.packing.models import PackingEvent, PackingHouse
from growing_areas.packing.steps import STEPS
from ledger import log


def possible_steps(house: PackingHouse) -> tuple[str, ...]:
    """The steps a house's status allows."""
    return steps.possible(STEPS, house.status)


def check(house: PackingHouse, action: str) -> None:
    """Raises Conflict("packing.wrong_status") unless the house's status allows the step."""
    steps.check(STEPS, house.status, action, "packing.wrong_status")


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
    step, before = steps.check(STEPS, house.status, action, "packing.wrong_status"), house.status
    house.status = step.to_status or before
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
    record(session, house, step.ledger_kind, facts or {}, now=now)


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
