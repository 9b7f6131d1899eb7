"""Recording facts: what the rooms write, in the transaction of the change it records.

Appending takes no lock and asks nothing of the database: facts are written together, as the
transaction ends (`writing`). An entry gets its place in the tree a little later (`sequencing`), so
a transaction that appends never waits for another one, nor can two of them deadlock here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session

from ledger import models, writing
from ledger.calling import Entry
from ledger.rows import recording

_LOG = frozenset({models.LedgerEntry, models.Leaf, models.WaitingEntry})


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


@event.listens_for(Session, "do_orm_execute")
def _write_before_reading(state: ORMExecuteState) -> None:
    """Whoever reads the log in a transaction that appended to it finds what it appended."""
    pending = writing.find_pending(state.session)
    if pending is not None and pending.entries and _reads_log(state):
        writing.write_entries(state.session)


def _reads_log(state: ORMExecuteState) -> bool:
    if isinstance(state.statement, TextClause):
        return "ledger_" in state.statement.text
    return state.is_select and any(mapper.class_ in _LOG for mapper in state.all_mappers)
