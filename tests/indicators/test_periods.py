"""Periods: every code one span, every day in its months."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import periods


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_code_is_a_span_of_days(code: str, first: date, last: date) -> None:
    period = periods.find(code)

    assert period is not None
    assert (period.first_day, period.last_day) == (first, last)
    assert len(period.days()) == (last - first).days + 1


@pytest.mark.parametrize(
    "code", ["", "26", "2026-13", "2026-00", "2026-Q5", "2026-H0", "1999", "x"]
)
def test_other_codes_are_no_periods(code: str) -> None:
    assert periods.find(code) is None


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 40))
def test_months_follow_one_another_up_to_the_day(day: date, count: int) -> None:
    months = periods.months_until(day, count)

    assert len(months) == count
    assert months[-1].first_day <= day <= months[-1].last_day
    for before, after in itertools.pairwise(months):
        assert before.last_day + timedelta(days=1) == after.first_day
        assert periods.find(after.code) == after
