"""Many events into the tables at once: a dozen statements however many events there are.

Nodes are named in the order of their addresses, so that two captures never wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from ledger import many
from ledger.many import Fact
from traceability import events
from traceability.epcis import entries, event_ids, rows, rules
from traceability.epcis.documents import ToldEvent
from traceability.epcis.entries import Entry
from traceability.epcis.index_models import ErrorDeclaration, EventWord, SensorReport
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import order
from traceability.lineage import claiming, owning, spellings
from traceability.lineage.models import TraceEdge, TraceNode

_COLUMNS = (
    "event_type",
    "action",
    "biz_step",
    "disposition",
    "event_time",
    "time_zone",
    "read_point",
    "biz_location",
    "parent_uri",
    "transformation_id",
)
_EVENT = (
    "id",
    "event_id",
    "is_error_declaration",
    "document",
    "hash",
    "record_time",
    "organisation_id",
    *_COLUMNS,
)
_THING = ("event_id", "role", "node_id", "is_class", "quantity", "unit")
_STEP = ("child_id", "parent_id", "event_id", "kind", "quantity", "unit", "happened_at")
_WORD = ("event_id", "kind", "type", "value")
_NODE = ("uri", "organisation_id", "created_at")


@dataclass(frozen=True)
class Teller:
    """Who captures, when: the organisation (None: the house itself)."""

    organisation_id: int | None
    now: datetime


@dataclass(frozen=True)
class Kept:
    """An event that got its row."""

    id: int
    entry: Entry


def taken_apart(
    session: Session, told: Sequence[ToldEvent], base_url: str, now: datetime
) -> list[Entry]:
    """Events taken apart, their things by the names the graph has for them."""
    addresses = (address for each in told for _path, address in rules.addresses(each.event))
    named = spellings.naming(session, addresses, base_url)
    return [entries.entry_of(each.event, each.names, recorded_at=now, named=named) for each in told]


def store(session: Session, told: Sequence[Entry], teller: Teller) -> list[Entry]:
    """Store events; answers those whose id somebody else took in the same moment."""
    if not told:
        return []
    kept = _write_events(session, told, teller)
    done = {id(each.entry) for each in kept}
    uris = {uri for each in kept for uri in each.entry.addresses}
    givers = owning.givers(session, uris)
    owning.hand_over(session, givers, now=teller.now)
    known = _known(session, uris)
    nodes = _name_nodes(session, sorted(uris), known, givers, teller)
    _write_things(session, kept, nodes)
    _write_steps(session, kept, nodes)
    _note_claims(session, kept, known, teller)
    _write_words(session, kept)
    _write_sensors(session, kept)
    _write_ledger(session, kept, teller.now)
    order.wake(session)
    return [entry for entry in told if id(entry) not in done]


_NEXT_IDS = text(
    "SELECT nextval(pg_get_serial_sequence('epcis_events', 'id'))"
    " FROM generate_series(1, CAST(:wanted AS integer))"
)


def _write_events(session: Session, told: Sequence[Entry], teller: Teller) -> list[Kept]:
    ids = list(session.scalars(_NEXT_IDS, {"wanted": len(told)}))
    numbered = list(zip(ids, told, strict=True))
    events_told = [_event(row, entry, teller) for row, entry in numbered]
    done = rows.write(session, EpcisEvent, _EVENT, events_told, answered=("id",))
    written = {row for (row,) in done}
    return [Kept(row, entry) for row, entry in numbered if row in written]


def _event(row: int, entry: Entry, teller: Teller) -> tuple[Any, ...]:
    return (
        row,
        entry.event_id,
        entry.declared is not None,
        json.dumps(entry.document, ensure_ascii=False),
        entry.hash,
        teller.now,
        teller.organisation_id,
        *(entry.columns[name] for name in _COLUMNS),
    )


_Known = dict[str, tuple[int, int | None]]
"""Of addresses that had a place in the graph before: its id, and whose the thing is."""


def _name_nodes(
    session: Session,
    wanted: Iterable[str],
    known: _Known,
    givers: Mapping[str, int],
    teller: Teller,
) -> dict[str, int]:
    found = {uri: node_id for uri, (node_id, _) in known.items()}
    new = [uri for uri in wanted if uri not in found]
    if not new:
        return found
    named = [(uri, givers.get(uri, teller.organisation_id), teller.now) for uri in new]
    answered = rows.write(session, TraceNode, _NODE, named, answered=("uri", "id"))
    found |= {str(row.uri): int(row.id) for row in answered}
    # A unit that is another's by its number is no word of its teller's, however early it comes.
    known.update({uri: (found[uri], givers[uri]) for uri in new if uri in givers and uri in found})
    lost = [uri for uri in new if uri not in found]
    # Named by another capture in the same moment: whose they are counts for them as well.
    known.update(_known(session, lost))
    return found | {uri: known[uri][0] for uri in lost}


def _known(session: Session, uris: Iterable[str]) -> _Known:
    wanted = sorted(uris)
    if not wanted:
        return {}
    named = TraceNode.uri == func.any(bindparam("uris", wanted, type_=ARRAY(Text)))
    columns = (TraceNode.uri, TraceNode.id, TraceNode.organisation_id)
    return {uri: (row, owner) for uri, row, owner in session.execute(select(*columns).where(named))}


def _note_claims(session: Session, kept: Iterable[Kept], known: _Known, teller: Teller) -> None:
    """Steps into goods that others had named before; what is named just now is its teller's."""
    steps = [
        (known[step.child][0], each.id)
        for each in kept
        for step in each.entry.steps
        if step.child in known
    ]
    if not steps:
        return
    owners = dict(known.values())
    claiming.note(session, steps, owners, teller.organisation_id, now=teller.now)
    claiming.follow(session, (child for child, _ in steps), owners, teller.organisation_id)


def _write_things(session: Session, kept: Iterable[Kept], nodes: Mapping[str, int]) -> None:
    things = [
        (each.id, thing.role, nodes[thing.uri], thing.is_class, thing.quantity, thing.unit)
        for each in kept
        for thing in each.entry.things
    ]
    rows.write(session, EventThing, _THING, things)


def _write_steps(session: Session, kept: Iterable[Kept], nodes: Mapping[str, int]) -> None:
    steps = [
        (
            nodes[step.child],
            nodes[step.parent],
            each.id,
            step.kind,
            step.quantity,
            step.unit,
            each.entry.columns["event_time"],
        )
        for each in kept
        for step in each.entry.steps
    ]
    rows.write(session, TraceEdge, _STEP, steps)


def _write_words(session: Session, kept: Iterable[Kept]) -> None:
    words = [(each.id, *word) for each in kept for word in sorted(each.entry.words)]
    rows.write(session, EventWord, _WORD, words)


def _write_sensors(session: Session, kept: Sequence[Kept]) -> None:
    reports = [{"event_id": each.id, **row} for each in kept for row in each.entry.sensors]
    if reports:
        session.execute(insert(SensorReport), reports)
    declared = [(each.id, *each.entry.declared) for each in kept if each.entry.declared]
    rows.write(session, ErrorDeclaration, ("event_id", "declared_at", "reason"), declared)


def _write_ledger(session: Session, kept: Iterable[Kept], now: datetime) -> None:
    facts = [
        Fact(
            event_ids.ledger_subject(each.entry.event_id),
            {
                "type": each.entry.columns["event_type"],
                "biz_step": each.entry.columns["biz_step"],
                "digest": events.digest_of(each.entry.document),
            },
        )
        for each in kept
    ]
    many.append_all(session, "event.recorded", facts, now=now)
