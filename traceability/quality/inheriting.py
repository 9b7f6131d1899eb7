"""A new batch inherits what holds its inputs, and is held for what stands against it itself.

Called once by whatever opens a batch, after its areas and its inputs are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from traceability import pre_harvest
from traceability.certifying import standing
from traceability.models import Batch
from traceability.quality import holds, settling
from traceability.quality.settling import Cause
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
