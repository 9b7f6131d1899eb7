"""What higher rooms may read of the ledger: where the facts about a subject stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models import Leaf, LedgerEntry


@dataclass(frozen=True)
class Position:
    """A recorded fact and its place; `sequence` is None for the minute until it has one."""

    kind: str
    subject: str
    recorded_at: datetime
    sequence: int | None


def list_positions(session: Session, subjects: Collection[str]) -> list[Position]:
    """Return what was recorded about some subjects (codes), in the order it was recorded."""
    statement = (
        select(LedgerEntry.kind, LedgerEntry.subject, LedgerEntry.recorded_at, Leaf.sequence)
        .outerjoin(Leaf, Leaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.subject.in_(subjects))
        .order_by(LedgerEntry.id)
    )
    return [Position(*row) for row in session.execute(statement)]
