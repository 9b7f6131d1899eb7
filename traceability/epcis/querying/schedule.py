"""When a scheduled subscription asks its query: fields like those of cron, by UTC. PURE.

A field is a list of numbers and ranges (``5``, ``[1-5]``, ``0,30``) or a start and a step
(``0/30``). A field left out matches anything, unless it is finer than the finest one given:
``{"hour": "1", "minute": "5"}`` is 01:05:00 every day. Source: EPCIS 2.0, 8.2.5.3;
query-schedule.json; the steps stand in its OpenAPI file's examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from traceability.epcis.exceptions import SubscriptionControlsException

FIELDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
"""Fields from the finest on, with what they may hold; Monday is 1."""

_SEARCHED = 366 * 8 + 2
"""Days looked ahead: 29 February may be eight years away."""
_ELEMENT = re.compile(
    r"(?P<one>\d{1,2})|\[(?P<low>\d{1,2})-(?P<high>\d{1,2})\]|(?P<start>\d{1,2})/(?P<step>\d{1,2})",
    re.ASCII,
)


@dataclass(frozen=True)
class Schedule:
    """The seconds, minutes, hours and days at which a query is asked; each set is sorted."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after ``moment`` that matches; None when none does for eight years."""
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        for ahead in range(_SEARCHED):
            day = (start + timedelta(days=ahead)).date()
            if day.month not in self.months or day.day not in self.days:
                continue
            if day.isoweekday() not in self.weekdays:
                continue
            found = self._time_from(start.time() if ahead == 0 else time.min)
            if found is not None:
                return datetime.combine(day, found, UTC)
        return None

    def _time_from(self, earliest: time) -> time | None:
        """The first time of a day, not before ``earliest``."""
        for hour in self.hours:
            if hour < earliest.hour:
                continue
            for minute in self.minutes:
                if (hour, minute) < (earliest.hour, earliest.minute):
                    continue
                least = earliest.second if (hour, minute) == (earliest.hour, earliest.minute) else 0
                second = next((second for second in self.seconds if second >= least), None)
                if second is not None:
                    return time(hour, minute, second)
        return None


def read(given: Any) -> Schedule:
    """A schedule from JSON.

    Raises: SubscriptionControlsException when a field is unknown or cannot be read, when none is
    given, or when no day on the calendar ever matches.
    """
    if not isinstance(given, Mapping) or not given:
        raise SubscriptionControlsException("epcis.schedule_empty")
    for name in given:
        if name not in FIELDS:
            raise SubscriptionControlsException("epcis.schedule_field", name=str(name)[:40])
    names = list(FIELDS)
    finest = min(names.index(name) for name in given)
    sets = {
        name: _numbers(name, given[name]) if name in given else _left_out(name, place < finest)
        for place, name in enumerate(names)
    }
    made = Schedule(
        tuple(sorted(sets["second"])),
        tuple(sorted(sets["minute"])),
        tuple(sorted(sets["hour"])),
        frozenset(sets["dayOfMonth"]),
        frozenset(sets["month"]),
        frozenset(sets["dayOfWeek"]),
    )
    # A leap year starts the search, so that whatever can ever match is found.
    if made.next_after(datetime(2028, 1, 1, tzinfo=UTC)) is None:
        raise SubscriptionControlsException("epcis.schedule_never")
    return made


def _left_out(name: str, is_finer: bool) -> set[int]:
    low, high = FIELDS[name]
    # Only times of day shrink to their first moment; a day left out is any day.
    return {low} if is_finer and name in ("second", "minute", "hour") else set(range(low, high + 1))


def _numbers(name: str, value: Any) -> set[int]:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 100:
        value = str(value)
    if not isinstance(value, str) or len(value) > 400:
        raise _wrong(name, value)
    found: set[int] = set()
    for element in value.replace(" ", "").split(","):
        match = _ELEMENT.fullmatch(element)
        if match is None:
            raise _wrong(name, value)
        found |= _element(name, match)
    return found


def _element(name: str, match: re.Match[str]) -> set[int]:
    low, high = FIELDS[name]
    if match["one"]:
        found = {int(match["one"])}
    elif match["low"]:
        found = set(range(int(match["low"]), int(match["high"]) + 1))
    else:
        step = int(match["step"])
        found = set(range(int(match["start"]), high + 1, step)) if step else set()
    if not found or min(found) < low or max(found) > high:
        raise _wrong(name, match[0])
    return found


def _wrong(name: str, value: Any) -> SubscriptionControlsException:
    return SubscriptionControlsException("epcis.schedule_value", name=name, value=str(value)[:60])
