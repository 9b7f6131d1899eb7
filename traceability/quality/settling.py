"""Settling a cause: every batch it comes to is held, every batch it no longer comes to is not.

One way for sprayings, laboratory results and certificates. Settling twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import log
from traceability import events
from traceability.models import Batch
from traceability.quality import holds, reach
from traceability.quality.models import BatchHold


@dataclass(frozen=True)
class Cause:
    """What gives a hold: its name (``diary:123``), its kind, what the page tells of it."""

    name: str
    reason: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Settled:
    """Batches that were held just now, and batches whose hold was taken away."""

    held: tuple[Batch, ...] = ()
    freed: tuple[Batch, ...] = ()

    def joined(self, other: Settled) -> Settled:
        """Both together."""
        return Settled((*self.held, *other.held), (*self.freed, *other.freed))


def settle(
    session: Session,
    cause: Cause,
    sources: Collection[int],
    because: str,
    *,
    now: datetime,
    by: int | None = None,
) -> Settled:
    """Hold what a cause comes to from its source batches down; free what it held before.

    ``because`` is how the hold of the freed ends (``corrected``, ``withdrawn``).
    """
    open_before = _open_holds(session, cause.name)
    reached, others = reach.lock_spread_with(session, cause.name, sources, open_before.keys())
    standing = reach.still_standing(session, cause.name, sources) if others else set()
    # Asked again, now that the rows are ours: an officer may have decided in between.
    open_now = _open_holds(session, cause.name)
    held = [
        batch
        for batch_id, batch in reached.items()
        if batch_id not in open_now and place(session, batch, cause, now=now, by=by)
    ]
    lifted = [
        batch
        for batch_id, batch in others.items()
        if batch_id in open_now and batch_id not in standing
    ]
    for batch in lifted:
        lift(session, batch, open_now[batch.id], because, now=now, by=by)
    return Settled(tuple(held), tuple(lifted))


def place(
    session: Session, batch: Batch, cause: Cause, *, now: datetime, by: int | None = None
) -> bool:
    """Hold one locked batch, with the event and the ledger entry of it; False if held already."""
    was = batch.state
    if not holds.place(session, batch, cause.reason, cause.name, cause.details, now=now, by=by):
        return False
    body = {"reason": cause.reason, "cause": cause.name}
    if batch.state == "held" and was != "held":
        events.record_of_batch(
            session,
            batch,
            action="OBSERVE",
            biz_step="holding",
            disposition="non_conformant",
            details=body,
            now=now,
        )
    log.append(session, kind="batch.held", subject=batch.code, body=body, now=now)
    return True


def lift(
    session: Session,
    batch: Batch,
    hold: BatchHold,
    because: str,
    *,
    now: datetime,
    by: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Take one hold of a locked batch away; row and ledger tell how it ended."""
    holds.lift(session, hold, because, now=now, by=by)
    batch.changed_at = now
    body = {"reason": hold.reason, "cause": hold.cause, "because": because, **(details or {})}
    log.append(session, kind="batch.hold_lifted", subject=batch.code, body=body, now=now)


def _open_holds(session: Session, cause: str) -> dict[int, BatchHold]:
    statement = select(BatchHold).where(BatchHold.cause == cause, BatchHold.lifted_at.is_(None))
    fresh = statement.execution_options(populate_existing=True)
    return {hold.batch_id: hold for hold in session.scalars(fresh)}
