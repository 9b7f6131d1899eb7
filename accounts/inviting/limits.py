"""How many invitations may leave in a day: data with source and dates. PURE."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Limit:
    """The most invitations of a day: by one inviter of a role, or to one contact by anybody."""

    limit: str
    role: str
    most: int
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    def covers(self, on: date) -> bool:
        """Whether it is in force on a day (``valid_to`` is the first on which it is not)."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@cache
def limits() -> tuple[Limit, ...]:
    """Every row of the table."""
    table = resources.files("accounts").joinpath("data/invitation_limits.csv").read_text("utf-8")
    return tuple(_limit(row) for row in csv.DictReader(table.splitlines()))


def a_day(roles: Iterable[str], on: date) -> int:
    """How many somebody with these roles may send in a day; the widest counts, none is none."""
    held = set(roles)
    return max((row.most for row in _in_force("day", on) if row.role in held), default=0)


def to_one_contact(on: date) -> int:
    """How many may reach one number or address in a day."""
    return min(row.most for row in _in_force("contact", on))


def _in_force(limit: str, on: date) -> list[Limit]:
    return [row for row in limits() if row.limit == limit and row.covers(on)]


def _limit(row: dict[str, str]) -> Limit:
    return Limit(
        row["limit"],
        row["role"],
        int(row["most"]),
        row["source"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["verified"] == "yes",
    )
