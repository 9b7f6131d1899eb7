"""The clock that doors read; domain functions get ``now`` as an argument.

Times are UTC; a business day is Vietnam's (UTC+7, no daylight saving).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

_offset = timedelta()


def shift(offset: timedelta) -> None:
    """Move the clock for drills and demonstrations (``NGUON_CLOCK_OFFSET``)."""
    global _offset
    _offset = offset


def now() -> datetime:
    """The present instant, UTC, with the drill's shift."""
    return datetime.now(UTC) + _offset


def business_day(instant: datetime) -> date:
    """The day in Vietnam on which ``instant`` falls."""
    return instant.astimezone(VIETNAM).date()


def start_of_day(day: date) -> datetime:
    """The instant at which a day begins in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)


def today() -> date:
    """The present day in Vietnam."""
    return business_day(now())
