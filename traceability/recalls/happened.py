"""What a recall leaves in the record: one event for all its lots, however many they are.

Source: CBV 2.0 (disposition ``recalled``; persistent disposition set and unset).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from traceability import events
from traceability.happenings import Happening, Portion
from traceability.lineage.models import TraceNode
from traceability.models import Batch
from traceability.recalls.models import Recall, RecallBatch


def record_held(session: Session, recall: Recall, *, now: datetime) -> None:
    """All lots stand still until somebody decides."""
    _record(session, recall, "holding", "non_conformant", now)


def record_recalled(session: Session, recall: Recall, *, now: datetime) -> None:
    """All lots are recalled, and stay so wherever they go."""
    _record(session, recall, "holding", "recalled", now, made=("recalled",))


def record_joined(
    session: Session, recall: Recall, batch_ids: Sequence[int], *, now: datetime
) -> None:
    """Lots that came to a recall later stand still, or are recalled, as the others are."""
    if recall.recalled_at is None:
        _record(session, recall, "holding", "non_conformant", now, of=batch_ids)
        return
    _record(session, recall, "holding", "recalled", now, made=("recalled",), of=batch_ids)


def record_left(
    session: Session, recall: Recall, batch_ids: Sequence[int], *, now: datetime
) -> None:
    """Lots that a recall reached by a claim that proved untrue are under no suspicion."""
    gone = ("recalled",) if recall.recalled_at is not None else ()
    _record(session, recall, "inspecting", "conformant", now, no_more=gone, of=batch_ids)


def record_lifted(session: Session, recall: Recall, *, was_recalled: bool, now: datetime) -> None:
    """The suspicion was looked into and is no more."""
    gone = ("recalled",) if was_recalled else ()
    _record(session, recall, "inspecting", "conformant", now, no_more=gone)


def _record(
    session: Session,
    recall: Recall,
    biz_step: str,
    disposition: str,
    now: datetime,
    *,
    made: tuple[str, ...] = (),
    no_more: tuple[str, ...] = (),
    of: Sequence[int] | None = None,
) -> None:
    some = true() if of is None else RecallBatch.batch_id.in_(of)
    rows = session.execute(
        select(TraceNode.uri, Batch.quantity, Batch.unit, Batch.organisation_id)
        .join(Batch, Batch.id == TraceNode.batch_id)
        .join(RecallBatch, RecallBatch.batch_id == Batch.id)
        .where(RecallBatch.recall_id == recall.id, some)
        .order_by(RecallBatch.is_origin.desc(), Batch.id)
    ).all()
    teller = recall.organisation_id or rows[0].organisation_id
    happening = Happening(
        "ObjectEvent",
        biz_step,
        happened_at=now,
        action="OBSERVE",
        disposition=disposition,
        things=tuple(Portion(uri, amount, unit) for uri, amount, unit, _owner in rows),
        persistent_set=made,
        persistent_unset=no_more,
        details={"recall": recall.code},
    )
    events.record(session, teller, happening, now=now)
