"""Opening rows: the public columns of recorded rows, with all that proves them to an outsider.

Only the group `told` is ever opened: its values and its own salt. The digests of the other groups
go along closed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from ledger import checkpoint, merkle, sequencing
from ledger.models import Leaf, LedgerEntry
from ledger.rows.commitments import Key, row_leaf
from ledger.rows.forms import RowForm, in_use, quoted
from ledger.rows.models import RecordedRow


@dataclass(frozen=True)
class OpenedRow:
    """A row's public columns and its way up: row → list of rows → entry → tree of `size`."""

    table: str
    key: list[Any]
    values: dict[str, str | None]
    salt: bytes
    form: str
    kept: bytes | None
    person: bytes | None
    position: int
    rows: int
    row_path: list[bytes]
    entry: str
    sequence: int
    path: list[bytes]


def open_rows(session: Session, wanted: Mapping[str, Iterable[Key]]) -> list[OpenedRow]:
    """Open what the newest checkpoint covers of some rows; later changes wait for the next one.

    Raises: NotFound("ledger.no_checkpoint").
    """
    size = checkpoint.get_newest(session).size
    newest = _newest(session, wanted, size)
    said = _values(session, newest)
    opened = [row for row in newest if _is_as_recorded(row[0], said.get(_place(row[0])))]
    lists = _lists(session, [row.entry_id for row, _, _ in opened])
    paths = _paths(session, [sequence for _, _, sequence in opened], size)
    return [
        _opened(row, entry, sequence, said[_place(row)], lists[row.entry_id], paths[sequence])
        for row, entry, sequence in opened
    ]


def told_text(table: str, key: str, salt: bytes, values: str) -> str:
    """The text that the digest `told` is made of: canonical JSON."""
    return (
        f'{{"group":"told","key":{key},"salt":"{salt.hex()}","table":"{table}","values":{values}}}'
    )


_Found = tuple[RecordedRow, LedgerEntry, int]


def _newest(session: Session, wanted: Mapping[str, Iterable[Key]], size: int) -> list[_Found]:
    found: list[_Found] = []
    for table, keys in sorted(wanted.items()):
        texts = [json.dumps(list(key), separators=(",", ":"), ensure_ascii=False) for key in keys]
        statement = (
            select(RecordedRow, LedgerEntry, Leaf.sequence)
            .join(LedgerEntry, LedgerEntry.id == RecordedRow.entry_id)
            .join(Leaf, Leaf.entry_id == RecordedRow.entry_id)
            .where(
                RecordedRow.table_name == table,
                RecordedRow.row_key.in_(texts),
                Leaf.sequence <= size,
            )
            .ext(distinct_on(RecordedRow.row_key))
            .order_by(RecordedRow.row_key, RecordedRow.entry_id.desc(), RecordedRow.position.desc())
        )
        found += [(row, entry, place) for row, entry, place in session.execute(statement)]
    return found


def _values(session: Session, rows: Iterable[_Found]) -> dict[tuple[str, str], str]:
    """What the rows say now, as canonical JSON."""
    said: dict[tuple[str, str], str] = {}
    tables: dict[str, list[str]] = {}
    for row, _entry, _sequence in rows:
        tables.setdefault(row.table_name, []).append(row.row_key)
    for table, keys in tables.items():
        for key, values in session.execute(_told_of(in_use()[table]), {"keys": keys}):
            said[table, key] = values
    return said


def _told_of(form: RowForm) -> Any:
    return text(
        f"SELECT {form.key_text}, {form.values('told')} FROM {quoted(form.table)} t"  # noqa: S608 - our own names
        f" WHERE {form.key_text} IN :keys"
    ).bindparams(bindparam("keys", expanding=True))


def _place(row: RecordedRow) -> tuple[str, str]:
    return row.table_name, row.row_key


def _is_as_recorded(row: RecordedRow, values: str | None) -> bool:
    """Whether the row still says what the covered commitment holds; else it changed since."""
    if values is None or row.salt is None or row.told is None:
        return False
    told = told_text(row.table_name, row.row_key, _salt(row), values)
    return hashlib.sha256(told.encode()).digest() == row.told


def _salt(row: RecordedRow) -> bytes:
    return hashlib.sha256((row.salt or b"") + b"told").digest()


def _lists(session: Session, entry_ids: list[int]) -> dict[int, list[bytes]]:
    rows = session.scalars(
        select(RecordedRow)
        .where(RecordedRow.entry_id.in_(entry_ids))
        .order_by(RecordedRow.entry_id, RecordedRow.position)
    )
    found: dict[int, list[bytes]] = {}
    for row in rows:
        leaf = row_leaf(row.table_name, row.row_key, row.form, row.told, row.kept, row.person)
        found.setdefault(row.entry_id, []).append(leaf)
    return found


def _paths(session: Session, sequences: list[int], size: int) -> dict[int, list[bytes]]:
    """The audit paths of several entries, their nodes fetched at once."""
    places: set[merkle.Place] = set()
    for sequence in sequences:

        def build(node: merkle.Node, index: int = sequence - 1) -> object:
            return merkle.inclusion_path(index, size, node)

        places |= merkle.places_needed(build)
    nodes = sequencing.fetch_nodes(session, places)

    def known(level: int, position: int) -> bytes:
        return nodes[level, position]

    return {
        sequence: merkle.inclusion_path(sequence - 1, size, known) for sequence in set(sequences)
    }


def _opened(
    row: RecordedRow,
    entry: LedgerEntry,
    sequence: int,
    values: str,
    leaves: list[bytes],
    path: list[bytes],
) -> OpenedRow:
    return OpenedRow(
        table=row.table_name,
        key=json.loads(row.row_key),
        values=json.loads(values),
        salt=_salt(row),
        form=row.form,
        kept=row.kept,
        person=row.person,
        position=row.position,
        rows=len(leaves),
        row_path=merkle.inclusion_path(row.position, len(leaves), merkle.nodes_of(leaves)),
        entry=entry.committed().decode(),
        sequence=sequence,
        path=path,
    )
