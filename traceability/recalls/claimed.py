"""Where a recall meets steps into others' goods that nobody confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from foundation import jobs
from ledger.rows import recording
from traceability.lineage import claiming, hearing
from traceability.lineage.models import StepClaim, TraceEdge, TraceNode
from traceability.recalls.models import RecallBatch
from traceability.recalls.reach import WALK

UNDECIDED = ("open", "denied")

_URGE = """{walk}
UPDATE step_claims SET written_at = NULL WHERE id IN (
    SELECT k.id FROM walk w JOIN trace_edges e ON e.parent_id = w.id
    JOIN step_claims k ON k.event_id = e.event_id AND k.child_id = e.child_id
    WHERE k.state IN ('open', 'denied') AND e.event_id NOT IN (SELECT id FROM wrong)
) RETURNING id"""
_BY_HEARD = text(_URGE.format(walk=WALK.format(first=hearing.HEARD_FIRST, counts=hearing.HEARD)))
_BY_TOLD = text(_URGE.format(walk=WALK.format(first=hearing.TOLD_FIRST, counts=hearing.TOLD)))


def urge(session: Session, first: Sequence[int], *, with_claims: bool) -> int:
    """Have owner and office written to of every undecided step a suspicion meets; how many."""
    if not session.scalar(select(exists().where(StepClaim.state.in_(UNDECIDED)))):
        return 0
    statement = _BY_TOLD if with_claims else _BY_HEARD
    met = session.scalars(statement, {"starts": list(first)}).all()
    recording.touch(session, "step_claims", [(claim,) for claim in met])
    if met:
        jobs.defer(session, claiming.TELL)
    return len(met)


def count(session: Session, recall_id: int) -> int:
    """How many steps out of a recall's lots nobody confirmed nor rejected yet."""
    return len(ids_of(session, recall_id))


def ids_of(session: Session, recall_id: int) -> list[int]:
    """The undecided steps out of a recall's lots, the oldest first."""
    statement = (
        select(StepClaim.id)
        .join(
            TraceEdge,
            (TraceEdge.child_id == StepClaim.child_id) & (TraceEdge.event_id == StepClaim.event_id),
        )
        .join(TraceNode, TraceNode.id == TraceEdge.parent_id)
        .join(RecallBatch, RecallBatch.batch_id == TraceNode.batch_id)
        .where(
            StepClaim.state.in_(UNDECIDED),
            RecallBatch.recall_id == recall_id,
            hearing.is_told(),
        )
        .distinct()
        .order_by(StepClaim.id)
    )
    return list(session.scalars(statement))
