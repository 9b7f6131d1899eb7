"""Recording thousands of rows of one transaction: what they say never leaves the database.

Only their leaves come back, for the root of the list. A recall writes some ten thousand at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import db
from ledger import canonical, writing
from ledger.rows import selecting
from ledger.rows.commitments import Commitment, Key, list_body

MANY = 200
"""From so many rows on the way there and back costs more than the statements it saves."""

_NEXT_ID = text("SELECT nextval(pg_get_serial_sequence('ledger_entries', 'id'))")
LEAF = """sha256('\\x00'::bytea || convert_to('{"form":"' || form || '","kept":'
    || coalesce('"' || encode(kept, 'hex') || '"', 'null') || ',"key":' || row_key
    || ',"person":' || coalesce('"' || encode(person, 'hex') || '"', 'null')
    || ',"table":"' || table_name || '","told":'
    || coalesce('"' || encode(told, 'hex') || '"', 'null') || '}', 'UTF8'))"""
"""SQL: a row's leaf (`commitments.row_leaf`)."""


def record(
    session: Session,
    touched: Mapping[str, Iterable[Key]],
    told: Sequence[Commitment],
    *,
    kind: str,
    subject: str,
    now: datetime,
) -> None:
    """Write one entry that commits to what these rows say now, and to those told beside them."""
    entry_id = session.execute(_NEXT_ID).scalar_one()
    selections, values = selecting.selections(touched)
    found = db.glance(session, _statement(selections), values | {"entry": entry_id})
    leaves = [bytes(leaf) for (leaf,) in found]
    rest = list(told)
    if len(leaves) < sum(len(list(keys)) for keys in touched.values()):
        rest += _gone(session, entry_id, touched)
    writing.write_rows(session, entry_id, len(leaves), rest)
    leaves += [row.leaf() for row in rest]
    if leaves:
        made = writing.entry_told(kind, subject, list_body(leaves), now)
        writing.write_list(session, entry_id, made)


def _statement(selections: Sequence[str]) -> str:
    return (
        "WITH said(table_name, row_key, form, salt, told, kept, person, person_salt)"  # noqa: S608 - our own names
        f" AS MATERIALIZED ({' UNION ALL '.join(selections)}),"
        f" listed AS MATERIALIZED (SELECT *, {LEAF} AS leaf,"
        " (row_number() OVER () - 1)::int AS position FROM said),"
        f" salted AS ({writing.SALTS}),"
        f" written AS ({writing.ROWS} SELECT %(entry)s::bigint, {writing.LISTED} FROM listed)"
        " SELECT leaf FROM listed ORDER BY position"
    )


def _gone(
    session: Session, entry_id: int, touched: Mapping[str, Iterable[Key]]
) -> list[Commitment]:
    """Rows that were touched and are not there, though the ledger believes them to be."""
    written = text("SELECT table_name, row_key FROM ledger_rows WHERE entry_id = :entry")
    there = {(row[0], row[1]) for row in session.execute(written, {"entry": entry_id})}
    wanted = {(table, canonical.text(key)) for table, keys in touched.items() for key in keys}
    return [Commitment(*place) for place in selecting.known(session, sorted(wanted - there))]
