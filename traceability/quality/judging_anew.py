"""Judging anew: what only a step that no longer counts had held is held no longer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session, selectinload

from traceability.certifying import retesting, standing
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.epcis.declared import NOT_WRONG, WRONG_FIRST
from traceability.models import Batch
from traceability.quality import early, holds, inheriting, notices, reach, settling
from traceability.quality.models import BatchHold, HoldDecision
from traceability.quality.settling import Cause, Settled

TAKEN_BACK = "claim_taken_back"
REJECTED = "claim_rejected"
UNPROVED = "unproved"
"""How a hold ended that was lifted on a result which was taken off since."""


def judge(session: Session, child_ids: Collection[int], because: str, *, now: datetime) -> Settled:
    """Settle once more whatever holds the lots below some things, and tell who answers for them.

    ``because`` is how the holds of the freed end. Recalls are renewed by themselves
    (recalls/renewing).
    """
    below = list(session.scalars(_BELOW, {"nodes": sorted(child_ids)}))
    found = holds.open_holds(session, below)
    causes = {
        hold.cause: Cause(hold.cause, hold.reason, hold.details)
        for some in found.values()
        for hold in some
        if inheriting.spreads(hold)
    }
    settled = Settled()
    for name, cause in sorted(causes.items()):
        sources = sources_of(session, name)
        settled = settled.joined(settling.settle(session, cause, sources, because, now=now))
    notices.tell(session, settled)
    return settled


def judge_without(
    session: Session, result: LaboratoryResult, *, now: datetime, by: int | None
) -> Settled:
    """Hold again what was let pass on a result that was just taken off as a mistake.

    What named it as its evidence, and what only a re-test had made free to decide about. The
    decision stays written; it proves nothing any more. What its cause no longer comes to for other
    reasons (a corrected line, a withdrawn paper) stays free.
    """
    named = select(HoldDecision.hold_id).where(
        HoldDecision.result_id == result.id, HoldDecision.kind == "lifted"
    )
    leaned: ColumnElement[bool] = BatchHold.id.in_(named)
    answered = result.retest_of_id
    if answered is not None and not retesting.has_passed(session, answered):
        leaned |= BatchHold.cause == f"laboratory:{answered}"
    rows = session.scalars(
        select(BatchHold)
        .where(leaned, BatchHold.lifted_because == reach.DECIDED)
        .order_by(BatchHold.batch_id, BatchHold.id)
    ).all()
    causes = {hold.cause: Cause(hold.cause, hold.reason, hold.details) for hold in rows}
    for hold in rows:
        hold.lifted_because = UNPROVED
    session.flush()
    settled = Settled()
    for name, cause in sorted(causes.items()):
        if _names_sources(cause):
            sources = sources_of(session, name)
            again = settling.settle(session, cause, sources, "withdrawn", now=now, by=by)
        else:
            ids = [hold.batch_id for hold in rows if hold.cause == name]
            again = _hold_again(session, cause, ids, now, by)
        settled = settled.joined(again)
    return settled


def _names_sources(cause: Cause) -> bool:
    """Whether a cause says which lots it comes from; the others are shared by lots of many."""
    return ":" in cause.name and cause.reason != "yield"


def _hold_again(
    session: Session, cause: Cause, batch_ids: Collection[int], now: datetime, by: int | None
) -> Settled:
    """Hold some lots once more, each by itself, and free none of the others its cause holds."""
    locked = reach.lock(session, batch_ids)
    return Settled(
        tuple(
            batch
            for batch in locked.values()
            if settling.place(session, batch, cause, now=now, by=by)
        )
    )


def sources_of(session: Session, cause: str) -> Collection[int]:
    """The batches a cause itself speaks of, as it stands today."""
    kind, _, number = cause.partition(":")
    if kind == holds.OFFICE:
        code = number.rpartition("-")[0]
        return list(session.scalars(select(Batch.id).where(Batch.code == code)))
    if kind == "diary":
        return early.sources_of(session, int(number))
    if kind == "laboratory":
        readings = selectinload(LaboratoryResult.readings)
        result = session.get_one(LaboratoryResult, int(number), options=[readings])
        return standing.batches_of_result(session, result)
    paper = session.get_one(GoodsCertificate, int(number))
    return standing.batches_of_certificate(session, paper)


# Every step there was: those that no longer count are what the lots were held by.
_BELOW = text(
    f"""
WITH RECURSIVE {WRONG_FIRST}, below (id) AS (
    SELECT unnest(CAST(:nodes AS bigint[]))
    UNION
    SELECT e.child_id FROM below b JOIN trace_edges e ON e.parent_id = b.id WHERE {NOT_WRONG}
)
SELECT n.batch_id FROM below b JOIN trace_nodes n ON n.id = b.id WHERE n.batch_id IS NOT NULL"""  # noqa: S608 - constants of ours
)
