"""Recorded: whether what events are found by still follows from their documents.

Things, steps of the graph, words, measurements and declarations are drawn from documents when an
event is written; the documents are committed to by the ledger, so these are derived once more and
compared, row by row. Streams side by side, ordered by event: as many statements as tables.

A document of our own program is read otherwise than a partner's. A partner may name our goods by an
address this house had when the event was captured (the signed checkpoints tell them all), and by a
name that the graph does not use (`lineage.spellings`): events whose rows are not drawn letter by
letter are gone through once more, with all names of one thing taken for one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation import config
from ledger.ports import RowMismatch
from ledger.reading import streamed
from traceability.epcis import contexts, entries, identifiers, own_documents, rules
from traceability.epcis.entries import Entry, Thing
from traceability.epcis.index_models import SensorReport
from traceability.lineage import spellings
from traceability.lineage.spellings import Naming

ROOM = "traceability.epcis"
_SENSORS = tuple(column.name for column in SensorReport.__table__.columns)[1:]
_COLUMNS = ", ".join(f'"{name}"' for name in _SENSORS)
_EVENTS = "SELECT id, event_id, event_time, document::text FROM epcis_events ORDER BY id"
_ROWS = {
    "epcis_event_things": "SELECT t.event_id, t.role, n.uri, t.is_class, t.quantity, t.unit"
    " FROM epcis_event_things t LEFT JOIN trace_nodes n ON n.id = t.node_id ORDER BY 1",
    "trace_edges": "SELECT e.event_id, c.uri, p.uri, e.kind, e.quantity, e.unit, e.happened_at"
    " FROM trace_edges e LEFT JOIN trace_nodes c ON c.id = e.child_id"
    " LEFT JOIN trace_nodes p ON p.id = e.parent_id ORDER BY 1",
    "epcis_event_words": "SELECT event_id, kind, type, value FROM epcis_event_words ORDER BY 1",
    "epcis_event_sensors": f"SELECT event_id, {_COLUMNS} FROM epcis_event_sensors ORDER BY 1",  # noqa: S608 - our own columns
    "epcis_error_declarations": "SELECT event_id, declared_at, reason"
    " FROM epcis_error_declarations ORDER BY 1",
}

_PLACES = """
SELECT coalesce(p.event_id, w.event_id, e.id),
    CASE WHEN e.id IS NULL THEN 'follows from no event'
        WHEN p.places > 1 OR (p.event_id IS NOT NULL) = (w.event_id IS NOT NULL)
            THEN 'is not the one place of its event'
        ELSE 'leaves a gap' END
FROM epcis_events e
FULL JOIN (SELECT event_id, count(*) AS places, min(place) AS place,
        bool_or(place <> nth) AS gap FROM
        (SELECT place, event_id, row_number() OVER (ORDER BY place) AS nth
        FROM epcis_event_places) numbered GROUP BY event_id) p ON p.event_id = e.id
FULL JOIN (SELECT DISTINCT event_id FROM epcis_waiting_events) w
    ON w.event_id = coalesce(e.id, p.event_id)
WHERE e.id IS NULL OR p.places > 1 OR p.gap
    OR (p.event_id IS NOT NULL) = (w.event_id IS NOT NULL)
ORDER BY 1
"""
"""Every event has one place in the order of telling, without gaps, or waits for it."""

_LISTS = (
    "epcList", "quantityList", "childEPCs", "childQuantityList", "inputEPCList",
    "inputQuantityList", "outputEPCList", "outputQuantityList",
)  # fmt: skip
_AT_ONCE = 500
_Row = tuple[Any, ...]
Derived = dict[str, set[_Row]]
"""By table, what its rows are to be."""


@dataclass(frozen=True)
class _Doubt:
    """An event whose rows do not follow letter by letter, and the rows that are there."""

    event_id: str
    there: Derived
    document: Mapping[str, Any]
    at: datetime


class _Side:
    """The rows of one table, event by event."""

    def __init__(self, session: Session, table: str) -> None:
        self.table = table
        self._rows = streamed(session, _ROWS[table], {})
        self._next = next(self._rows, None)

    def upto(self, event: int | None) -> Iterator[tuple[int, _Row]]:
        """The rows up to and of an event; all that are left without one."""
        while self._next is not None and (event is None or self._next[0] <= event):
            yield self._next[0], self._next[1:]
            self._next = next(self._rows, None)


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Rows beside events that do not follow from their documents, and those that are missing."""
    sides = [_Side(session, table) for table in _ROWS]
    plain = Naming(spellings.hosts(session, config.current().base_url))
    doubts: list[_Doubt] = []
    for event, event_id, at, document in streamed(session, _EVENTS, {}):
        there: Derived = {side.table: set() for side in sides}
        for side in sides:
            for of, row in side.upto(event):
                if of == event:
                    there[side.table].add(row)
                else:
                    yield _mismatch(f"event {of}", side.table, row, "follows from no event")
        doubt = _Doubt(event_id, there, json.loads(document), at)
        if there != derived(doubt.document, at, plain):
            doubts.append(doubt)
        if len(doubts) == _AT_ONCE:
            yield from _judged(session, doubts, plain)
            doubts.clear()
    yield from _judged(session, doubts, plain)
    for side in sides:
        for of, row in side.upto(None):
            yield _mismatch(f"event {of}", side.table, row, "follows from no event")
    for event, what in streamed(session, _PLACES, {}):
        yield _mismatch(f"event {event}", "epcis_event_places", (), what)


def _judged(session: Session, doubts: list[_Doubt], plain: Naming) -> Iterator[RowMismatch]:
    """What is still wrong once every name of a thing of ours is taken for the same."""
    named = {plain(address) for doubt in doubts for address in _names(doubt)}
    naming = Naming(plain.hosts, spellings.places(session, named))
    for doubt in doubts:
        yield from _differences(doubt, naming)


def _names(doubt: _Doubt) -> Iterator[str]:
    yield from (address for _path, address in rules.addresses(doubt.document))
    stored = [row[1] for row in doubt.there["epcis_event_things"]]
    stored += [uri for row in doubt.there["trace_edges"] for uri in row[:2]]
    # A row may refer to a place that somebody took away.
    yield from filter(None, stored)


def _differences(doubt: _Doubt, naming: Naming) -> Iterator[RowMismatch]:
    wanted = derived(doubt.document, doubt.at, naming)
    there = dict(doubt.there)
    for table, renamed in (("epcis_event_things", _things), ("trace_edges", _steps)):
        there[table] = renamed(doubt.there[table], naming)
    for table, rows in wanted.items():
        for row in sorted(there[table] - rows, key=str):
            yield _mismatch(doubt.event_id, table, row, "does not follow from the document")
        for row in sorted(rows - there[table], key=str):
            if table != "trace_edges" or not _is_named_since(row, doubt.there[table], naming):
                yield _mismatch(doubt.event_id, table, row, "is missing or altered")


def _things(rows: set[_Row], naming: Naming) -> set[_Row]:
    """Rows of things by the names the graph has now; of one thing named twice the amounts added."""
    told = (Thing(row[0] or "", naming(row[1] or ""), *row[2:]) for row in sorted(rows, key=str))
    return {_thing(each) for each in entries.added_up(told)}


def _steps(rows: set[_Row], naming: Naming) -> set[_Row]:
    named = {(naming(row[0] or ""), naming(row[1] or ""), *row[2:]) for row in rows}
    return {row for row in named if row in rows or row[0] != row[1]}


def _is_named_since(step: _Row, there: set[_Row], naming: Naming) -> bool:
    """Whether an item came out of its lot by a name that the graph did not know at the time."""
    is_of_lot = identifiers.lot_of_item(step[0]) == step[1] and step[3] is None
    return is_of_lot and (step[0] in naming.places.values() or step[0].startswith("/t/"))


def _mismatch(subject: str, table: str, row: _Row, what: str) -> RowMismatch:
    told = " ".join(str(value) for value in row if value is not None)
    return RowMismatch(ROOM, subject, f"{table} ({told}) {what}")


def derived(document: Mapping[str, Any], at: datetime, named: entries.Naming) -> Derived:
    """By table, the rows that an event's document makes, whoever told it."""
    own = document.get("@context", [])
    names, _ = contexts.read([contexts.STANDARD, *(own if isinstance(own, list) else [own])])
    entry = entries.entry_of(document, names, recorded_at=at, named=named)
    sensors = {tuple(row.get(name) for name in _SENSORS) for row in entry.sensors}
    is_own = _is_own(document)
    return {
        "epcis_event_things": {_thing(each) for each in entry.things},
        "trace_edges": (_own_steps if is_own else _captured_steps)(entry, document, at),
        # Our own details are for the story of the batch; nobody asks by them.
        "epcis_event_words": {word for word in entry.words if word[0] != "field" or not is_own},
        "epcis_event_sensors": sensors,
        "epcis_error_declarations": {entry.declared} if entry.declared else set(),
    }


def _is_own(document: Mapping[str, Any]) -> bool:
    """Whether our own program told it: only that names goods by addresses without a host, and adds
    words of its own without explaining them."""
    if own_documents.own_details(document) is not None:
        return True
    return "@context" not in document and any(name.startswith("/") for name in _goods(document))


def _goods(document: Mapping[str, Any]) -> Iterator[str]:
    """The goods that a document names, as it writes them."""
    yield str(document.get("parentID", ""))
    for member in _LISTS:
        for each in document.get(member, ()):
            yield str(each.get("epcClass") if isinstance(each, dict) else each)


def _thing(thing: Thing) -> _Row:
    return thing.role, thing.uri, thing.is_class, thing.quantity, thing.unit


def _captured_steps(entry: Entry, _document: Mapping[str, Any], at: datetime) -> set[_Row]:
    """Each step once between two things: the first that was told."""
    first: dict[tuple[str, str], _Row] = {}
    for step in entry.steps:
        row = (step.child, step.parent, step.kind, step.quantity, step.unit, at)
        first.setdefault((step.child, step.parent), row)
    return set(first.values())


def _own_steps(entry: Entry, document: Mapping[str, Any], at: datetime) -> set[_Row]:
    """The steps of an event of our own: outputs of inputs; what was put into a unit."""
    if entry.declared:
        return set()
    parts: dict[str, list[Thing]] = {}
    for thing in entry.things:
        parts.setdefault(thing.role, []).append(thing)
    pairs = [("made_of", "output", "input")]
    if document.get("action") == "ADD":
        pairs.append(("packed_in", "parent", "child"))
    return {
        (child.uri, parent.uri, kind, parent.quantity, parent.unit, at)
        for kind, above, below in pairs
        for child in parts.get(above, [])
        for parent in parts.get(below, [])
        if child.uri != parent.uri
    }
