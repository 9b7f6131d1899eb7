"""Holds: each reason why a batch may not be sold stands by itself until somebody lifts it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ledger import canonical
from traceability.models import Batch
from traceability.quality.models import BatchHold

OWN = "manual"
"""The cause of a hold a cooperative placed itself, and may lift itself."""
OFFICE = "office"
"""The kind of cause of a hold an officer placed; no cooperative lifts it."""


def is_of_office(cause: str) -> bool:
    """Whether an officer placed the hold by hand."""
    return cause.partition(":")[0] == OFFICE


def is_placed_on(cause: str, batch: Batch) -> bool:
    """Whether an officer placed the hold on that very batch, not on what it is made of."""
    # The oldest of an officer's holds name no batch: they reach no other.
    return cause == OFFICE or cause.startswith(f"{OFFICE}:{batch.code}-")


def office_cause(session: Session, batch: Batch) -> str:
    """The cause of an officer's next hold of a locked batch: each is lifted on its own.

    It names the batch, for what is made of it is held by the same cause.
    """
    placed = select(func.count()).where(
        BatchHold.batch_id == batch.id, BatchHold.cause.startswith(OFFICE, autoescape=True)
    )
    return f"{OFFICE}:{batch.code}-{(session.scalar(placed) or 0) + 1}"


def place(
    session: Session,
    batch: Batch,
    reason: str,
    cause: str,
    details: Mapping[str, Any],
    *,
    now: datetime,
    by: int | None,
) -> bool:
    """Hold a batch for one more reason; False when that very cause holds it already.

    The batch is locked by the caller. It is held from here on, a closed one too: what was sold of
    it is still out there. Recalled ones stay so, and those opened by mistake never were.
    """
    placed = session.scalar(
        insert(BatchHold)
        .values(
            batch_id=batch.id,
            reason=reason,
            cause=cause,
            details=json.loads(canonical.text(details)),
            placed_at=now,
            placed_by_id=by,
        )
        .on_conflict_do_nothing()
        .returning(BatchHold.id)
    )
    if batch.state in ("open", "released", "closed") and batch.voided_at is None:
        batch.state = "held"
    batch.changed_at = now
    session.flush()
    return placed is not None


def lift(session: Session, hold: BatchHold, because: str, *, now: datetime, by: int | None) -> None:
    """Take one reason away. The batch stays held until somebody releases it."""
    hold.lifted_at, hold.lifted_by_id, hold.lifted_because = now, by, because
    session.flush()


def open_holds(session: Session, batch_ids: Iterable[int]) -> dict[int, Sequence[BatchHold]]:
    """What holds each of some batches, the oldest first; batches free of holds are absent."""
    rows = session.scalars(
        select(BatchHold)
        .where(BatchHold.batch_id.in_(list(batch_ids)), BatchHold.lifted_at.is_(None))
        .order_by(BatchHold.batch_id, BatchHold.id)
    )
    found: dict[int, list[BatchHold]] = defaultdict(list)
    for row in rows:
        found[row.batch_id].append(row)
    return dict(found)
