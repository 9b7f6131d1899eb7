"""What a recall leaves in the record: one event for all its lots, however many they are.

Source: CBV 2.0 (disposition ``recalled``; persistent disposition set and unset).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability import events
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.lineage.models import TraceNode
from traceability.models import Batch
from traceability.recalls.models import Recall, RecallBatch


def record_held(session: Session, recall: Recall, *, now: datetime) -> None:
    """All lots stand still until somebody decides."""
    _record(session, recall, "holding", "non_conformant", now)


def record_recalled(session: Session, recall: Recall, *, now: datetime) -> None:
    """All lots are recalled, and stay so wherever they go."""
    _record(session, recall, "holding", "recalled", now, made=("recalled",))


def record_joined(session: Session, recall: Recall, batch: Batch, *, now: datetime) -> None:
    """A lot made of recalled goods that were on their way is recalled as well."""
    things = (Portion(nodes.node_of(session, batch).uri, batch.quantity, batch.unit),)
    _tell(session, recall, batch.organisation_id, things, "holding", "recalled", now, ("recalled",))


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
) -> None:
    rows = session.execute(
        select(TraceNode.uri, Batch.quantity, Batch.unit, Batch.organisation_id)
        .join(Batch, Batch.id == TraceNode.batch_id)
        .join(RecallBatch, RecallBatch.batch_id == Batch.id)
        .where(RecallBatch.recall_id == recall.id)
        .order_by(RecallBatch.is_origin.desc(), Batch.id)
    ).all()
    teller = recall.organisation_id or rows[0].organisation_id
    things = tuple(Portion(uri, amount, unit) for uri, amount, unit, _owner in rows)
    _tell(session, recall, teller, things, biz_step, disposition, now, made, no_more)


def _tell(
    session: Session,
    recall: Recall,
    teller: int,
    things: tuple[Portion, ...],
    biz_step: str,
    disposition: str,
    now: datetime,
    made: tuple[str, ...],
    no_more: tuple[str, ...] = (),
) -> None:
    happening = Happening(
        "ObjectEvent",
        biz_step,
        happened_at=now,
        action="OBSERVE",
        disposition=disposition,
        things=things,
        persistent_set=made,
        persistent_unset=no_more,
        details={"recall": recall.code},
    )
    events.record(session, teller, happening, now=now)
