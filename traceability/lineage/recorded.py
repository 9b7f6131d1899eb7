"""Recorded: whether the names of the graph follow from batches and from the events that spoke them.

A batch has one place, named by a number its product bears or bore and by its lot, or by its code.
Any other thing was named by the event that spoke of it first: at that moment, by its teller. A unit
may be its number's giver's instead, whose company prefix the ledger says was confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from ledger.ports import RowMismatch
from ledger.reading import streamed
from traceability.epcis import identifiers

ROOM = "traceability.lineage"
_BATCHES = """
SELECT b.code, b.lot, n.id, n.uri, n.batch_id,
    n.organisation_id IS NOT DISTINCT FROM b.organisation_id,
    array(SELECT g.gtin FROM product_gtins g WHERE g.product_id = b.product_id) || p.gtin
FROM batches b
LEFT JOIN products p ON p.id = b.product_id
FULL JOIN (SELECT * FROM trace_nodes WHERE batch_id IS NOT NULL) n ON n.batch_id = b.id
ORDER BY b.id, n.id
"""
_OTHERS = """
WITH givers (organisation_id, prefix) AS MATERIALIZED (
    SELECT o.id, l.body::json ->> 'prefix' FROM ledger_entries l
    JOIN organisations o ON o.code = l.subject WHERE l.kind = 'organisation.prefix_confirmed'
)
SELECT n.id, n.uri FROM trace_nodes n
WHERE n.batch_id IS NULL AND NOT EXISTS (
    SELECT FROM (
        SELECT event_id FROM epcis_event_things WHERE node_id = n.id
        UNION ALL SELECT event_id FROM trace_edges WHERE child_id = n.id
        UNION ALL SELECT event_id FROM trace_edges WHERE parent_id = n.id
    ) spoken JOIN epcis_events e ON e.id = spoken.event_id
    WHERE e.record_time = n.created_at
        AND (e.organisation_id IS NOT DISTINCT FROM n.organisation_id OR EXISTS (
            SELECT FROM givers g WHERE g.organisation_id = n.organisation_id
            AND n.uri LIKE 'https://id.gs1.org/00/_' || g.prefix || '%%')))
ORDER BY n.id
"""


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Places of the graph that are not a batch's and not an event's, and batches without one."""
    for code, lot, node_id, uri, batch_id, is_its_own, gtins in streamed(session, _BATCHES, {}):
        if code is None:
            yield _mismatch(uri, f"{node_id} is of no batch (batch {batch_id})")
        elif node_id is None:
            yield RowMismatch(ROOM, code, "trace_nodes has no place for the batch")
        elif not is_its_own:
            yield _mismatch(code, f"{node_id} is another organisation's ({uri})")
        elif uri != f"/t/{code}" and not _names(uri, lot, gtins):
            yield _mismatch(code, f"{node_id} does not name the batch ({uri})")
    for node_id, uri in streamed(session, _OTHERS, {}):
        yield _mismatch(uri, f"{node_id} was named by no event")


def _names(uri: str, lot: str, gtins: list[str | None]) -> bool:
    link = identifiers.find_link(uri)
    return link is not None and link.lot == lot and link.value in gtins


def _mismatch(subject: str, what: str) -> RowMismatch:
    return RowMismatch(ROOM, subject, f"trace_nodes {what}")
