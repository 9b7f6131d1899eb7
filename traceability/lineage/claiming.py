"""Claims: steps into others' goods, noted the moment somebody tells them.

Whose goods a thing is stands in the graph: its batch's owner, else who named it first. What the
house itself captured is its own word and needs nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation import jobs
from ledger.rows import recording
from traceability.epcis import rows
from traceability.lineage.models import StepClaim, TraceNode

TELL = "traceability.tell_of_claims"
FOLLOW = "traceability.follow_steps"


def note(
    session: Session,
    steps: Iterable[tuple[int, int]],
    owners: Mapping[int, int | None],
    teller_id: int | None,
    *,
    now: datetime,
) -> None:
    """Note the claims among steps just told: (child, event) pairs, and whose each child is."""
    if teller_id is None:
        return
    claimed = {(event, child) for child, event in steps if owners[child] != teller_id}
    _write(session, sorted(claimed), now)


def follow(
    session: Session, child_ids: Iterable[int], owners: Mapping[int, int | None], by: int | None
) -> None:
    """Let what holds or recalls goods come down steps that count from the moment they are told."""
    heard = sorted({child for child in child_ids if by is None or owners[child] == by})
    if heard:
        jobs.defer(session, FOLLOW, {"children": heard})


def owners_of(session: Session, node_ids: Iterable[int]) -> dict[int, int | None]:
    """Whose each of some things is."""
    statement = select(TraceNode.id, TraceNode.organisation_id).where(
        TraceNode.id.in_(sorted(set(node_ids)))
    )
    return dict(session.execute(statement).all())


def take_over(session: Session, node: TraceNode, *, now: datetime) -> None:
    """A thing others spoke of became somebody's batch: what others told of it are claims now."""
    given = {"node": node.id, "owner": node.organisation_id, "now": now}
    for statement in (_CLAIMS_OF, _OWN_WORDS):
        found = session.scalars(statement, given).all()
        recording.touch(session, "step_claims", [(claim,) for claim in found])
    jobs.defer(session, TELL)
    jobs.defer(session, FOLLOW, {"children": [node.id]})


def _write(session: Session, claimed: Sequence[tuple[int, int]], now: datetime) -> None:
    if not claimed:
        return
    claims = [(event, child, "open", now) for event, child in claimed]
    rows.write(session, StepClaim, ("event_id", "child_id", "state", "claimed_at"), claims)
    jobs.defer(session, TELL)


_CLAIMS_OF = text(
    """
INSERT INTO step_claims (event_id, child_id, state, claimed_at)
SELECT DISTINCT e.event_id, e.child_id, 'open', CAST(:now AS timestamptz)
FROM trace_edges e JOIN epcis_events v ON v.id = e.event_id
WHERE e.child_id = :node AND v.organisation_id IS NOT NULL AND v.organisation_id <> :owner
ON CONFLICT DO NOTHING RETURNING id"""
)
_OWN_WORDS = text(
    """
UPDATE step_claims k SET state = 'confirmed', decided_at = :now, decided_as = 'owner'
FROM epcis_events v
WHERE k.child_id = :node AND v.id = k.event_id AND v.organisation_id = :owner
AND k.state IN ('open', 'denied') RETURNING k.id"""
)
