"""What a trace page tells of the recall its lot is under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.recalls.models import Recall, RecallBatch


@dataclass(frozen=True)
class Announced:
    """A recall as the public reads it: why, since when, and what to do."""

    code: str
    reason: str
    instructions: str
    recalled_at: datetime


def announced(session: Session, batch_id: int) -> Announced | None:
    """The newest recall a lot is under; None when there is none, or it was lifted."""
    recall = session.scalar(
        select(Recall)
        .join(RecallBatch, RecallBatch.recall_id == Recall.id)
        .where(RecallBatch.batch_id == batch_id, Recall.state.in_(("recalled", "closed")))
        .order_by(Recall.id.desc())
        .limit(1)
    )
    if recall is None or recall.recalled_at is None:
        return None
    return Announced(recall.code, recall.reason, recall.instructions or "", recall.recalled_at)
