"""Counting: how many rows a list has, counted no further than a reader cares to know.

A page that counts a register of a million rows to say "1.000.000" reads all of them each time;
beyond `MOST` a list says "hơn 10.000" (the filter ``tally``), and what is read stays bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from foundation.i18n import _, number

MOST = 10_000
"""Rows are told exactly up to here."""


def bounded(statement: Select[Any]) -> Select[Any]:
    """The number of a statement's rows as a statement; ``MOST + 1`` means "more than MOST"."""
    found = statement.order_by(None).limit(MOST + 1).subquery()
    return select(func.count()).select_from(found)


def count(session: Session, statement: Select[Any]) -> int:
    """How many rows a statement has, at most ``MOST + 1``."""
    return session.scalar(bounded(statement)) or 0


def count_each(session: Session, statements: Mapping[str, Select[Any]]) -> dict[str, int]:
    """The numbers of several statements' rows, each at most ``MOST + 1``; one round trip."""
    asked = (bounded(each).scalar_subquery() for each in statements.values())
    return dict(zip(statements, session.execute(select(*asked)).one(), strict=True))


def tally(rows: int | None) -> str:
    """A number of rows as a list tells it: "1.284", beyond `MOST` "hơn 10.000"."""
    if rows is None:
        return ""
    return number(rows, 0) if rows <= MOST else _("hơn %(most)s", most=number(MOST, 0))
