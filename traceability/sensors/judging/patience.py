"""How long limits must be passed before an alarm begins, and how it ends: the house's own rule.

`data/alarm_patience.csv`; a limit that says it otherwise is followed. PURE.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

MOST_MINUTES = 24 * 60
MOST_READINGS = 1_000


@dataclass(frozen=True)
class Patience:
    """How patient an alarm is.

    It begins once readings have been outside for ``begin_minutes`` and are ``begin_readings`` in an
    unbroken row; it ends once they have been inside by ``margin`` for ``end_minutes``.
    """

    begin_minutes: int = 0
    begin_readings: int = 1
    margin: Decimal = Decimal(0)
    end_minutes: int = 0


@dataclass(frozen=True)
class PatienceTold:
    """What a cooperative says of it; what it leaves open is the house's rule."""

    begin_minutes: int | None = None
    begin_readings: int | None = None
    margin: Decimal | None = None
    end_minutes: int | None = None


def patient(given: dict[str, Any]) -> PatienceTold:
    """What an input says of the patience of alarms, taken out of it."""
    names = ("begin_minutes", "begin_readings", "margin", "end_minutes")
    return PatienceTold(**{name: given.pop(name, None) for name in names})


@dataclass(frozen=True)
class Rule:
    """The house's rule for what is measured, from a day to another.

    An alarm heard of more than ``late_minutes`` after it was measured is told as one that came
    late.
    """

    measures: str
    patience: Patience
    late_minutes: int
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool


def usual(measures: str, on: date) -> Patience:
    """The house's rule of a day; days before the first row are judged by it too."""
    return _rule(measures, on).patience


def is_late(measures: str, measured_at: datetime, heard_at: datetime) -> bool:
    """Whether something was heard of so long after it was measured that it is said."""
    minutes = _rule(measures, heard_at.date()).late_minutes
    return heard_at - measured_at > timedelta(minutes=minutes)


def _rule(measures: str, on: date) -> Rule:
    own = [rule for rule in rules() if rule.measures == measures]
    begun = [rule for rule in own if rule.valid_from <= on]
    return begun[-1] if begun else own[0]


def of(told: PatienceTold, measures: str, on: date) -> Patience:
    """What is said, with the house's rule where nothing is."""
    rule = usual(measures, on)
    return Patience(
        rule.begin_minutes if told.begin_minutes is None else told.begin_minutes,
        rule.begin_readings if told.begin_readings is None else told.begin_readings,
        rule.margin if told.margin is None else told.margin,
        rule.end_minutes if told.end_minutes is None else told.end_minutes,
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Every row of `data/alarm_patience.csv`, by day."""
    text = resources.files("traceability").joinpath("data/alarm_patience.csv").read_text("utf-8")
    found = (
        Rule(
            row["measures"],
            Patience(
                int(row["begin_minutes"]),
                int(row["begin_readings"]),
                Decimal(row["margin"]),
                int(row["end_minutes"]),
            ),
            int(row["late_minutes"]),
            row["source"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["verified"] == "yes",
        )
        for row in csv.DictReader(text.splitlines())
    )
    return tuple(sorted(found, key=lambda rule: rule.valid_from))
