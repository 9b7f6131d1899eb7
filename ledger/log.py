"""Recording facts: what the rooms write, in the transaction of the change it records.

Appending takes no lock and asks nothing of the database: facts are written together, as the
transaction ends (`writing`). An entry gets its place in the tree a little later (`sequencing`), so
a transaction that appends never waits for another one, nor can two of them deadlock here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, TextClause
from sqlalchemy.orm import Session

from foundation import watching
from ledger import models, writing
from ledger.calling import Entry
from ledger.rows import recording

_LOG = frozenset(each.__table__ for each in (models.LedgerEntry, models.Leaf, models.WaitingEntry))


def append(
    session: Session, *, kind: str, subject: str, body: Mapping[str, Any], now: datetime
) -> None:
    """Record a fact: its kind (``area.approved``), its subject (a code) and its details.

    The body holds codes, ids and numbers, never a person. Raises: TypeError for a float in it.
    """
    keep(session, [writing.entry_of(kind, subject, body, now)])


def keep(session: Session, entries: Sequence[Entry]) -> None:
    """Record entries when the transaction ends; those of a savepoint at once, to go with it."""
    session.flush()
    recording.remember_moment(session, entries[-1].recorded_at)
    if session.in_nested_transaction():
        writing.write(session, entries)
    else:
        writing.pending_of(session).entries.extend(entries)


def _write_before_reading(session: Session, statement: object, _params: object) -> None:
    """Whoever reads the log in a transaction that appended to it finds what it appended."""
    pending = writing.find_pending(session)
    if pending is not None and pending.entries and _reads_log(statement):
        writing.write_entries(session)


watching.watch(_write_before_reading)


def _reads_log(statement: object) -> bool:
    if isinstance(statement, TextClause):
        return "ledger_" in statement.text
    return _is_of_log(statement)


def _is_of_log(source: object) -> bool:
    """Whether something asked for lies in the log: cheaply, for each question is looked at."""
    if isinstance(source, CompoundSelect):
        return any(map(_is_of_log, source.selects))
    if not isinstance(source, Select):
        return getattr(source, "element", source) in _LOG
    asked = [*source._from_obj, *(at for each in source._raw_columns for at in each._from_objects)]
    return any(_is_of_log(getattr(each, "element", each)) for each in asked)
