"""Writing to the log: what a transaction has to record goes in one statement, as it ends.

Whoever writes must not wait for the log. So a fact is hashed where it is told and kept with the
session; nothing is looked up, nothing comes back, and one round trip takes all of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation import db
from ledger import calling, canonical, merkle
from ledger.calling import Entry
from ledger.rows.commitments import Commitment, Key

_PENDING = "ledger_pending"
_NONCE_BYTES = 16
_FEW = 30
"""So many entries and rows are written one by one by a function that keeps its plans."""
_AT_ONCE = 5_000
"""So many rows of one entry are written in one statement."""

_ENTRIES = "INSERT INTO ledger_entries (kind, subject, body, nonce, leaf_hash, recorded_at)"
_WAITING = "INSERT INTO ledger_waiting SELECT id FROM entry"
ROWS = (
    "INSERT INTO ledger_rows"
    " (entry_id, position, table_name, row_key, form, salt, told, kept, person)"
)
SALTS = (
    "INSERT INTO ledger_salts SELECT table_name, row_key, person_salt FROM listed"
    " WHERE person_salt IS NOT NULL"
    " ON CONFLICT (table_name, row_key) DO UPDATE SET salt = excluded.salt"
)
SALTS_GONE = (
    "DELETE FROM ledger_salts s USING listed r WHERE r.form = ''"
    " AND s.table_name = r.table_name AND s.row_key = r.row_key"
)
LISTED = "position, table_name, row_key, form, salt, told, kept, person"
# Arrays go as bytes (%b): in their written form every quotation mark is escaped one by one.
_MANY_ENTRIES = (
    f"{_ENTRIES} SELECT kind, subject, body, nonce, leaf_hash, recorded_at FROM unnest("  # noqa: S608 - our own constants
    "%(kinds)b::text[], %(subjects)b::text[], %(bodies)b::text[], %(nonces)b::bytea[],"
    " %(leaves)b::bytea[], %(moments)b::timestamptz[]) WITH ORDINALITY"
    " AS f(kind, subject, body, nonce, leaf_hash, recorded_at, place) ORDER BY place"
)
_MANY_ROWS = (
    "SELECT * FROM unnest(%(positions)b::int[], %(tables)b::text[], %(keys)b::text[],"  # noqa: S608 - our own constants
    " %(forms)b::text[], %(salts)b::bytea[], %(told)b::bytea[], %(kept)b::bytea[],"
    " %(person)b::bytea[], %(person_salts)b::bytea[])"
    f" AS r({LISTED}, person_salt)"
)
_LONG_LIST = (
    f"WITH listed AS MATERIALIZED ({_MANY_ROWS}), salted AS ({SALTS}),"  # noqa: S608 - our own constants
    f" erased AS ({SALTS_GONE}) {ROWS} SELECT %(entry)s, {LISTED} FROM listed"
)


@dataclass
class Pending:
    """What a session has to record when its transaction ends."""

    entries: list[Entry] = field(default_factory=list)
    touched: dict[str, set[Key]] = field(default_factory=dict)
    told: dict[tuple[str, Key], Commitment] = field(default_factory=dict)


def pending_of(session: Session) -> Pending:
    """What this session has to record so far."""
    found: Pending | None = session.info.get(_PENDING)
    if found is None:
        found = session.info[_PENDING] = Pending()
    return found


def find_pending(session: Session) -> Pending | None:
    """The same, if there is anything."""
    found: Pending | None = session.info.get(_PENDING)
    return found


def take_pending(session: Session) -> Pending | None:
    """The same, leaving nothing behind."""
    found: Pending | None = session.info.pop(_PENDING, None)
    return found


def entry_of(kind: str, subject: str, body: Mapping[str, Any], now: datetime) -> Entry:
    """Hash an entry. Raises: TypeError for a float in its body."""
    return entry_told(kind, subject, canonical.text(body), now)


def entry_told(kind: str, subject: str, told: str, now: datetime) -> Entry:
    """Hash an entry whose body is canonical JSON already."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    leaf = canonical.leaf_input(kind=kind, subject=subject, body=told, nonce=nonce, recorded_at=now)
    return Entry(kind, subject, told, nonce, merkle.leaf_hash(leaf), now)


def write_entries(session: Session) -> None:
    """Write the facts told so far, for whoever is about to read them in the same transaction."""
    found = find_pending(session)
    if found is not None and found.entries:
        entries, found.entries = found.entries, []
        write(session, entries)


def write(session: Session, entries: Sequence[Entry], rows: Sequence[Commitment] = ()) -> None:
    """Write entries in this order; the last one is the list of the rows, if there are any."""
    if not entries:
        return
    session.flush()
    if len(entries) + len(rows) <= _FEW:
        db.call(session, *calling.call_of(entries, rows))
    elif len(rows) <= _AT_ONCE:
        db.send(session, _many(bool(rows)), _as_arrays(entries, rows))
    else:
        _write_long_list(session, entries, rows)


def write_last(session: Session, entries: Sequence[Entry], rows: Sequence[Commitment]) -> None:
    """Write the same as the transaction commits: a few of them together with COMMIT."""
    if entries and len(entries) + len(rows) <= _FEW:
        db.call_last(session, *calling.call_of(entries, rows))
    else:
        write(session, entries, rows)


def _many(rows: bool) -> str:
    """One statement of entries, their place in the queue, a list of rows, salts of persons."""
    entries = f"WITH entry AS ({_MANY_ENTRIES} RETURNING id)"
    if not rows:
        return f"{entries} {_WAITING}"
    return (
        f"{entries}, waiting AS ({_WAITING}), listed AS MATERIALIZED ({_MANY_ROWS}),"  # noqa: S608 - our own constants
        f" salted AS ({SALTS}), erased AS ({SALTS_GONE})"
        f" {ROWS} SELECT (SELECT max(id) FROM entry), {LISTED} FROM listed"
    )


def _as_arrays(entries: Sequence[Entry], rows: Sequence[Commitment]) -> dict[str, Any]:
    return {
        "kinds": [entry.kind for entry in entries],
        "subjects": [entry.subject for entry in entries],
        "bodies": [entry.body for entry in entries],
        "nonces": [entry.nonce for entry in entries],
        "leaves": [entry.leaf_hash for entry in entries],
        "moments": [entry.recorded_at for entry in entries],
    } | (_rows_as_arrays(rows, 0) if rows else {})


def _rows_as_arrays(rows: Sequence[Commitment], start: int) -> dict[str, Any]:
    return {
        "positions": list(range(start, start + len(rows))),
        "tables": [row.table for row in rows],
        "keys": [row.key for row in rows],
        "forms": [row.form for row in rows],
        "salts": [row.salt for row in rows],
        "told": [row.told for row in rows],
        "kept": [row.kept for row in rows],
        "person": [row.person for row in rows],
        "person_salts": [row.person_salt for row in rows],
    }


def _write_long_list(
    session: Session, entries: Sequence[Entry], rows: Sequence[Commitment]
) -> None:
    """Entries first, then the last one's list of rows."""
    written = session.connection().exec_driver_sql(
        f"WITH entry AS ({_MANY_ENTRIES} RETURNING id), waiting AS ({_WAITING})"  # noqa: S608 - our own constants
        " SELECT max(id) FROM entry",
        _as_arrays(entries, ()),
    )
    write_rows(session, written.scalar_one(), 0, rows)


def write_rows(session: Session, entry_id: int, first: int, rows: Sequence[Commitment]) -> None:
    """Write rows into an entry's list from a place on, some thousands at a time."""
    for start in range(0, len(rows), _AT_ONCE):
        part = _rows_as_arrays(rows[start : start + _AT_ONCE], first + start)
        db.send(session, _LONG_LIST, {"entry": entry_id, **part})


def write_list(session: Session, entry_id: int, entry: Entry) -> None:
    """Write the entry of a list of rows that were written before it, under the id they name."""
    db.send(
        session,
        "WITH entry AS (INSERT INTO ledger_entries"  # noqa: S608 - our own constants
        " (id, kind, subject, body, nonce, leaf_hash, recorded_at) VALUES (%(id)s, %(kind)s,"
        " %(subject)s, %(body)s, %(nonce)b, %(leaf)b, %(at)b) RETURNING id)"
        f" {_WAITING}",
        {
            "id": entry_id,
            "kind": entry.kind,
            "subject": entry.subject,
            "body": entry.body,
            "nonce": entry.nonce,
            "leaf": entry.leaf_hash,
            "at": entry.recorded_at,
        },
    )
