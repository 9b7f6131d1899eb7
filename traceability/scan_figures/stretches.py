"""A range of days as a chart shows it: by day, by week or by month. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS, MOST_IN_WEEKS = 31, 190
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Some days in a row, by their first one."""

    label: str
    first: date
    last: date


def of_range(first: date, last: date) -> list[Stretch]:
    """Every day, or weeks from Monday, or months; cut at both ends of the range."""
    span = (last - first).days + 1
    if span <= MOST_DAYS:
        days = [first + DAY * step for step in range(span)]
        return [Stretch(f"{day:%d/%m}", day, day) for day in days]
    found, begun = [], first
    while begun <= last:
        following = _monday_after(begun) if span <= MOST_IN_WEEKS else _month_after(begun)
        label = f"{begun:%d/%m}" if span <= MOST_IN_WEEKS else f"{begun:%m/%Y}"
        found.append(Stretch(label, begun, min(following - DAY, last)))
        begun = following
    return found


def sums(stretches: list[Stretch], by_day: Mapping[date, int]) -> list[int]:
    """What fell into each stretch; a day without anything is 0."""
    return [
        sum(scans for day, scans in by_day.items() if each.first <= day <= each.last)
        for each in stretches
    ]


def _monday_after(day: date) -> date:
    return day + DAY * (7 - day.weekday())


def _month_after(day: date) -> date:
    return (day.replace(day=1) + DAY * 32).replace(day=1)
