"""Reporting periods: a year, half-year, quarter or month, by a stable code. PURE."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_CODE = re.compile(
    r"(?P<year>20\d{2})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})))?"
)


@dataclass(frozen=True)
class Period:
    """A span of days with its code: 2026, 2026-H1, 2026-Q3, 2026-11."""

    code: str
    first_day: date
    last_day: date

    def days(self) -> list[date]:
        """Return every day of the period."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=number) for number in range(count)]


def find(code: str) -> Period | None:
    """Return the period of a code, or None when it is none."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    year = int(match["year"])
    if match["half"]:
        return _months(code, year, 6 * int(match["half"]) - 5, 6)
    if match["quarter"]:
        return _months(code, year, 3 * int(match["quarter"]) - 2, 3)
    if match["month"]:
        month = int(match["month"])
        return _months(code, year, month, 1) if 1 <= month <= 12 else None
    return _months(code, year, 1, 12)


def year_of(day: date) -> Period:
    """Return the year a day lies in."""
    return _months(f"{day.year}", day.year, 1, 12)


def months_until(day: date, count: int) -> list[Period]:
    """Return the last months up to the one a day lies in, oldest first."""
    last = day.year * 12 + day.month - 1
    wanted = range(last - count + 1, last + 1)
    return [_months(f"{n // 12}-{n % 12 + 1:02d}", n // 12, n % 12 + 1, 1) for n in wanted]


def choices(day: date, years: int = 3) -> list[Period]:
    """Return the periods to offer on a day: its month, quarter and half, and the last years."""
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    codes = [f"{day.year - back}" for back in range(years)]
    codes += [f"{day.year}-H{half}", f"{day.year}-Q{quarter}", f"{day.year}-{day.month:02d}"]
    return [period for code in codes if (period := find(code)) is not None]


def _months(code: str, year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(code, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))
