"""Input shapes of scans in figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import validates_schema

from foundation.inputs import Day, Problem, QuerySchema, Text

MOST_DAYS = 366
SHOWN_DAYS = 30


class ScansQuery(QuerySchema):
    """Which scans: from a day to a day, of one product, of goods of one commune."""

    since = Day(load_default=None)
    until = Day(load_default=None)
    product = Text(max=24, load_default="")
    commune_code = Text(max=5, load_default="")

    @validates_schema
    def _range(self, given: dict[str, Any], **_: Any) -> None:
        first, last = given.get("since"), given.get("until")
        if first and last and first > last:
            raise Problem("scans.range_backwards", at_field="until")
        if first and last and (last - first).days >= MOST_DAYS:
            raise Problem("scans.range_too_long", at_field="until", most=MOST_DAYS)


def range_of(given: dict[str, Any], today: date) -> tuple[date, date]:
    """First and last day asked for; the last thirty days when nothing is said."""
    last = given["until"] or (
        min(today, given["since"] + timedelta(days=MOST_DAYS - 1)) if given["since"] else today
    )
    first = given["since"] or last - timedelta(days=SHOWN_DAYS - 1)
    return min(first, last), last
