"""PURE. How long an OCOP recognition lasts and from how many stars its mark may be shown.

Source: data/star_terms.csv, each row with its decision and dates.
"""

import calendar
import csv
from datetime import date
from functools import cache
from importlib import resources


@cache
def _rows() -> tuple[tuple[str, int, date, date | None], ...]:
    table = resources.files("products").joinpath("data/star_terms.csv").read_text("utf-8")
    return tuple(
        (
            row["term"],
            int(row["value"]),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in csv.DictReader(table.splitlines())
    )


def term(name: str, on: date) -> int:
    """The rule's value on a day; the earliest one for days before any rule.

    Raises: KeyError for an unknown rule.
    """
    named = sorted((row for row in _rows() if row[0] == name), key=lambda row: row[2])
    if not named:
        raise KeyError(name)
    in_force = [row for row in named if row[2] <= on and (row[3] is None or on <= row[3])]
    return (in_force or named[:1])[-1][1]


def valid_until(valid_from: date) -> date:
    """The last day of a recognition given on this day."""
    return _months_later(valid_from, term("certificate_months", valid_from))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
