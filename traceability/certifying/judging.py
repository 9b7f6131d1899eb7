"""Judging a laboratory's reading against what is allowed. PURE.

A reading passes, fails, or cannot be judged (no limit known, another unit, a method that would
not have seen as little as the limit). What cannot be judged is never called passed.
"KPH" (không phát hiện) is how Vietnamese reports say "below the detection limit".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from traceability.certifying import lists

Outcome = Literal["passed", "failed", "unjudged"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "unjudged")

# How many of the first unit's kin one holds: only units of one row compare.
_UNITS = {
    "mg/kg": ("mass", Decimal(1)),
    "ppm": ("mass", Decimal(1)),
    "mg/l": ("volume", Decimal(1)),
    "µg/kg": ("mass", Decimal("0.001")),
    "ppb": ("mass", Decimal("0.001")),
    "µg/l": ("volume", Decimal("0.001")),
    "g/100g": ("mass", Decimal(10_000)),
    "%": ("mass", Decimal(10_000)),
    "CFU/g": ("colonies", Decimal(1)),
    "CFU/ml": ("colonies_ml", Decimal(1)),
    "MPN/g": ("mpn", Decimal(1)),
    "/25g": ("presence", Decimal(1)),
}
UNITS = tuple(_UNITS)


@dataclass(frozen=True)
class Reading:
    """One line of a report. ``value`` None: below detection (KPH).

    ``stated_limit`` is the one the report itself prints, in the reading's unit.
    """

    parameter: str
    unit: str
    value: Decimal | None = None
    detection_limit: Decimal | None = None
    stated_limit: Decimal | None = None
    method: str = ""

    @property
    def is_below_detection(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Judged:
    """A reading with the limit it was held to, in the reading's unit, and who says so."""

    reading: Reading
    outcome: Outcome
    limit: Decimal | None
    limit_source: str | None


def judge(reading: Reading, group: str, on: date) -> Judged:
    """Hold a reading to the stricter of the table's limit of that day and the report's own.

    A value that equals its limit passes. Where the table's limit is in a unit of another measure,
    the report's own may fail a reading and cannot pass it.
    """
    limit, source = _strictest(reading, group, on)
    outcome = _outcome(reading, limit)
    if outcome == "passed" and _is_beyond_compare(reading, group, on):
        outcome = "unjudged"
    return Judged(reading, outcome, limit, source)


def judge_all(readings: Iterable[Reading], group: str, on: date) -> tuple[Judged, ...]:
    """Every reading of a report, in its order."""
    return tuple(judge(reading, group, on) for reading in readings)


def verdict(judged: Iterable[Judged]) -> Outcome:
    """What a whole report comes to: one failure fails it, one doubt leaves it unjudged."""
    outcomes = {each.outcome for each in judged}
    if "failed" in outcomes:
        return "failed"
    return "passed" if outcomes == {"passed"} else "unjudged"


def converted(amount: Decimal, unit: str, wanted: str) -> Decimal | None:
    """An amount in another unit; None where no factor joins the two."""
    if unit == wanted:
        return amount
    if unit not in _UNITS or wanted not in _UNITS or _UNITS[unit][0] != _UNITS[wanted][0]:
        return None
    return amount * _UNITS[unit][1] / _UNITS[wanted][1]


def _is_beyond_compare(reading: Reading, group: str, on: date) -> bool:
    """Whether the table has a limit that no factor joins to the unit of a reading."""
    found = lists.limit_of(reading.parameter, group, on)
    return found is not None and converted(found.most, found.unit, reading.unit) is None


def _strictest(reading: Reading, group: str, on: date) -> tuple[Decimal | None, str | None]:
    found = lists.limit_of(reading.parameter, group, on)
    legal = converted(found.most, found.unit, reading.unit) if found else None
    stated = reading.stated_limit
    if found is not None and legal is not None and (stated is None or legal <= stated):
        return legal, found.validity.source
    # The report's own: no source of ours.
    return stated, None


def _outcome(reading: Reading, limit: Decimal | None) -> Outcome:
    if limit is None:
        return "unjudged"
    if reading.value is not None:
        return "failed" if reading.value > limit else "passed"
    blind = reading.detection_limit is not None and 0 < limit < reading.detection_limit
    return "unjudged" if blind else "passed"
