"""Working days in Vietnam: Monday to Friday without public holidays (data/holidays.csv). PURE.

Years the table does not reach yet have their weekends only; nobody is held to a day that may
turn out to be a holiday by more than that.
Source: Bộ luật Lao động 45/2019/QH14, Điều 111–112.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from growing_areas.rules import rows

_WEEKEND = 5


@cache
def holidays() -> frozenset[date]:
    """Every public holiday known, weekends' substitutes included."""
    return frozenset(date.fromisoformat(row["on"]) for row in rows("holidays"))


def is_working(day: date) -> bool:
    """Whether offices work on a day."""
    return day.weekday() < _WEEKEND and day not in holidays()


def add(day: date, count: int) -> date:
    """The day that is ``count`` working days after ``day`` (which itself does not count)."""
    reached = day
    while count > 0:
        reached += timedelta(days=1)
        count -= is_working(reached)
    return reached
