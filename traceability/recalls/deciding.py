"""Deciding about what is held: recall it and tell everybody, lift the hold, or close the recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, text
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, jobs
from foundation.errors import Conflict, Forbidden, NotFound
from ledger import log
from traceability.models import Batch
from traceability.recalls import announced, happened, holding, reach, writing
from traceability.recalls.models import Recall, RecallBatch

FOLLOW = "traceability.follow_recall"


@dataclass(frozen=True)
class Notice:
    """What the public reads: why, what to do, and how far it goes in words."""

    reason: str
    instructions: str
    scope_words: str | None = None


def announce(session: Session, actor: Actor, code: str, notice: Notice, *, now: datetime) -> Recall:
    """Recall everything that is held: its trace pages say so from the commit on.

    Buyers, sellers and officers are told by a job that the same commit starts.
    Raises: Forbidden, NotFound, Conflict("recall.state").
    """
    recall = _locked(session, actor, code, "held")
    recall.state, recall.recalled_at = "recalled", now
    recall.reason, recall.instructions = notice.reason, notice.instructions
    recall.scope_words = notice.scope_words
    session.flush()
    _lock_batches(session, recall)
    writing.write(session, "batches", _RECALL, {"recall_id": recall.id, "now": now})
    session.expire_all()
    announced.list_lots(session, recall, now=now)
    happened.record_recalled(session, recall, now=now)
    log.append(session, kind="recall.announced", subject=recall.code, body={}, now=now)
    follow(session, recall)
    return recall


def follow(session: Session, recall: Recall) -> int:
    """Queue the telling of everybody concerned; who was told already is not told again."""
    return jobs.defer(session, FOLLOW, {"recall": recall.code}, lock=f"recall:{recall.code}")


def lift(session: Session, actor: Actor, code: str, because: str, *, now: datetime) -> Recall:
    """End a hold or a recall that proved unfounded; the lots stand as they stood before.

    A lot that something else holds stays held. Raises: Forbidden, NotFound,
    Conflict("recall.state").
    """
    recall = _locked(session, actor, code, "held", "recalled")
    was_recalled = recall.state == "recalled"
    _end(recall, "lifted", because, now)
    session.flush()
    _lock_batches(session, recall)
    given = _ended(recall, actor.person_id, "recall_lifted", now)
    writing.write(session, "batch_holds", _LIFT_HOLDS, given)
    writing.write(session, "batches", _LIFT, given)
    session.expire_all()
    happened.record_lifted(session, recall, was_recalled=was_recalled, now=now)
    log.append(session, kind="recall.lifted", subject=recall.code, body={}, now=now)
    follow(session, recall)
    return recall


def close(session: Session, actor: Actor, code: str, because: str, *, now: datetime) -> Recall:
    """End a recall that did its work. Its lots stay recalled: some may still be out there.

    Nobody has anything left to decide about them, so its holds end with it.

    Raises: Forbidden, NotFound, Conflict("recall.state").
    """
    recall = _locked(session, actor, code, "recalled")
    _end(recall, "closed", because, now)
    session.flush()
    _lock_batches(session, recall)
    given = _ended(recall, actor.person_id, "recall_closed", now)
    writing.write(session, "batch_holds", _LIFT_HOLDS, given)
    writing.write(session, "batches", _TOUCH, given)
    session.expire_all()
    log.append(session, kind="recall.closed", subject=recall.code, body={}, now=now)
    follow(session, recall)
    return recall


def get_recall(session: Session, actor: Actor, code: str) -> Recall:
    """A recall for those it concerns. Raises: Unauthenticated, Forbidden, NotFound."""
    permissions.require(actor, "recall.read")
    recall = session.scalar(select(Recall).where(Recall.code == codes.normalise(code)))
    if recall is None or not (
        permissions.may(actor, "recall.read", recall) or _reaches_own(session, actor, recall)
    ):
        raise NotFound("recall.not_found")
    return recall


def _reaches_own(session: Session, actor: Actor, recall: Recall) -> bool:
    """Whether one of its lots is the reader's own, or lies in their territory."""
    places = actor.scopes("officer", "inspector")
    mine = or_(
        RecallBatch.organisation_id.in_(actor.organisation_ids()),
        RecallBatch.commune_code.in_(places),
        RecallBatch.province_code.in_(places),
    )
    return bool(session.scalar(select(exists().where(RecallBatch.recall_id == recall.id, mine))))


def _locked(session: Session, actor: Actor, code: str, *states: str) -> Recall:
    get_recall(session, actor, code)
    recall = session.scalars(
        select(Recall)
        .where(Recall.code == codes.normalise(code))
        # Lots that join meanwhile point at this row: they must not wait for it.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    _require_decider(session, actor, recall)
    if recall.state not in states:
        raise Conflict("recall.state", recall=recall.code, state=recall.state)
    return recall


def may_decide(session: Session, actor: Actor, recall: Recall) -> bool:
    """Whoever may decide about every lot a recall starts from may decide about it."""
    if not permissions.may_anywhere(actor, "recall.decide"):
        return False
    foreign = session.scalar(
        select(Batch.id)
        .join(RecallBatch, RecallBatch.batch_id == Batch.id)
        .where(
            RecallBatch.recall_id == recall.id,
            RecallBatch.is_origin.is_(True),
            ~reach.recallable(actor),
        )
        .limit(1)
    )
    return foreign is None


def _require_decider(session: Session, actor: Actor, recall: Recall) -> None:
    if not may_decide(session, actor, recall):
        raise Forbidden("forbidden", action="recall.decide")


def let_go(
    session: Session, recall: Recall, ids: Sequence[int], because: str, *, now: datetime
) -> None:
    """Take a recall's hold off some of its lots; they stand as they stood before it."""
    given = {**_ended(recall, None, because, now), "ids": list(ids)}
    writing.write(session, "batch_holds", _LIFT_HOLDS, given)
    writing.write(session, "batches", _LIFT, given)


def _ended(recall: Recall, by: int | None, because: str, now: datetime) -> dict[str, Any]:
    """What the statements that end a recall's holds are given; of all its lots."""
    return {
        "recall_id": recall.id,
        "cause": holding.cause_of(recall),
        "by": by,
        "because": because,
        "now": now,
        "ids": None,
    }


def _end(recall: Recall, state: str, because: str, now: datetime) -> None:
    recall.state, recall.ended_because, recall.ended_at = state, because, now


def _lock_batches(session: Session, recall: Recall) -> None:
    session.execute(_LOCK, {"recall_id": recall.id})


_LOCK = text(
    "SELECT FROM batches WHERE id IN"
    " (SELECT batch_id FROM recall_batches WHERE recall_id = :recall_id)"
    " ORDER BY id FOR NO KEY UPDATE"
)
_RECALL = text(
    "UPDATE batches SET state = 'recalled', changed_at = :now WHERE id IN"
    " (SELECT batch_id FROM recall_batches WHERE recall_id = :recall_id) RETURNING id"
)
_TOUCH = text(
    "UPDATE batches SET changed_at = :now WHERE id IN"
    " (SELECT batch_id FROM recall_batches WHERE recall_id = :recall_id) RETURNING id"
)
_LIFT_HOLDS = text(
    "UPDATE batch_holds SET lifted_at = :now, lifted_by_id = :by, lifted_because = :because"
    " WHERE cause = :cause AND lifted_at IS NULL AND batch_id IN"
    " (SELECT batch_id FROM recall_batches WHERE recall_id = :recall_id"
    " AND (CAST(:ids AS bigint[]) IS NULL OR batch_id = ANY(:ids))) RETURNING id"
)
# Another recall of the same lot stays in force; so does any other hold.
_LIFT = text(
    """
UPDATE batches b SET changed_at = :now, state = CASE
    WHEN EXISTS (
        SELECT FROM recall_batches o JOIN recalls r ON r.id = o.recall_id
        WHERE o.batch_id = b.id AND r.id <> :recall_id
        AND (r.state = 'recalled' OR r.state = 'closed')
    ) THEN 'recalled'
    WHEN EXISTS (SELECT FROM batch_holds h WHERE h.batch_id = b.id AND h.lifted_at IS NULL)
        THEN 'held'
    WHEN m.state_before = 'recalled' THEN 'held'
    ELSE m.state_before END
FROM recall_batches m WHERE m.recall_id = :recall_id AND b.id = m.batch_id
AND (CAST(:ids AS bigint[]) IS NULL OR b.id = ANY(:ids))
RETURNING b.id"""
)
