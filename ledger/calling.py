"""The two functions of the database that write what a transaction records, and their values. PURE.

`ledger_tell` takes what nearly every transaction ends with, at most one fact and its rows;
`ledger_record` takes any entries, all values as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.last_words import BYTES, MANY_BYTES, MOMENT, WORDS, Call, Value
from ledger.rows.commitments import Commitment

ROWS_KIND, ROWS_SUBJECT = "rows.recorded", "rows"
"""The entry that commits to the rows of one transaction."""
_RECORD = Call("ledger_record", (MANY_BYTES, MANY_BYTES))
_FACT = (WORDS, WORDS, WORDS, BYTES, BYTES)
_ROW = (WORDS, WORDS, WORDS, BYTES, BYTES, BYTES, BYTES, BYTES)
_TELL = Call("ledger_tell", (*_FACT, MOMENT, WORDS, BYTES, BYTES, *_ROW, MANY_BYTES))
_NO_FACT = (None,) * len(_FACT)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be: its fields as they will stand, and its hash."""

    kind: str
    subject: str
    body: str
    nonce: bytes
    leaf_hash: bytes
    recorded_at: datetime


def call_of(entries: Sequence[Entry], rows: Sequence[Commitment]) -> tuple[Call, list[Value]]:
    """What writes these entries, in this order, and the rows that the last one lists."""
    if rows and _is_usual(entries):
        return _TELL, _told(entries, rows)
    return _RECORD, [_parts(_entry_parts(entries)), _parts(_row_parts(rows))]


def _is_usual(entries: Sequence[Entry]) -> bool:
    """Whether it is one fact and a list of the same moment, or a list alone."""
    last = entries[-1]
    return (
        len(entries) <= 2 and last.kind == ROWS_KIND and entries[0].recorded_at == last.recorded_at
    )


def _told(entries: Sequence[Entry], rows: Sequence[Commitment]) -> list[Value]:
    fact, listed = entries[0], entries[-1]
    return [
        *(_NO_FACT if fact is listed else _of_entry(fact)),
        listed.recorded_at.isoformat(),
        listed.body,
        listed.nonce,
        listed.leaf_hash,
        *_of_row(rows[0]),
        _parts(_row_parts(rows[1:])) if len(rows) > 1 else None,
    ]


def _of_entry(entry: Entry) -> tuple[Value, ...]:
    return entry.kind, entry.subject, entry.body, entry.nonce, entry.leaf_hash


def _of_row(row: Commitment) -> tuple[Value, ...]:
    return (
        row.table, row.key, row.form, row.salt, row.told, row.kept, row.person, row.person_salt
    )  # fmt: skip


def _entry_parts(entries: Sequence[Entry]) -> Iterator[Value]:
    for entry in entries:
        yield from _of_entry(entry)
        yield entry.recorded_at.isoformat()


def _row_parts(rows: Sequence[Commitment]) -> Iterator[Value]:
    for row in rows:
        yield from _of_row(row)


def _parts(told: Iterable[Value]) -> str:
    """Values as an array of bytes, in its written form."""
    return f"{{{','.join(map(_part, told))}}}"


def _part(value: Value) -> str:
    if value is None:
        return "NULL"
    return f'"\\\\x{(value.encode() if isinstance(value, str) else value).hex()}"'
