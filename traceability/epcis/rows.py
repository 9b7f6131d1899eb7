"""Rows by the thousand in one statement: columns sent as arrays and unfolded by PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Row, String, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from foundation.db import Base
from ledger.rows import recording
from ledger.rows.forms import in_use


@cache
def _statement(model: type[Base], names: tuple[str, ...], answered: tuple[str, ...]) -> str:
    """The statement as the driver takes it: an INSERT's own parameters would count as values."""
    table = model.__table__
    sent = {
        name: Text() if isinstance(table.c[name].type, JSON) else table.c[name].type
        for name in names
    }
    arrays = (bindparam(name, type_=ARRAY(kind)) for name, kind in sent.items())
    columns = (column(name, kind) for name, kind in sent.items())
    given = func.unnest(*arrays).table_valued(*columns).render_derived()
    values = [
        cast(given.c[name], JSON) if isinstance(table.c[name].type, JSON) else given.c[name]
        for name in names
    ]
    made = insert(model).from_select(list(names), select(*values), include_defaults=False)
    kept = made.on_conflict_do_nothing()
    told = kept.returning(*(table.c[name] for name in answered)) if answered else kept
    statement = str(told.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    for name, kind in sent.items():
        if isinstance(kind, String):
            # As bytes: in the written form of an array every quotation mark is escaped one by one.
            statement = statement.replace(f"%({name})s", f"%({name})b")
    return statement


def write(
    session: Session,
    model: type[Base],
    names: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    answered: tuple[str, ...] = (),
) -> Sequence[Row[Any]]:
    """Write rows, each in the order of ``names``; rows there already stay.

    JSON is sent as text. Answers the columns asked for of the rows that were written.
    """
    if not rows:
        return []
    form = in_use().get(model.__tablename__)
    asked = answered or (form.key if form else ())
    done = session.connection().exec_driver_sql(
        _statement(model, names, asked), dict(_by_column(names, rows))
    )
    written = done.all() if asked else []
    if form:
        # Past the session, which would have noticed by itself what the ledger is to commit to.
        key = [asked.index(name) for name in form.key]
        recording.touch(session, form.table, (tuple(row[at] for at in key) for row in written))
    return written if answered else []


def _by_column(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, list[Any]]:
    return dict(zip(names, (list(values) for values in zip(*rows, strict=True)), strict=True))
