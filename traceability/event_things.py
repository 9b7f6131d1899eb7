"""What an event of our own names, and the steps of the graph it makes, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from foundation import db
from traceability.epcis.models import EpcisEvent
from traceability.happenings import Happening, Portion
from traceability.lineage import claiming, nodes
from traceability.lineage.models import TraceEdge


@dataclass(frozen=True)
class _Named:
    role: str
    portion: Portion


@dataclass(frozen=True)
class Recorded:
    """An event that has its row, and the step it tells."""

    event: EpcisEvent
    happening: Happening


def write(session: Session, recorded: Sequence[Recorded], *, now: datetime) -> None:
    """Write the things that events name, and the steps of the graph they make."""
    found = [(each.event, list(_named(each.happening))) for each in recorded]
    houses = {event.organisation_id for event, _named_ in found}
    uris = (each.portion.uri for _event, named in found for each in named)
    # Whoever speaks of something first has named it; of several at once nobody has.
    ids = nodes.ensure(session, uris, houses.pop() if len(houses) == 1 else None, now=now)
    things = [_thing(event.id, each, ids) for event, named in found for each in named]
    if things:
        _insert_things(session, things)
    edges = [edge for event, named in found for edge in _edges(event, named, ids)]
    if edges:
        session.execute(insert(TraceEdge), edges)
        _note_claims(session, [event for event, _named_ in found], edges, now)


def _note_claims(
    session: Session,
    events: Iterable[EpcisEvent],
    edges: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """What an event says of another house's goods is a claim, also through our own program."""
    owners = claiming.owners_of(session, (edge["child_id"] for edge in edges))
    tellers = {event.id: event.organisation_id for event in events}
    for teller in sorted({each for each in tellers.values() if each is not None}):
        steps = [(edge["child_id"], edge["event_id"]) for edge in edges]
        theirs = [step for step in steps if tellers[step[1]] == teller]
        claiming.note(session, theirs, owners, teller, now=now)


# One statement however many lots an event names: a recall may name thousands.
_INSERT_THINGS = text(
    """
INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity, unit)
SELECT * FROM unnest(
    CAST(:event_id AS bigint[]), CAST(:role AS text[]), CAST(:node_id AS bigint[]),
    CAST(:is_class AS boolean[]), CAST(:quantity AS numeric[]), CAST(:unit AS text[]))"""
)


def _insert_things(session: Session, rows: list[dict[str, Any]]) -> None:
    columns = ("role", "is_class", "quantity", "unit")
    given: dict[str, Any] = {name: [row[name] for row in rows] for name in columns}
    given |= {name: db.integers(row[name] for row in rows) for name in ("event_id", "node_id")}
    session.execute(_INSERT_THINGS, given)


def _named(happening: Happening) -> Iterable[_Named]:
    contents = "child" if happening.parent_uri is not None else "object"
    if happening.parent_uri is not None:
        yield _Named("parent", Portion(happening.parent_uri, is_class=False))
    for role, portions in (
        (contents, happening.things),
        ("input", happening.inputs),
        ("output", happening.outputs),
    ):
        yield from (_Named(role, portion) for portion in portions)


def _thing(event_row: int, each: _Named, ids: Mapping[str, int]) -> dict[str, Any]:
    portion = each.portion
    return {
        "event_id": event_row,
        "role": each.role,
        "node_id": ids[portion.uri],
        "is_class": portion.is_class,
        "quantity": portion.quantity,
        "unit": portion.unit,
    }


def _edges(
    event: EpcisEvent, named: Iterable[_Named], ids: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    """Outputs are made of inputs; a unit that contents were added to holds them."""
    parts: dict[str, list[Portion]] = {}
    for each in named:
        parts.setdefault(each.role, []).append(each.portion)
    pairs = [("made_of", parts.get("output", []), parts.get("input", []))]
    if event.action == "ADD":
        pairs.append(("packed_in", parts.get("parent", []), parts.get("child", [])))
    for kind, children, parents in pairs:
        for child in children:
            yield from (
                _edge(event, kind, ids[child.uri], ids[parent.uri], parent)
                for parent in parents
                if parent.uri != child.uri
            )


def _edge(
    event: EpcisEvent, kind: str, child_id: int, parent_id: int, parent: Portion
) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "parent_id": parent_id,
        "event_id": event.id,
        "kind": kind,
        "quantity": parent.quantity,
        "unit": parent.unit,
        "happened_at": event.event_time,
    }
