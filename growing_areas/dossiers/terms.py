"""Terms: by when each step is due, how long a code runs, when it is monitored. PURE.

All of it is data with source and dates (data/deadlines.csv, data/validity.csv); where the law
names no validity, none is invented.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cache

from growing_areas.dossiers import workdays
from growing_areas.rules import Validity, rows, validity_of

DUE_STEPS = (
    "inspect", "decide", "mend", "amend_inspect", "amend_decide", "revisit", "monitor", "renew",
)  # fmt: skip
"""What may be due: the first six by rule from data/deadlines.csv, the last two by the calendar."""


@dataclass(frozen=True)
class Deadline:
    """Within how many working days a step is to be done."""

    step: str
    working_days: int
    validity: Validity


@dataclass(frozen=True)
class CodeTerm:
    """How long a market's codes run and how often their areas are monitored, in months."""

    market: str
    validity_months: int | None
    monitoring_months: int
    validity: Validity


@cache
def deadlines() -> tuple[Deadline, ...]:
    """Every deadline, past ones included."""
    return tuple(
        Deadline(row["step"], int(row["working_days"]), validity_of(row))
        for row in rows("deadlines")
    )


def due_after(step: str, day: date) -> date | None:
    """The day by which a step is due that became possible on ``day``; None without a rule."""
    found = (d for d in deadlines() if d.step == step and d.validity.covers(day))
    rule = next(found, None)
    return workdays.add(day, rule.working_days) if rule else None


@cache
def code_terms() -> tuple[CodeTerm, ...]:
    """Every term of codes, past ones included."""
    return tuple(
        CodeTerm(
            row["market"],
            int(row["validity_months"]) if row["validity_months"] else None,
            int(row["monitoring_months"]),
            validity_of(row),
        )
        for row in rows("validity")
    )


def code_term(market: str, on: date) -> CodeTerm:
    """The term in force for a market on a day; the general one where the market has none."""
    usable = [term for term in code_terms() if term.validity.covers(on)]
    exact = [term for term in usable if term.market == market]
    return (exact or [term for term in usable if term.market == "*"])[0]


def months_after(day: date, months: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
