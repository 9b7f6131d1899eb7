"""What was done before the harvest, told in order: works that follow each other as one. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

MOST_RUNS = 10
"""Runs on the first page; of earlier ones it says how many there are, and where they stand."""

MOST_STEPS = 15
"""Steps of the batch on the first page, likewise."""


@dataclass(frozen=True)
class Run:
    """Works of one kind with no other between them: how many, from which day to which."""

    activity: str
    count: int
    first_on: date
    last_on: date


def runs(done: Iterable[tuple[date, str]]) -> tuple[Run, ...]:
    """Works by day, the earliest first, those of one kind that follow each other together."""
    told: list[Run] = []
    for on, activity in sorted(done):
        before = told[-1] if told else None
        if before is not None and before.activity == activity:
            told[-1] = Run(activity, before.count + 1, before.first_on, on)
        else:
            told.append(Run(activity, 1, on, on))
    return tuple(told)


def newest(told: Sequence[Run]) -> Sequence[Run]:
    """Those that the first page shows."""
    return told[-MOST_RUNS:]
