"""Judging anew: what only a step that no longer counts had held is held no longer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session, selectinload

from traceability.certifying import standing
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.epcis.declared import NOT_WRONG, WRONG_FIRST
from traceability.quality import early, holds, inheriting, notices, settling
from traceability.quality.settling import Cause, Settled

TAKEN_BACK = "claim_taken_back"
REJECTED = "claim_rejected"


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
        if hold.reason in inheriting.SPREADING
    }
    settled = Settled()
    for name, cause in sorted(causes.items()):
        sources = _sources(session, name)
        settled = settled.joined(settling.settle(session, cause, sources, because, now=now))
    notices.tell(session, settled)
    return settled


def _sources(session: Session, cause: str) -> Collection[int]:
    """The batches a cause itself speaks of, as it stands today."""
    kind, _, number = cause.partition(":")
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
