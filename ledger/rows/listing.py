"""Checking lists: whether every entry still commits to the rows that are listed with it.

The server hashes the rows and compares lists of one row byte by byte; only longer ones, and those
that differ, come here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation import db
from ledger.reading import streamed
from ledger.rows.bulk import LEAF
from ledger.rows.commitments import list_body

_LISTS = f"""
SELECT coalesce(e.id, r.entry_id), e.body, r.leaves,
    r.least = 0 AND r.most = r.listed - 1 FROM
    (SELECT id, body FROM ledger_entries WHERE starts_with(kind, 'rows.')) e
FULL JOIN
    (SELECT entry_id, count(*) AS listed, min(position) AS least, max(position) AS most,
        array_agg(leaf ORDER BY position) AS leaves
    FROM (SELECT entry_id, position, {LEAF} AS leaf FROM ledger_rows OFFSET 0) hashed
    GROUP BY entry_id) r ON r.entry_id = e.id
WHERE (r.listed = 1 AND r.least = 0
    AND e.body = '{{"root":"' || encode(r.leaves[1], 'hex') || '","rows":1}}') IS NOT TRUE
ORDER BY 1
"""  # noqa: S608 - our own constants
_NAMED = """
SELECT l.sequence, coalesce(string_agg(r.name, ', ' ORDER BY r.position), '') FROM
    (SELECT %(entry)s::bigint AS id) e
LEFT JOIN ledger_leaves l ON l.entry_id = e.id
LEFT JOIN LATERAL (SELECT position, table_name || ' ' || row_key AS name FROM ledger_rows
    WHERE entry_id = e.id ORDER BY position LIMIT 5) r ON true
GROUP BY 1
"""


@dataclass(frozen=True)
class ListFault:
    """An entry whose list of rows is not the one it was written with."""

    entry_id: int
    sequence: int | None
    rows: str


def list_faults(session: Session) -> Iterator[ListFault]:
    """Entries that do not commit to the rows listed with them, and lists without an entry."""
    for entry_id, body, leaves, is_gapless in streamed(session, _LISTS, {}):
        if not is_gapless or body != list_body(leaves):
            ((sequence, rows),) = db.glance(session, _NAMED, {"entry": entry_id})
            yield ListFault(entry_id, sequence, rows)
