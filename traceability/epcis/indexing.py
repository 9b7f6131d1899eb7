"""What an event of our own can be asked by, beside what it names: papers, parties, measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from traceability.epcis import contexts, entries, measurements
from traceability.epcis.index_models import EventWord, SensorReport
from traceability.epcis.querying.telling import NAMESPACE

# Rows with and without a value are one statement, not one for every change between them.
_AS_ONE = {"render_nulls": True}
_NAMES, _ = contexts.read([contexts.STANDARD, {"nguon": NAMESPACE}])


def index_all(session: Session, documents: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the rows by which queries find events recorded just now, by the events' ids."""
    words = [
        {"event_id": event_row, "kind": kind, "type": sort, "value": value}
        for event_row, document in documents.items()
        for kind, sort, value in sorted(set(entries.words_of(document, _NAMES)))
        # Our own details are for the story of the batch; nobody asks by them.
        if kind != "field"
    ]
    if words:
        session.execute(insert(EventWord), words, execution_options=_AS_ONE)
    reports = [
        {"event_id": event_row, **row}
        for event_row, document in documents.items()
        for row in measurements.rows_of(document)
    ]
    if reports:
        session.execute(insert(SensorReport), reports, execution_options=_AS_ONE)
