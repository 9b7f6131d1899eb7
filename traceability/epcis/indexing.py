"""What an event of our own can be asked by, beside what it names: papers, parties, measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from traceability.epcis import contexts, entries, measurements
from traceability.epcis.index_models import EventWord, SensorReport
from traceability.epcis.querying.telling import NAMESPACE

_NAMES, _ = contexts.read([contexts.STANDARD, {"nguon": NAMESPACE}])


def index(session: Session, event_row: int, document: Mapping[str, Any]) -> None:
    """Write the rows by which queries find an event recorded just now."""
    words = [
        {"event_id": event_row, "kind": kind, "type": sort, "value": value}
        for kind, sort, value in sorted(set(entries.words_of(document, _NAMES)))
        # Our own details are for the story of the batch; nobody asks by them.
        if kind != "field"
    ]
    if words:
        session.execute(insert(EventWord), words)
    reports = [{"event_id": event_row, **row} for row in measurements.rows_of(document)]
    if reports:
        session.execute(insert(SensorReport), reports)
