"""Reach: which batches a cause comes to, and which harvests a batch is made of.

Both walk the graph by one recursive query (UNION: cycles end by themselves) over the steps that
count (lineage/hearing): a partner saying that our batch was made of theirs neither holds it nor
gives it a harvest, until we or an officer confirm it. Steps declared wrong do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.types import BigInteger, Text

from traceability.lineage.hearing import HEARD, HEARD_FIRST, STANDING
from traceability.models import Batch

DECIDED = "decided"
"""How a hold ended when an officer let the batch pass although its cause stands."""

_SPREAD = """
WITH RECURSIVE {first}, start (cause, batch_id) AS (
    SELECT * FROM unnest(CAST(:causes AS text[]), CAST(:batches AS bigint[]))
), reached (cause, node_id) AS (
    SELECT s.cause, n.id FROM start s JOIN trace_nodes n ON n.batch_id = s.batch_id
    WHERE {open_source}
    UNION
    SELECT r.cause, step.child_id FROM reached r JOIN LATERAL (
        SELECT e.child_id, c.batch_id FROM trace_edges e JOIN trace_nodes c ON c.id = e.child_id
        WHERE e.parent_id = r.node_id AND {counts}
    ) step ON true
    WHERE {open_step}
)
SELECT DISTINCT r.cause, n.batch_id FROM reached r JOIN trace_nodes n ON n.id = r.node_id
WHERE n.batch_id IS NOT NULL
"""
_UNDECIDED = """NOT EXISTS (
    SELECT 1 FROM batch_holds h WHERE h.batch_id = {lot}.batch_id AND h.cause = {cause}.cause
    AND h.lifted_because = '{decided}'
)"""


def _spread_by(counts: str, open_source: str = "true", open_step: str = "true") -> TextClause:
    words = _SPREAD.format(
        first=HEARD_FIRST, counts=counts, open_source=open_source, open_step=open_step
    )
    return text(words).bindparams(
        bindparam("causes", type_=ARRAY(Text)), bindparam("batches", type_=ARRAY(BigInteger))
    )


_BY_HEARD = _spread_by(
    HEARD,
    _UNDECIDED.format(lot="s", cause="s", decided=DECIDED),
    _UNDECIDED.format(lot="step", cause="r", decided=DECIDED),
)
# Whoever let one lot pass said nothing of what was made of it.
_BY_STANDING = _spread_by(STANDING)

_HARVESTS = text(
    f"""
WITH RECURSIVE {HEARD_FIRST}, above (root, node_id) AS (
    SELECT n.batch_id, n.id FROM trace_nodes n WHERE n.batch_id = ANY (:batches)
    UNION
    SELECT a.root, step.parent_id FROM above a JOIN LATERAL (
        SELECT e.parent_id FROM trace_edges e WHERE e.child_id = a.node_id AND {HEARD}
    ) step ON true
)
SELECT a.root, b.id, b.code, b.lot, b.origin, b.organisation_id, b.produced_on,
    b.harvested_on,
    ARRAY(SELECT area_id FROM batch_areas WHERE batch_id = b.id ORDER BY 1) AS area_ids,
    ARRAY(SELECT parcel_id FROM batch_parcels WHERE batch_id = b.id ORDER BY 1) AS parcel_ids
FROM above a JOIN trace_nodes n ON n.id = a.node_id JOIN batches b ON b.id = n.batch_id
ORDER BY a.root, b.id <> a.root, b.id
"""  # noqa: S608 - constants of this module
).bindparams(bindparam("batches", type_=ARRAY(BigInteger)))


@dataclass(frozen=True)
class Source:
    """A batch that another is made of, or itself, with the harvest it came from."""

    batch_id: int
    code: str
    lot: str
    origin: str
    organisation_id: int
    produced_on: date
    harvested_on: date | None
    area_ids: tuple[int, ...]
    parcel_ids: tuple[int, ...]


def spread(session: Session, sources: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    """The batches each cause comes to from its source batches down, those included.

    Where an officer decided that a batch may pass in spite of a cause, it comes no further.
    """
    return _spread(session, sources, _BY_HEARD)


def still_standing(session: Session, cause: str, sources: Collection[int]) -> set[int]:
    """The batches a cause may not let go of by itself.

    Also those that an owner's word alone would free, and those made of a lot that an officer let
    pass alone: nobody has decided about them.
    """
    return _spread(session, {cause: sources}, _BY_STANDING)[cause]


def _spread(
    session: Session, sources: Mapping[str, Collection[int]], walk: TextClause
) -> dict[str, set[int]]:
    pairs = [(cause, batch_id) for cause, ids in sources.items() for batch_id in sorted(ids)]
    found: dict[str, set[int]] = {cause: set() for cause in sources}
    if not pairs:
        return found
    told = {"causes": [cause for cause, _ in pairs], "batches": [each for _, each in pairs]}
    for cause, batch_id in session.execute(walk, told):
        found[cause].add(batch_id)
    return found


def sources_of(session: Session, batch_ids: Iterable[int]) -> dict[int, list[Source]]:
    """Every batch that went into each of some batches, itself first; one query, all levels."""
    wanted = sorted(set(batch_ids))
    found: dict[int, list[Source]] = defaultdict(list)
    if not wanted:
        return found
    for row in session.execute(_HARVESTS, {"batches": wanted}):
        found[row.root].append(
            Source(
                row.id,
                row.code,
                row.lot,
                row.origin,
                row.organisation_id,
                row.produced_on,
                row.harvested_on,
                tuple(row.area_ids),
                tuple(row.parcel_ids),
            )
        )
    return found


def lock(session: Session, batch_ids: Iterable[int]) -> dict[int, Batch]:
    """Some batches, held against others until the transaction ends; in the order of their ids."""
    statement = (
        select(Batch)
        .where(Batch.id.in_(sorted(set(batch_ids))))
        .options(joinedload(Batch.product), joinedload(Batch.organisation))
        .order_by(Batch.id)
        .with_for_update(of=Batch)
        .execution_options(populate_existing=True)
    )
    return {batch.id: batch for batch in session.scalars(statement)}


def lock_spread(session: Session, cause: str, sources: Collection[int]) -> dict[int, Batch]:
    """The batches a cause comes to, all of them locked."""
    return lock_spread_with(session, cause, sources, ())[0]


def lock_spread_with(
    session: Session, cause: str, sources: Collection[int], others: Collection[int]
) -> tuple[dict[int, Batch], dict[int, Batch]]:
    """The batches a cause comes to, and of some others those it does not; all of them locked.

    In one run, in the order of their ids: two who settle at once wait for each other and no ring
    of waiting is closed. Who splits a batch holds its row: once that is ours, their pieces are
    there to be seen, and the walk is done again until it finds nothing new.
    """
    # Sources stopped by a decision are locked all the same: the decision may be taken just now.
    known = {*sources, *others}
    wanted = spread(session, {cause: sources})[cause]
    locked: dict[int, Batch] = {}
    while not (wanted | known) <= locked.keys():
        locked |= lock(session, (wanted | known) - locked.keys())
        wanted = spread(session, {cause: sources})[cause]
    reached = {batch_id: locked[batch_id] for batch_id in sorted(wanted)}
    return reached, {each: locked[each] for each in sorted({*others} - wanted)}


def touch(session: Session, batch_ids: Collection[int], *, now: datetime) -> None:
    """Let scan pages forget what they said of some batches and of everything made of them."""
    told = spread(session, {"": batch_ids})[""]
    for batch in lock(session, told).values():
        batch.changed_at = now
    session.flush()
