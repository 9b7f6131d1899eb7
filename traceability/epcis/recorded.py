"""Recorded: whether what events are found by still follows from their documents.

Things, steps of the graph, words, measurements and declarations are drawn from documents when an
event is written; the documents are committed to by the ledger, so these are derived once more and
compared, row by row. Streams side by side, ordered by event: as many statements as tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation import config
from ledger.ports import RowMismatch
from ledger.reading import streamed
from traceability.epcis import contexts, entries
from traceability.epcis.entries import Entry, Thing
from traceability.epcis.index_models import SensorReport

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

_Row = tuple[Any, ...]
_Derived = dict[str, list[set[_Row]]]
"""By table, what its rows may be: as captured from a partner, or as told of our own goods."""


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
    base_url = config.current().base_url
    for event, event_id, at, document in streamed(session, _EVENTS, {}):
        derived = _derived(json.loads(document), at, base_url)
        for side in sides:
            there = set()
            for of, row in side.upto(event):
                if of == event:
                    there.add(row)
                else:
                    yield _mismatch(f"event {of}", side.table, row, "follows from no event")
            yield from _differences(event_id, side.table, there, derived[side.table])
    for side in sides:
        for of, row in side.upto(None):
            yield _mismatch(f"event {of}", side.table, row, "follows from no event")


def _differences(
    event_id: str, table: str, there: set[_Row], derived: list[set[_Row]]
) -> Iterator[RowMismatch]:
    if there in derived:
        return
    # Told against the reading that comes nearest.
    wanted = min(derived, key=lambda rows: len(rows ^ there))
    for row in sorted(there - wanted, key=str):
        yield _mismatch(event_id, table, row, "does not follow from the document")
    for row in sorted(wanted - there, key=str):
        yield _mismatch(event_id, table, row, "is missing or altered")


def _mismatch(subject: str, table: str, row: _Row, what: str) -> RowMismatch:
    told = " ".join(str(value) for value in row if value is not None)
    return RowMismatch(ROOM, subject, f"{table} ({told}) {what}")


def _derived(document: Mapping[str, Any], at: datetime, base_url: str) -> _Derived:
    own = document.get("@context", [])
    names, _ = contexts.read([contexts.STANDARD, *(own if isinstance(own, list) else [own])])
    entry = entries.entry_of(document, names, recorded_at=at, base_url=base_url)
    sensors = {tuple(row.get(name) for name in _SENSORS) for row in entry.sensors}
    words = set(entry.words)
    return {
        "epcis_event_things": [{_thing(each) for each in entry.things}],
        "trace_edges": [_captured_steps(entry, at), _own_steps(entry, document, at)],
        # Our own details are for the story of the batch; nobody asks by them.
        "epcis_event_words": [words, {word for word in words if word[0] != "field"}],
        "epcis_event_sensors": [sensors],
        "epcis_error_declarations": [{entry.declared} if entry.declared else set()],
    }


def _thing(thing: Thing) -> _Row:
    return thing.role, thing.uri, thing.is_class, thing.quantity, thing.unit


def _captured_steps(entry: Entry, at: datetime) -> set[_Row]:
    """Each step once between two things: the first that was told."""
    first: dict[tuple[str, str], _Row] = {}
    for step in entry.steps:
        row = (step.child, step.parent, step.kind, step.quantity, step.unit, at)
        first.setdefault((step.child, step.parent), row)
    return set(first.values())


def _own_steps(entry: Entry, document: Mapping[str, Any], at: datetime) -> set[_Row]:
    """The steps of an event of our own: outputs of inputs; what was put into a unit."""
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
