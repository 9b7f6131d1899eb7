"""Pages of a list, by an opaque cursor that stays right while rows come and go.

A list is ordered by a key that is unique (the last part is the id); the cursor holds the key of
the last row shown.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from foundation import counting
from foundation.errors import Finding, Invalid

Row = TypeVar("Row")
Other = TypeVar("Other")

DEFAULT_SIZE = 50
MAX_SIZE = 200


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page: its rows, the cursor of the next one, and how many rows there are in all.

    ``total`` is counted to `counting.MOST`; one more means "more than that".
    """

    items: list[Row]
    next_cursor: str | None = None
    total: int | None = None

    def map(self, change: Callable[[Row], Other]) -> Page[Other]:
        """The same page with every row changed."""
        return Page([change(row) for row in self.items], self.next_cursor, self.total)


def pages(ask: Callable[[str | None, int], Page[Row]]) -> Iterator[Page[Row]]:
    """A whole list, a large page at a time: memory does not grow with it.

    ``ask`` gives the page of a cursor (None: the first) and a size.
    """
    page = ask(None, MAX_SIZE)
    yield page
    while page.next_cursor is not None:
        page = ask(page.next_cursor, MAX_SIZE)
        yield page


def fetch(
    session: Session,
    statement: Select[Any],
    key: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    *,
    cursor: str | None = None,
    size: int = DEFAULT_SIZE,
    descending: bool = False,
    count: bool = True,
) -> Page[Any]:
    """One page of an ORM select of one entity, ordered by ``key``; raises Invalid on a bad cursor.

    Two statements: the rows, and their number (none when ``count`` is False).
    """
    size = max(1, min(size, MAX_SIZE))
    total = counting.count(session, statement) if count else None
    if cursor:
        values = read(cursor, key)
        bound = tuple_(
            *(literal(value, column.type) for value, column in zip(values, key, strict=True))
        )
        statement = statement.where(tuple_(*key) < bound if descending else tuple_(*key) > bound)
    order = [column.desc() if descending else column.asc() for column in key]
    rows = session.execute(statement.add_columns(*key).order_by(*order).limit(size + 1)).all()
    shown = rows[:size]
    next_cursor = None
    if len(rows) > size:
        next_cursor = encode(tuple(shown[-1])[1:])
    return Page([row[0] for row in shown], next_cursor, total)


def encode(values: Sequence[Any]) -> str:
    """A cursor from a key's values."""
    text = json.dumps([_to_json(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, key: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]) -> list[Any]:
    """A cursor's values, fit to stand where the key's columns do; raises Invalid on a bad one."""
    values = _decode(cursor, len(key))
    if not all(_fits(value, column) for value, column in zip(values, key, strict=True)):
        raise _bad_cursor()
    return values


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = [_from_json(item) for item in json.loads(raw)]
    except (ValueError, binascii.Error, TypeError, KeyError, ArithmeticError, RecursionError):
        raise _bad_cursor() from None
    if len(values) != length:
        raise _bad_cursor()
    return values


def _bad_cursor() -> Invalid:
    return Invalid([Finding("input.bad_cursor", {}, "cursor")])


def _fits(value: Any, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> bool:
    """Whether a value somebody sent can stand where the column's own values stand."""
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = object
    # A whole number may stand for a decimal; a datetime is a date to Python, not to PostgreSQL.
    if not isinstance(value, (kind, int) if kind in (Decimal, float) else kind):
        return False
    if isinstance(value, str):
        return not any(c == "\x00" or 0xD800 <= ord(c) <= 0xDFFF for c in value)
    if isinstance(value, datetime):
        return kind is not date and value.tzinfo is not None
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) < 40
    return not isinstance(value, int) or abs(value) <= 2**63 - 1


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, UUID):
        return {"u": str(value)}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        if "t" in value:
            return datetime.fromisoformat(value["t"])
        if "d" in value:
            return date.fromisoformat(value["d"])
        if "u" in value:
            return UUID(value["u"])
        return Decimal(value["n"]) if len(str(value["n"])) < 60 else None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    raise TypeError
