"""How long what is no longer needed stays before it is erased: data with source and dates. PURE.

A row that nobody has checked against the text of the law says ``verified`` no.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Retention:
    """For how many days something stays, who says so, since when (``valid_to`` excluded)."""

    code: str
    days: int
    meaning: str
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    def covers(self, on: date) -> bool:
        """Whether the row holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@cache
def retentions() -> tuple[Retention, ...]:
    """Every row, past ones included."""
    table = resources.files("foundation").joinpath("data/retention.csv").read_text("utf-8")
    return tuple(
        Retention(
            row["code"],
            int(row["days"]),
            row["meaning"],
            row["source"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["verified"] == "yes",
        )
        for row in csv.DictReader(table.splitlines())
    )


def time_of(code: str, on: date) -> timedelta:
    """For how long something stays on a day; the newest row where none covers it.

    Raises: KeyError for what no row tells of.
    """
    known = [each for each in retentions() if each.code == code]
    if not known:
        raise KeyError(code)
    fit = [each for each in known if each.covers(on)]
    return timedelta(days=(fit or sorted(known, key=lambda each: each.valid_from))[-1].days)
