"""The pre-harvest interval (thời gian cách ly) as a rule of days. PURE.

A spraying forbids a harvest with done_on ≤ harvested_on < done_on + days. Days nobody knows
forbid nothing and excuse nothing: they read "chưa rõ thời gian cách ly", never 0.
Source: the label of the product; Luật Bảo vệ và kiểm dịch thực vật 41/2013/QH13, điều 72.
"""

from __future__ import annotations

from datetime import date, timedelta

UNKNOWN_LOOKBACK_DAYS = 180
"""A spraying without a stated interval casts doubt on harvests this long; no label we know of
asks for more."""


def days_demanded(*stated: int | None) -> int | None:
    """The days to wait when several say how many (label, catalogue, the farmer): the longest."""
    known = [days for days in stated if days is not None]
    return max(known) if known else None


def permitted_from(done_on: date, days: int | None) -> date | None:
    """The first day on which one may harvest; None while the days are unknown."""
    return None if days is None else done_on + timedelta(days=days)


def forbids(done_on: date, days: int | None, harvested_on: date) -> bool:
    """Whether a spraying forbids a harvest; one whose days are unknown does not, it only doubts."""
    first = permitted_from(done_on, days)
    return first is not None and done_on <= harvested_on < first


def casts_doubt(done_on: date, days: int | None, harvested_on: date) -> bool:
    """Whether a spraying with unknown days was near enough to leave a harvest in doubt."""
    return days is None and 0 <= (harvested_on - done_on).days < UNKNOWN_LOOKBACK_DAYS
