"""Opening rows: the columns of recorded rows, with all that proves them to an outsider.

The public sees the group `told` only: its values and its own salt. The digests of the other groups
go along closed. What a person may ask us to erase (`person`) is opened for that person alone: who
keeps its values and salt proves them even after we have erased both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from ledger import checkpoint, merkle, sequencing, witnessing
from ledger.models import Checkpoint, Leaf, LedgerEntry
from ledger.rows.commitments import Key, row_leaf
from ledger.rows.forms import GROUPS, in_use, quoted
from ledger.rows.models import PersonSalt, RecordedRow
from ledger.rows.standing import key_text, picked


@dataclass(frozen=True)
class OpenedRow:
    """One group of a row's columns and its way up: row → list of rows → entry → tree.

    The digest of the opened group itself is left out: it follows from values and salt. `size` is
    that of the checkpoint whose root `path` leads to.
    """

    group: str
    table: str
    key: list[Any]
    values: dict[str, str | None]
    salt: bytes
    form: str
    closed: dict[str, bytes | None]
    position: int
    rows: int
    row_path: list[bytes]
    entry: str
    sequence: int
    path: list[bytes]
    size: int


def open_rows(
    session: Session, wanted: Mapping[str, Iterable[Key]], *, at_least: int = 0
) -> list[OpenedRow]:
    """Open what the newest checkpoint covers of some rows; later changes wait for the next one.

    Where a witness signed a checkpoint that covers all of them, of *at_least* so many entries, they
    are proved by that one. Raises: NotFound("ledger.no_checkpoint").
    """
    mark = checkpoint.get_newest(session)
    newest = _newest(session, wanted, mark.size)
    said = _values(session, newest, "told")
    believed = [_Open(row, "told", _salt(row[0]), said.get(_place(row[0]))) for row in newest]
    return _all_opened(session, _size(session, mark, newest, at_least), believed)


def open_person(session: Session, table: str, key: Key) -> OpenedRow:
    """Open what a person may ask us to erase of a row, to be handed to that person alone.

    Raises: NotFound("ledger.no_voucher") where nothing personal is recorded under a checkpoint, or
    it was erased.
    """
    form, row_key = in_use().get(table), key_text(key)
    salt = session.get(PersonSalt, (table, row_key))
    if form is None or not form.person or salt is None:
        raise NotFound("ledger.no_voucher", table=table, key=row_key)
    mark = checkpoint.get_newest(session)
    newest = _newest(session, {table: [key]}, mark.size)
    said = _values(session, newest, "person")
    believed = [_Open(row, "person", salt.salt, said.get(_place(row[0]))) for row in newest]
    opened = _all_opened(session, _size(session, mark, newest), believed)
    if not opened:
        raise NotFound("ledger.no_voucher", table=table, key=row_key)
    return opened[0]


def _size(session: Session, mark: Checkpoint, rows: list[_Found], at_least: int = 0) -> int:
    """The size of the newest checkpoint that a witness signed and that covers all of the rows.

    Else, or where another key signs by now, that of the newest: one key checks a whole bundle.
    """
    last = max((sequence for _row, _entry, sequence in rows), default=0)
    cosigned = witnessing.find_newest_cosigned(session)
    if cosigned is None or cosigned.public_key != mark.public_key:
        return mark.size
    return cosigned.size if cosigned.size >= max(last, at_least) else mark.size


def group_text(group: str, table: str, key: str, salt: bytes, values: str) -> str:
    """The text that the digest of a group is made of: canonical JSON."""
    return (
        f'{{"group":"{group}","key":{key},"salt":"{salt.hex()}","table":"{table}",'
        f'"values":{values}}}'
    )


_Found = tuple[RecordedRow, LedgerEntry, int]


@dataclass(frozen=True)
class _Open:
    """A commitment, and what is believed to stand behind one of its digests."""

    found: _Found
    group: str
    salt: bytes
    values: str | None

    def is_as_recorded(self) -> bool:
        """Whether the row still says what the covered commitment holds; else it changed since."""
        row = self.found[0]
        recorded: bytes | None = getattr(row, self.group)
        if self.values is None or recorded is None:
            return False
        text = group_text(self.group, row.table_name, row.row_key, self.salt, self.values)
        return hashlib.sha256(text.encode()).digest() == recorded


def _all_opened(session: Session, size: int, believed: list[_Open]) -> list[OpenedRow]:
    opened = [each for each in believed if each.is_as_recorded()]
    lists = _lists(session, [each.found[0].entry_id for each in opened])
    paths = _paths(session, [each.found[2] for each in opened], size)
    return [
        _opened(each, lists[each.found[0].entry_id], paths[each.found[2]], size) for each in opened
    ]


def _newest(session: Session, wanted: Mapping[str, Iterable[Key]], size: int) -> list[_Found]:
    found: list[_Found] = []
    for table, keys in sorted(wanted.items()):
        texts = [key_text(key) for key in keys]
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


def _values(session: Session, rows: Iterable[_Found], group: str) -> dict[tuple[str, str], str]:
    """What a group of the rows' columns says now, as canonical JSON."""
    said: dict[tuple[str, str], str] = {}
    tables: dict[str, list[Key]] = {}
    for row, _entry, _sequence in rows:
        tables.setdefault(row.table_name, []).append(tuple(json.loads(row.row_key)))
    for table, keys in tables.items():
        form = in_use()[table]
        condition, values = picked(form, keys)
        statement = (
            f"SELECT {form.key_text}, {form.values(group)} FROM {quoted(table)} t WHERE {condition}"  # noqa: S608 - our own names
        )
        for key, told in session.connection().exec_driver_sql(statement, values):
            said[table, key] = told
    return said


def _place(row: RecordedRow) -> tuple[str, str]:
    return row.table_name, row.row_key


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


def _opened(each: _Open, leaves: list[bytes], path: list[bytes], size: int) -> OpenedRow:
    row, entry, sequence = each.found
    closed = {name: getattr(row, name) for name in GROUPS if name != each.group}
    return OpenedRow(
        group=each.group,
        table=row.table_name,
        key=json.loads(row.row_key),
        values=json.loads(each.values or "{}"),
        salt=each.salt,
        form=row.form,
        closed=closed,
        position=row.position,
        rows=len(leaves),
        row_path=merkle.inclusion_path(row.position, len(leaves), merkle.nodes_of(leaves)),
        entry=entry.committed().decode(),
        sequence=sequence,
        path=path,
        size=size,
    )
