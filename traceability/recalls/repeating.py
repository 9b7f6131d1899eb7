"""The same recall twice: what an open recall starts from is not put under another of its kind."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from foundation.errors import Conflict
from traceability.recalls.models import OPEN, Recall, RecallBatch


def refuse(
    session: Session, first: Sequence[int], with_descendants: bool, *, with_claims: bool
) -> None:
    """Refuse a recall of lots that one open recall of the same side starts from already.

    The sides are those whose goods they are, and the office (``with_claims``). The lots are locked
    by the caller, so of several who ask at once one passes. A recall that starts from more lots or
    reaches further is another one, and so is one of a lot that a recall merely came down to.

    Raises: Conflict("recall.open_already") naming it, with its address for programs.
    """
    found = find(session, first, with_descendants, with_claims=with_claims)
    if found is not None:
        raise Conflict(
            "recall.open_already", recall=found.code, url=f"/api/v1/recalls/{found.code}"
        )


def find(
    session: Session, first: Sequence[int], with_descendants: bool, *, with_claims: bool
) -> Recall | None:
    """The oldest open recall that starts from all of some lots and reaches as far."""
    # By one of the lots first: a lot is under few recalls, a recall may have thousands of lots.
    starts = select(RecallBatch.recall_id).where(
        RecallBatch.batch_id == first[0], RecallBatch.is_origin
    )
    covered = (
        select(func.count())
        .where(
            RecallBatch.recall_id == Recall.id,
            RecallBatch.batch_id.in_(first),
            RecallBatch.is_origin,
        )
        .scalar_subquery()
    )
    return session.scalars(
        select(Recall)
        .where(
            Recall.id.in_(starts),
            Recall.state.in_(OPEN),
            Recall.follows_claims == with_claims,
            Recall.with_descendants if with_descendants else true(),
            covered == len(first),
        )
        .order_by(Recall.id)
        .limit(1)
    ).first()
