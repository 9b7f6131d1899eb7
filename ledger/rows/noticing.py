"""Noticing: which ledgered rows a session writes, row by row or by one statement for many.

What the database does by itself (``ON DELETE CASCADE``, ``SET NULL``) is followed beforehand. Who
writes past the application is not noticed here, and is found by `checking`. ADR 0014.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Delete, Insert, Result, Table, Update, event, inspect, select
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import ResourceClosedError
from sqlalchemy.orm import Mapper, ORMExecuteState, Session

from foundation.db import Base
from ledger.rows import recording
from ledger.rows.commitments import Key
from ledger.rows.forms import RowForm, in_use
from ledger.rows.telling import Teller, teller_of


def install() -> None:
    """Let every session of this process notice; calling it again changes nothing."""
    for name, listener in listeners():
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def listeners() -> list[tuple[str, Callable[..., Any]]]:
    """What listens to which event of a session."""
    return [
        ("before_flush", _follow_removals),
        ("after_flush", _notice_flushed),
        ("do_orm_execute", _notice_statement),
    ]


def _notice_flushed(session: Session, _context: object) -> None:
    for instance in session.new:
        _notice_added(session, instance)
    for instance in session.dirty:
        if session.is_modified(instance):
            _notice(session, instance)
    for instance in session.deleted:
        _notice(session, instance)


def _notice_added(session: Session, instance: object) -> None:
    state = inspect(instance)
    mapper = state.mapper
    form = in_use().get(mapper.local_table.name)
    if form is None:
        return
    key = tuple(mapper.primary_key_from_instance(instance))
    # What the database made of an expression is not known here.
    told = None if state.expired_attributes else _teller_of(mapper, form)(state.dict)
    if told is None:
        recording.touch(session, form.table, [key])
    else:
        recording.know(session, form.table, key, told)


def _notice(session: Session, instance: object) -> None:
    mapper = inspect(instance).mapper
    table = mapper.local_table
    if table.name in in_use():
        recording.touch(session, table.name, [tuple(mapper.primary_key_from_instance(instance))])


def _follow_removals(session: Session, _context: object, _instances: object) -> None:
    for instance in session.deleted:
        mapper = inspect(instance).mapper
        key = tuple(mapper.primary_key_from_instance(instance))
        _follow(session, mapper.local_table, [key])


def _notice_statement(state: ORMExecuteState) -> Result[Any] | None:
    """Learn from the statement itself which rows it wrote."""
    statement = state.statement
    if not isinstance(statement, Insert | Update | Delete):
        return None
    table = statement.table
    if not isinstance(table, Table):
        return None
    if isinstance(statement, Delete) and table.name in _removing():
        chosen = select(*table.primary_key).where(*statement._where_criteria)
        _follow(state.session, table, [tuple(row) for row in state.session.execute(chosen)])
    if table.name not in in_use():
        return None
    result, keys = _executed(state, statement, table)
    recording.touch(state.session, table.name, keys)
    return result


def _executed(
    state: ORMExecuteState, statement: Insert | Update | Delete, table: Table
) -> tuple[Result[Any], list[Key]]:
    """Execute a statement, asking it for the keys it wrote; answers what its caller expects."""
    width = len(table.primary_key)
    asked = [column.label(f"ledger_key_{column.name}") for column in table.primary_key]
    try:
        frozen = state.invoke_statement(statement=statement.returning(*asked)).freeze()
        rows = frozen().all()
    except ResourceClosedError:
        # A conflict left nothing to insert: nothing comes back, not even an empty result.
        nothing: Result[Any] = IteratorResult(SimpleResultMetaData(["nothing"]), iter(()))
        nothing.rowcount = 0  # type: ignore[attr-defined]
        return nothing, []
    result = frozen()
    if statement._returning:
        result = result.columns(*range(len(result.keys()) - width))
    result.rowcount = len(rows)  # type: ignore[attr-defined]
    return result, [tuple(row[-width:]) for row in rows]


def _follow(session: Session, table: Table, keys: Iterable[Key]) -> None:
    """Notice the rows that the database removes or empties along with these."""
    gone = [key[0] for key in keys if len(key) == 1]
    if not gone:
        return
    for child, column, removes in _followers(table.name):
        found = session.execute(
            select(*child.primary_key).where(child.columns[column].in_(gone))
        ).all()
        below = [tuple(row) for row in found]
        recording.touch(session, child.name, below)
        if removes:
            _follow(session, child, below)


@cache
def _teller_of(mapper: Mapper[Any], form: RowForm) -> Teller:
    """How rows of a mapped class are told from what their instances hold."""
    table = mapper.local_table
    if mapper.inherits is not None or not isinstance(table, Table):
        return lambda _row: None
    names = {column.name: mapper.get_property_by_column(column).key for column in table.columns}
    return teller_of(table, form, names)


@cache
def _followers(table: str) -> list[tuple[Table, str, bool]]:
    """Tables whose rows go (True) or change (False) by themselves with rows of this one."""
    return [
        (child, key.parent.name, key.ondelete == "CASCADE")
        for child in Base.metadata.tables.values()
        for key in child.foreign_keys
        if key.ondelete and key.column.table.name == table and _concerns(child, key.ondelete)
    ]


def _concerns(child: Table, action: str) -> bool:
    return child.name in in_use() or (action == "CASCADE" and child.name in _removing())


@cache
def _removing() -> frozenset[str]:
    """Tables whose removals reach a ledgered one."""
    return frozenset(name for name in Base.metadata.tables if any(_reached(name, frozenset())))


def _reached(table: str, seen: frozenset[str]) -> Iterator[str]:
    for child in Base.metadata.tables.values():
        for key in child.foreign_keys:
            if key.ondelete and key.column.table.name == table and child.name not in seen:
                if child.name in in_use():
                    yield child.name
                elif key.ondelete == "CASCADE":
                    yield from _reached(child.name, seen | {table})
