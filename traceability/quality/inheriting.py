"""A new batch inherits what holds its inputs, and is held for what stands against it itself.

Called once by whatever opens a batch, after its areas and its inputs are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from traceability import pre_harvest
from traceability.certifying import standing
from traceability.lineage.hearing import HEARD, HEARD_FIRST
from traceability.models import Batch
from traceability.quality import holds, notices, reach, settling
from traceability.quality.models import BatchHold
from traceability.quality.settling import Cause, Settled
from traceability.recalls import joining


def hold_new(
    session: Session, batch: Batch, parents: Collection[int] = (), *, now: datetime
) -> list[str]:
    """Hold a batch just opened for every cause that comes to it; answers their names.

    ``parents`` are the ids of the batches it is made of, locked by the caller: whatever is to
    hold them later waits for this transaction and then finds the new batch in the graph.
    """
    causes = {cause.name: cause for cause in _inherited(session, parents)}
    for cause in _too_early(session, batch):
        causes.setdefault(cause.name, cause)
    for cause in standing.against(session, batch):
        causes.setdefault(cause.name, cause)
    for cause in causes.values():
        settling.place(session, batch, cause, now=now)
    if parents:
        joining.join(session, batch, parents, now=now)
    return list(causes)


def _inherited(session: Session, parents: Iterable[int]) -> list[Cause]:
    found = holds.open_holds(session, parents)
    return [
        Cause(hold.cause, hold.reason, hold.details) for some in found.values() for hold in some
    ]


def _too_early(session: Session, batch: Batch) -> list[Cause]:
    """What forbids its own harvest; those of its inputs hold the inputs, or are just about to."""
    if batch.harvested_on is None:
        return []
    return [each.cause for each in pre_harvest.early_of(session, [batch.id]).get(batch.id, [])]


def carry(session: Session, child_ids: Collection[int], *, now: datetime) -> Settled:
    """Bring what holds the lots above down to things that are known to be made of them just now.

    Only what reaches further than the lot it was found on: sprayings, laboratory results,
    certificates. Recalls come down by themselves (recalls/renewing). Twice is once.
    """
    above = list(session.scalars(_ABOVE, {"children": sorted(child_ids)}))
    found = holds.open_holds(session, above)
    causes = {
        hold.cause: Cause(hold.cause, hold.reason, hold.details)
        for some in found.values()
        for hold in some
        if spreads(hold)
    }
    held: list[Batch] = []
    for name, cause in causes.items():
        sources = [each for each, some in found.items() if any(h.cause == name for h in some)]
        reached = reach.lock_spread(session, name, sources)
        held += [
            batch for batch in reached.values() if settling.place(session, batch, cause, now=now)
        ]
    settled = Settled(held=tuple(held))
    notices.tell(session, settled)
    return settled


_SPREADING = ("pre_harvest", "laboratory", "certificate")


def spreads(hold: BatchHold) -> bool:
    """Whether a hold comes down to whatever is made of its lot; an officer's own does, too."""
    # The oldest of an officer's holds share one cause, which names no lot it could come from.
    return hold.reason in _SPREADING or hold.cause.startswith(f"{holds.OFFICE}:")


_ABOVE = text(
    f"""
WITH RECURSIVE {HEARD_FIRST}, above (id) AS (
    SELECT unnest(CAST(:children AS bigint[]))
    UNION
    SELECT e.parent_id FROM above a JOIN trace_edges e ON e.child_id = a.id WHERE {HEARD}
)
SELECT n.batch_id FROM above a JOIN trace_nodes n ON n.id = a.id WHERE n.batch_id IS NOT NULL"""  # noqa: S608 - constants of ours
)
