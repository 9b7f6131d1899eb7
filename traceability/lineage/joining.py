"""Joining: what was told of a thing under a second name moves to the thing's one place.

A partner may speak of a lot before its product bears the number it was told by; names kept before
the house knew them for its own stand beside their batches too. Events stay as they were told: what
is drawn from them is drawn anew, as every check of the ledger draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation import config, jobs
from ledger.rows import recording
from traceability.epcis import recorded, rows
from traceability.epcis import rules as event_rules
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.recorded import Derived
from traceability.lineage import claiming, nodes, spellings
from traceability.lineage.models import TraceEdge, TraceNode

JOB = "traceability.join_names"
AT_ONCE = 1_000

_THING = ("event_id", "role", "node_id", "is_class", "quantity", "unit")
_STEP = ("event_id", "child_id", "parent_id", "kind", "quantity", "unit", "happened_at")
_LET_DRAW = text("SELECT set_config('nguon.drawing_anew', :state, true)")
_TOLD_OF = text(
    "SELECT event_id FROM epcis_event_things WHERE node_id = :node"
    " UNION SELECT event_id FROM trace_edges WHERE child_id = :node"
    " UNION SELECT event_id FROM trace_edges WHERE parent_id = :node"
)
_ERASE = tuple(
    text(f"DELETE FROM {table} WHERE event_id = ANY(CAST(:events AS bigint[]))")  # noqa: S608
    for table in ("epcis_event_things", "trace_edges")
)
_MOVE_CLAIMS = text(
    "UPDATE step_claims k SET child_id = :to WHERE k.child_id = :of AND NOT EXISTS"
    " (SELECT FROM step_claims o WHERE o.child_id = :to AND o.event_id = k.event_id)"
    " RETURNING k.id"
)
_DROP_CLAIMS = text("DELETE FROM step_claims WHERE child_id = :of RETURNING id")
_CHILDREN = select(TraceEdge.child_id).distinct()


def join_some(session: Session, after: int, *, now: datetime) -> int | None:
    """Join second names among the next places of the graph; answers the last one looked at.

    None when there are no more. The places of a thing are held against others until the
    transaction ends.
    """
    some = select(TraceNode.id, TraceNode.uri).where(
        TraceNode.batch_id.is_(None), TraceNode.id > after
    )
    found = session.execute(some.order_by(TraceNode.id).limit(AT_ONCE)).all()
    naming = spellings.naming(session, (uri for _, uri in found), config.current().base_url)
    for node_id, uri in found:
        if naming(uri) != uri:
            _join(session, node_id, naming(uri), now=now)
    return found[-1].id if found else None


def _join(session: Session, node_id: int, name: str, *, now: datetime) -> None:
    wanted = (TraceNode.id == node_id) | (TraceNode.uri == name)
    held = session.scalars(select(TraceNode).where(wanted).order_by(TraceNode.id).with_for_update())
    places = {place.uri == name: place for place in held}
    second, target = places.get(False), places.get(True)
    if second is None:
        return
    told = list(session.scalars(_TOLD_OF, {"node": second.id}))
    if target is None:
        second.uri = name
        target = second
    session.flush()
    _draw_anew(session, told)
    if target is not second:
        _move_claims(session, second.id, target.id)
        session.delete(second)
        session.flush()
    claiming.take_over(session, target, now=now)
    below = session.scalars(_CHILDREN.where(TraceEdge.parent_id == target.id)).all()
    if below:
        jobs.defer(session, claiming.FOLLOW, {"children": sorted(below)})


def _draw_anew(session: Session, event_ids: Sequence[int]) -> None:
    """Write the things and steps of events once more, from their documents."""
    told = session.scalars(
        select(EpcisEvent).where(EpcisEvent.id.in_(event_ids)).order_by(EpcisEvent.id)
    ).all()
    addresses = (at for each in told for _path, at in event_rules.addresses(each.document))
    naming = spellings.naming(session, addresses, config.current().base_url)
    drawn = {each.id: recorded.derived(each.document, each.event_time, naming) for each in told}
    ids = _places_of(session, told, drawn)
    session.execute(_LET_DRAW, {"state": "on"})
    for statement in _ERASE:
        session.execute(statement, {"events": list(drawn)})
    session.execute(_LET_DRAW, {"state": "off"})
    things = [
        (event, role, ids[uri], *rest)
        for event, made in drawn.items()
        for role, uri, *rest in sorted(made["epcis_event_things"], key=str)
    ]
    steps = [
        (event, ids[child], ids[parent], *rest)
        for event, made in drawn.items()
        for child, parent, *rest in sorted(made["trace_edges"], key=str)
    ]
    rows.write(session, EventThing, _THING, things)
    rows.write(session, TraceEdge, _STEP, steps)


def _places_of(
    session: Session, told: Sequence[EpcisEvent], drawn: Mapping[int, Derived]
) -> dict[str, int]:
    """The places of all that events name; one without a place is its first teller's."""
    named = {
        event: {row[1] for row in made["epcis_event_things"]}
        | {uri for row in made["trace_edges"] for uri in row[:2]}
        for event, made in drawn.items()
    }
    ids = nodes.known(session, sorted(set().union(*named.values())))
    for each in told:
        missing = named[each.id] - set(ids)
        if missing:
            ids |= nodes.ensure(session, missing, each.organisation_id, now=each.record_time)
    return ids


def _move_claims(session: Session, of: int, to: int) -> None:
    """Claims of the second name are claims of the thing; one told of both is one."""
    for statement in (_MOVE_CLAIMS, _DROP_CLAIMS):
        changed = session.scalars(statement, {"of": of, "to": to}).all()
        recording.touch(session, "step_claims", [(claim,) for claim in changed])
