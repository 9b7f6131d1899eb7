"""Recording rows: whatever a transaction wrote into ledgered tables gets one entry as it ends.

One entry whatever the number of rows: it holds the Merkle root of their commitments. Both share
the transaction of the change, its door having read the clock once more where no fact told the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from foundation import clock, db
from ledger import canonical, writing
from ledger.calling import ROWS_KIND, ROWS_SUBJECT, Entry
from ledger.rows import bulk, selecting
from ledger.rows.commitments import Commitment, Key, list_body
from ledger.rows.forms import in_use

KIND = ROWS_KIND
_MOMENT = "ledger_moment"


def touch(session: Session, table: str, keys: Iterable[Key]) -> None:
    """Record these rows, by their primary keys, when the transaction ends."""
    if table in in_use():
        writing.pending_of(session).touched.setdefault(table, set()).update(keys)


def know(session: Session, table: str, key: Key, commitment: Commitment) -> None:
    """Record a row that was just put in, by what it was put in with: it need not be read again.

    Whatever touches the row afterwards has it read all the same.
    """
    writing.pending_of(session).told[table, key] = commitment


def remember_moment(session: Session, now: datetime) -> None:
    """Let the rows of this session be recorded as of when its last fact was."""
    session.info[_MOMENT] = now


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """Nothing is to be recorded of a transaction that was undone.

    A savepoint inside it is no end: rows of before it are still to be recorded, rows that went
    with it are looked for and not found.
    """
    if not session.in_nested_transaction():
        writing.take_pending(session)


@event.listens_for(Session, "after_soft_rollback")
def _doubt(session: Session, undone: SessionTransaction) -> None:
    """What a savepoint undid is not recorded by what it was to be: the server is asked instead."""
    pending = writing.find_pending(session)
    if undone.nested and pending is not None:
        for table, key in pending.told:
            pending.touched.setdefault(table, set()).add(key)
        pending.told.clear()


@event.listens_for(Session, "before_commit")
def _settle(session: Session) -> None:
    """As the transaction ends; a savepoint inside it is no end."""
    if not session.in_nested_transaction():
        writing.write_last(session, *_settled(session))


def settle(session: Session) -> None:
    """Record facts told and rows written so far; the end of a transaction does it by itself."""
    writing.write(session, *_settled(session))


def _settled(session: Session) -> tuple[list[Entry], list[Commitment]]:
    """What there is to record: the facts, then the list of the rows."""
    session.flush()
    pending = writing.take_pending(session)
    if pending is None:
        return [], []
    now = session.info.get(_MOMENT) or clock.now()
    if sum(map(len, pending.touched.values())) >= bulk.MANY:
        _settle_many(session, pending, now)
        return [], []
    rows = _rows_of(session, pending)
    if rows:
        pending.entries.append(_list_of(rows, KIND, now))
    return pending.entries, rows


def _settle_many(session: Session, pending: writing.Pending, now: datetime) -> None:
    """Record facts, then rows by the hundred, at once and without reading what they say."""
    writing.write(session, pending.entries)
    bulk.record(session, pending.touched, _told(pending), kind=KIND, subject=ROWS_SUBJECT, now=now)


def _rows_of(session: Session, pending: writing.Pending) -> list[Commitment]:
    rows = _told(pending)
    if pending.touched:
        rows += digested(session, pending.touched)
    return sorted(rows, key=_place) if len(rows) > 1 else rows


def _told(pending: writing.Pending) -> list[Commitment]:
    """Rows put in that nothing touched afterwards: they need not be read."""
    touched = pending.touched
    return [
        known for (table, key), known in pending.told.items() if key not in touched.get(table, ())
    ]


def _place(row: Commitment) -> tuple[str, str]:
    return row.table, row.key


def _list_of(rows: Sequence[Commitment], kind: str, now: datetime) -> Entry:
    """The entry that commits to rows."""
    body = list_body([row.leaf() for row in rows])
    return writing.entry_told(kind, ROWS_SUBJECT, body, now)


def append(
    session: Session, rows: Sequence[Commitment], *, now: datetime, kind: str = KIND
) -> None:
    """Write one entry that commits to these rows, at once."""
    if rows:
        writing.write(session, [_list_of(rows, kind, now)], rows)


def digested(session: Session, touched: Mapping[str, Iterable[Key]]) -> list[Commitment]:
    """Return what the rows say now, in the order of table and key."""
    chosen, values = selecting.selections(touched)
    found = [Commitment(*row) for row in db.glance(session, " UNION ALL ".join(chosen), values)]
    there = {(row.table, row.key) for row in found}
    missed = {(table, canonical.text(key)) for table, keys in touched.items() for key in keys}
    found += [Commitment(*place) for place in selecting.known(session, list(missed - there))]
    return sorted(found, key=_place)
