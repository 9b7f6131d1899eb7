"""Renewing recalls: a step that counts from now on, or proved untrue, changes what they reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger import log
from traceability.epcis.declared import NOT_WRONG, WRONG_FIRST
from traceability.recalls import announced, deciding, happened, holding, reach, writing
from traceability.recalls.joining import LASTING
from traceability.recalls.models import Recall, RecallBatch

REJECTED = "claim_rejected"
"""How a recall's hold ended when the claim that had led to the lot proved untrue."""

_ROUND = """
WITH RECURSIVE {first}, walk(id) AS (
    SELECT unnest(CAST(:nodes AS bigint[]))
    UNION
    SELECT e.{there} FROM walk w JOIN trace_edges e ON e.{here} = w.id WHERE {counts}
)
SELECT n.batch_id FROM walk w JOIN trace_nodes n ON n.id = w.id WHERE n.batch_id IS NOT NULL"""
# Rejected steps too: they are what a lot may have come in by.
_ALL = {"first": WRONG_FIRST, "counts": NOT_WRONG}
_ABOVE = text(_ROUND.format(here="child_id", there="parent_id", **_ALL))
_BELOW = text(_ROUND.format(here="parent_id", there="child_id", **_ALL))


def renew(
    session: Session, child_ids: Collection[int], *, now: datetime, because: str = REJECTED
) -> None:
    """Let every recall of what may have gone into some things reach as far as it does by now.

    Lots that steps which count lead to join it. Lots it held on a claim alone leave it when the
    claim was rejected, or an officer took back that it is so (``because``, how the hold ends). A
    claim made while a recall runs lets nothing join before it is confirmed, and one whose owner
    takes the confirmation back lets nothing go before an officer has decided.
    """
    given = {"nodes": sorted(child_ids)}
    above = set(session.scalars(_ABOVE, given))
    reaching = select(RecallBatch.recall_id).where(RecallBatch.batch_id.in_(above))
    recalls = session.scalars(
        select(Recall)
        .where(Recall.id.in_(reaching), Recall.with_descendants, Recall.state != "lifted")
        .order_by(Recall.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    below = set(session.scalars(_BELOW, given)) if recalls else set()
    for recall in recalls:
        _renew(session, recall, below, because, now)


def _renew(session: Session, recall: Recall, below: set[int], because: str, now: datetime) -> None:
    members = session.execute(
        select(RecallBatch.batch_id, RecallBatch.by_claim, RecallBatch.is_origin).where(
            RecallBatch.recall_id == recall.id
        )
    ).all()
    first = [row.batch_id for row in members if row.is_origin]
    heard = set(holding.locked_reach(session, first, True, with_claims=False))
    told = heard
    if recall.follows_claims:
        told = heard.union(reach.descendants(session, first, with_claims=True))
    joined = sorted(heard - {row.batch_id for row in members})
    left = sorted(row.batch_id for row in members if row.batch_id in below - told)
    if left:
        left = sorted({*left} - reach.still_standing(session, first))
    sure = sorted(row.batch_id for row in members if row.by_claim and row.batch_id in heard)
    unsure = {row.batch_id for row in members if not row.by_claim} - heard - {*left}
    if joined:
        _join(session, recall, joined, now)
    if left:
        _leave(session, recall, left, because, now)
    for ids, by_claim in ((sure, False), (sorted(unsure & below), True)):
        if ids:
            given = {"recall_id": recall.id, "ids": ids, "by_claim": by_claim}
            writing.write(session, "recall_batches", _MARK, given)
    if joined or left:
        session.expire_all()
        body = {"joined": len(joined), "left": len(left)}
        log.append(session, kind="recall.renewed", subject=recall.code, body=body, now=now)
        deciding.follow(session, recall)


def _join(session: Session, recall: Recall, ids: Sequence[int], now: datetime) -> None:
    holding.place(session, recall, ids, now=now)
    if recall.state in LASTING:
        writing.write(session, "batches", _RECALL, {"ids": list(ids), "now": now})
    session.expire_all()
    if recall.recalled_at is not None:
        announced.list_lots(session, recall, now=now)
    happened.record_joined(session, recall, ids, now=now)


def _leave(
    session: Session, recall: Recall, ids: Sequence[int], because: str, now: datetime
) -> None:
    happened.record_left(session, recall, ids, now=now)
    announced.take_off(session, recall, ids, now=now)
    deciding.let_go(session, recall, ids, because, now=now)
    writing.write(session, "recall_batches", _GONE, {"recall_id": recall.id, "ids": list(ids)})


_RECALL = text(
    "UPDATE batches SET state = 'recalled', changed_at = :now"
    " WHERE id = ANY(CAST(:ids AS bigint[])) RETURNING id"
)
_MARK = text(
    "UPDATE recall_batches SET by_claim = :by_claim WHERE recall_id = :recall_id"
    " AND batch_id = ANY(CAST(:ids AS bigint[])) RETURNING recall_id, batch_id"
)
_GONE = text(
    "DELETE FROM recall_batches WHERE recall_id = :recall_id"
    " AND batch_id = ANY(CAST(:ids AS bigint[])) RETURNING recall_id, batch_id"
)
