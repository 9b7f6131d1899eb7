"""Recorded: whether what events are found by still follows from their documents.

Things, steps of the graph, words, measurements and declarations are drawn from documents when an
event is written; the documents are committed to by the ledger, so these are derived once more and
compared, row by row. Streams side by side, ordered by event: as many statements as tables.

A document of our own program is read otherwise than a partner's, and a partner may name our goods
by an address this house had when the event was captured: the signed checkpoints tell them all.
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
from traceability.epcis import contexts, entries, own_documents
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
_ORIGINS = "SELECT DISTINCT split_part(note, E'\\n', 1) FROM ledger_checkpoints"

_LISTS = (
    "epcList", "quantityList", "childEPCs", "childQuantityList", "inputEPCList",
    "inputQuantityList", "outputEPCList", "outputQuantityList",
)  # fmt: skip
_Row = tuple[Any, ...]
_Derived = dict[str, set[_Row]]
"""By table, what its rows are to be."""


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
    bases = _bases(session)
    for event, event_id, at, document in streamed(session, _EVENTS, {}):
        there: _Derived = {side.table: set() for side in sides}
        for side in sides:
            for of, row in side.upto(event):
                if of == event:
                    there[side.table].add(row)
                else:
                    yield _mismatch(f"event {of}", side.table, row, "follows from no event")
        yield from _differences(event_id, there, json.loads(document), at, bases)
    for side in sides:
        for of, row in side.upto(None):
            yield _mismatch(f"event {of}", side.table, row, "follows from no event")
    for event, what in streamed(session, _PLACES, {}):
        yield _mismatch(f"event {event}", "epcis_event_places", (), what)


def _bases(session: Session) -> list[str]:
    """The address this house has, then those it signed checkpoints under."""
    now = config.current().base_url
    hosts = [origin.removesuffix("/ledger") for (origin,) in streamed(session, _ORIGINS, {})]
    former = {f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")}
    return [now, *sorted(former - {now})]


def _differences(
    event_id: str, there: _Derived, document: Mapping[str, Any], at: datetime, bases: list[str]
) -> Iterator[RowMismatch]:
    wanted = _derived(document, at, bases[0])
    if there == wanted or any(there == _derived(document, at, base) for base in bases[1:]):
        return
    for table, rows in wanted.items():
        for row in sorted(there[table] - rows, key=str):
            yield _mismatch(event_id, table, row, "does not follow from the document")
        for row in sorted(rows - there[table], key=str):
            yield _mismatch(event_id, table, row, "is missing or altered")


def _mismatch(subject: str, table: str, row: _Row, what: str) -> RowMismatch:
    told = " ".join(str(value) for value in row if value is not None)
    return RowMismatch(ROOM, subject, f"{table} ({told}) {what}")


def _derived(document: Mapping[str, Any], at: datetime, base_url: str) -> _Derived:
    own = document.get("@context", [])
    names, _ = contexts.read([contexts.STANDARD, *(own if isinstance(own, list) else [own])])
    entry = entries.entry_of(document, names, recorded_at=at, base_url=base_url)
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
