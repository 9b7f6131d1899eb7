"""Recalled lots that stand as if they were not: earlier versions let them be closed.

Closed, a recalled lot forgot its recall: its page said "closed" to who had bought of it. Whatever
stands so is found and set right, with an event and an entry in the ledger; done twice, it is once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger import log
from traceability.models import Batch
from traceability.recalls import happened, writing
from traceability.recalls.joining import LASTING
from traceability.recalls.models import Recall, RecallBatch

_AT_ONCE = 1_000


def restore(session: Session, *, now: datetime) -> int:
    """Let lots under a recall that was announced and never lifted be recalled again.

    Answers how many were not; a thousand at once, the oldest first. Void lots never were.
    """
    under = (
        select(RecallBatch.batch_id)
        .join(Recall, Recall.id == RecallBatch.recall_id)
        .where(Recall.state.in_(LASTING))
    )
    lots = session.scalars(
        select(Batch.id)
        .where(Batch.state != "recalled", Batch.voided_at.is_(None), Batch.id.in_(under))
        .order_by(Batch.id)
        .limit(_AT_ONCE)
        .with_for_update(key_share=True)
    ).all()
    if not lots:
        return 0
    writing.write(session, "batches", _RECALL, {"ids": list(lots), "now": now})
    session.expire_all()
    for recall, of_it in _by_recall(session, lots).items():
        happened.record_joined(session, recall, of_it, now=now)
        body = {"batches": len(of_it)}
        log.append(session, kind="recall.restored", subject=recall.code, body=body, now=now)
    return len(lots)


def _by_recall(session: Session, lots: Sequence[int]) -> dict[Recall, list[int]]:
    """The lots by the first recall that keeps each of them recalled."""
    rows = session.execute(
        select(RecallBatch.batch_id, Recall)
        .join(Recall, Recall.id == RecallBatch.recall_id)
        .where(RecallBatch.batch_id.in_(lots), Recall.state.in_(LASTING))
        .order_by(Recall.id.desc(), RecallBatch.batch_id)
    )
    first: dict[int, Recall] = dict(rows.all())
    found: dict[Recall, list[int]] = defaultdict(list)
    for batch_id, recall in sorted(first.items(), key=lambda pair: (pair[1].id, pair[0])):
        found[recall].append(batch_id)
    return found


_RECALL = text(
    "UPDATE batches SET state = 'recalled', changed_at = :now"
    " WHERE id = ANY(CAST(:ids AS bigint[])) RETURNING id"
)
