"""What a trace page tells of the recall its lot is under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.recalls import names
from traceability.recalls.models import Recall, RecallBatch


@dataclass(frozen=True)
class Announced:
    """A recall as the public reads it: why, how far, since when, and what to do.

    `scope` says how far it goes, in the reader's language; `ended_at` once it did its work;
    `has_own_words`: whoever decided wrote the scope themselves, in Vietnamese.
    """

    code: str
    reason: str
    instructions: str
    recalled_at: datetime
    scope: str
    ended_at: datetime | None = None
    has_own_words: bool = False


def announced(session: Session, batch_id: int) -> Announced | None:
    """The recall a lot is under: the newest in force, else the newest that did its work.

    None when there is none, or all were lifted.
    """
    recall = session.scalar(
        select(Recall)
        .join(RecallBatch, RecallBatch.recall_id == Recall.id)
        .where(RecallBatch.batch_id == batch_id, Recall.state.in_(("recalled", "closed")))
        .order_by((Recall.state == "recalled").desc(), Recall.id.desc())
        .limit(1)
    )
    if recall is None or recall.recalled_at is None:
        return None
    return Announced(
        recall.code,
        recall.reason,
        recall.instructions or "",
        recall.recalled_at,
        names.scope(recall),
        recall.ended_at,
        bool(recall.scope_words),
    )
