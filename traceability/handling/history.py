"""What moved a batch's stock, and where it went and came from: one step forward, one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from foundation import paging
from foundation.paging import Page
from traceability import batches
from traceability.epcis.models import EpcisEvent
from traceability.handling.models import BatchMovement
from traceability.lineage import hearing
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch

NEAREST = 100


@dataclass(frozen=True)
class Movement:
    """One step: what kind, how much (signed, the batch's unit), when, under which event."""

    kind: str
    amount: Decimal
    happened_at: datetime
    event_id: str
    details: dict[str, object]


@dataclass(frozen=True)
class Neighbours:
    """The nearest steps up or down, the first first; ``has_more``: there are others beyond."""

    items: tuple[Neighbour, ...]
    has_more: bool


@dataclass(frozen=True)
class Neighbour:
    """A batch one step up or down: how much of it was taken, or made (None: nobody said).

    `claimed`: another than its owner says so of the lower one, and nobody confirmed it.
    """

    batch: Batch
    quantity: Decimal | None
    unit: str | None
    happened_at: datetime
    claimed: bool = False


def movements(
    session: Session, batch_id: int, *, cursor: str | None = None, size: int = 50
) -> Page[Movement]:
    """A batch's movements, the newest first."""
    statement = select(BatchMovement).where(BatchMovement.batch_id == batch_id)
    page: Page[BatchMovement] = paging.fetch(
        session, statement, [BatchMovement.id], cursor=cursor, size=size, descending=True
    )
    told = {
        row.id: row
        for row in session.scalars(
            select(EpcisEvent).where(EpcisEvent.id.in_([row.event_id for row in page.items]))
        )
    }
    return page.map(
        lambda row: Movement(
            row.kind,
            row.amount,
            row.happened_at,
            told[row.event_id].event_id,
            told[row.event_id].document.get("nguon:details") or {},
        )
    )


def made_of(session: Session, batch_id: int) -> Neighbours:
    """The batches a batch was made of."""
    return _neighbours(session, batch_id, up=True)


def went_into(session: Session, batch_id: int) -> Neighbours:
    """The batches it went into."""
    return _neighbours(session, batch_id, up=False)


def _neighbours(session: Session, batch_id: int, *, up: bool) -> Neighbours:
    own, other = aliased(TraceNode), aliased(TraceNode)
    here, there = TraceEdge.child_id, TraceEdge.parent_id
    if not up:
        here, there = there, here
    statement = (
        select(
            other.batch_id,
            TraceEdge.quantity,
            TraceEdge.unit,
            own.organisation_id,
            TraceEdge.happened_at,
            hearing.is_claimed(),
        )
        .join(own, own.id == here)
        .join(other, other.id == there)
        .where(
            own.batch_id == batch_id,
            other.batch_id.is_not(None),
            TraceEdge.kind == "made_of",
            hearing.is_told(),
        )
        .order_by(TraceEdge.happened_at, other.batch_id)
        .limit(NEAREST + 1)
    )
    rows = session.execute(statement).all()
    known = batches.by_ids(session, [row[0] or 0 for row in rows[:NEAREST]])
    found = []
    for lot_id, amount, unit, owner, at, claimed in rows[:NEAREST]:
        lot = known[lot_id or 0]
        told = (amount, unit) if up else _made(lot, amount, unit, owner)
        found.append(Neighbour(lot, *told, at, claimed))
    return Neighbours(tuple(found), len(rows) > NEAREST)


def _made(
    lot: Batch, taken: Decimal | None, unit: str | None, owner: int | None
) -> tuple[Decimal | None, str | None]:
    """What a lot below came to: a step takes once for all its lots. Another's is theirs to tell."""
    return (lot.quantity, lot.unit) if lot.organisation_id == owner else (taken, unit)
