"""Goods that were on their way when their lot was held: what they become joins the recall."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.models import Batch
from traceability.recalls import announced, deciding, happened
from traceability.recalls.models import Recall, RecallBatch

LASTING = ("recalled", "closed")


def join(session: Session, batch: Batch, parents: Collection[int], *, now: datetime) -> None:
    """Put a batch just opened under every recall its inputs are under, ended ones too.

    The inputs are locked by the caller: whoever decides about a recall meanwhile waits for them
    and then finds the batch among its lots. Recalls that stop at the lot itself stay there.
    """
    recalls = session.scalars(
        select(Recall)
        .where(
            Recall.id.in_(
                select(RecallBatch.recall_id).where(RecallBatch.batch_id.in_(list(parents)))
            ),
            Recall.with_descendants.is_(True),
            Recall.state != "lifted",
        )
        .order_by(Recall.id)
        .execution_options(populate_existing=True)
    ).all()
    for recall in recalls:
        _join(session, recall, batch, now)


def _join(session: Session, recall: Recall, batch: Batch, now: datetime) -> None:
    session.add(
        RecallBatch(
            recall_id=recall.id,
            batch_id=batch.id,
            organisation_id=batch.organisation_id,
            commune_code=batch.commune_code,
            province_code=batch.province_code,
            is_origin=False,
            # What it would be, were its inputs under no suspicion.
            state_before="open",
        )
    )
    if recall.state in LASTING:
        batch.state, batch.changed_at = "recalled", now
        happened.record_joined(session, recall, [batch.id], now=now)
    session.flush()
    if recall.recalled_at is not None:
        announced.list_lots(session, recall, now=now)
    deciding.follow(session, recall)
