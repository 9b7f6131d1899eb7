"""Noticing: which ledgered rows a session writes, row by row or by one statement for many.

What the database does by itself (``ON DELETE CASCADE``, ``SET NULL``) is followed beforehand. Who
writes past the application is not noticed here, and is found by `checking`. ADR 0014.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Column,
    ColumnElement,
    Delete,
    Insert,
    Result,
    Table,
    Update,
    event,
    inspect,
    literal_column,
    select,
)
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import ResourceClosedError
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.sql import operators

from foundation import watching
from foundation.db import Base
from foundation.watching import Answer, Ask
from ledger.rows import recording, selecting
from ledger.rows.commitments import Key
from ledger.rows.forms import RowForm, in_use
from ledger.rows.telling import Teller, teller_of

Writing = Insert | Update | Delete


def install() -> None:
    """Let every session of this process notice; calling it again changes nothing."""
    for name, listener in listeners():
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)
    watching.watch(notice_statement)


def listeners() -> list[tuple[str, Callable[..., Any]]]:
    """What listens to which event of a session."""
    return [
        ("before_flush", _follow_removals),
        ("after_flush", _notice_flushed),
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


def notice_statement(session: Session, statement: object, params: object) -> Answer | None:
    """Learn from the statement itself which rows it writes."""
    if not isinstance(statement, Writing):
        return None
    table = statement.table
    if not isinstance(table, Table):
        return None
    if isinstance(statement, Delete) and table.name in _removing():
        chosen = select(*table.primary_key).where(*statement._where_criteria)
        _follow(session, table, [tuple(row) for row in session.execute(chosen)])
    form = in_use().get(table.name)
    if form is None:
        return None
    if _is_of_one(statement, params, table):
        return partial(_executed_for_one, session, statement, table, form)
    return partial(_executed_for_several, session, statement, table)


def _executed_for_one(
    session: Session, statement: Writing, table: Table, form: RowForm, ask: Ask
) -> Result[Any]:
    """Execute what writes one row at most: it returns the row's commitment itself."""
    told, result = _executed(statement, _asked(table, form), ask)
    for *key, parts in told:
        recording.know(session, table.name, tuple(key), selecting.said_of(form, parts))
    return result


def _executed_for_several(
    session: Session, statement: Writing, table: Table, ask: Ask
) -> Result[Any]:
    """Execute what may write many rows: it returns their keys, to be read together."""
    told, result = _executed(statement, _asked_keys(table), ask)
    recording.touch(session, table.name, told)
    return result


def _executed(
    statement: Writing, asked: Sequence[ColumnElement[Any]], ask: Ask
) -> tuple[list[tuple[Any, ...]], Result[Any]]:
    """Execute a statement, asking more of it; beside that answers what its caller expects."""
    width = len(asked)
    try:
        frozen = ask(statement.returning(*asked)).freeze()
        rows = frozen().all()
    except ResourceClosedError:
        # A conflict left nothing to insert: nothing comes back, not even an empty result.
        nothing: Result[Any] = IteratorResult(SimpleResultMetaData(["nothing"]), iter(()))
        nothing.rowcount = 0  # type: ignore[attr-defined]
        return [], nothing
    result = frozen()
    if statement._returning:
        result = result.columns(*range(len(result.keys()) - width))
    result.rowcount = len(rows)  # type: ignore[attr-defined]
    return [tuple(row[-width:]) for row in rows], result


@cache
def _asked_keys(table: Table) -> list[ColumnElement[Any]]:
    return [column.label(f"ledger_key_{column.name}") for column in table.primary_key]


@cache
def _asked(table: Table, form: RowForm) -> list[ColumnElement[Any]]:
    said: ColumnElement[Any] = literal_column(selecting.returned(form))
    return [*_asked_keys(table), said.label("ledger_said")]


def _is_of_one(statement: Writing, params: object, table: Table) -> bool:
    """Whether a statement leaves one row at most: named by its key, or put in alone."""
    if isinstance(statement, Insert):
        several = statement._multi_values or isinstance(params, list)
        return not several and statement.select is None
    return isinstance(statement, Update) and all(
        any(_names(each, key) for each in statement._where_criteria) for key in table.primary_key
    )


def _names(criterion: ColumnElement[Any], key: Column[Any]) -> bool:
    """Whether a criterion lets one value of a column through."""
    return (
        isinstance(criterion, BinaryExpression)
        and criterion.operator is operators.eq
        and isinstance(criterion.right, BindParameter)
        and key.shares_lineage(criterion.left)
    )


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
