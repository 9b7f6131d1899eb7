"""A range is shown by day, by week or by month, and nothing of it is lost or counted twice."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.scan_figures import stretches

FIRST = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1, ["18/11"]),
        (3, ["18/11", "19/11", "20/11"]),
        (60, ["18/11", "23/11", "30/11"]),
        (366, ["11/2026", "12/2026", "01/2027"]),
    ],
)
def test_longer_ranges_are_told_more_coarsely(days: int, labels: list[str]) -> None:
    found = stretches.of_range(FIRST, FIRST + timedelta(days=days - 1))

    assert [each.label for each in found][: len(labels)] == labels
    assert len(found) <= 31


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 365))
def test_stretches_follow_one_another_from_end_to_end(first: date, more: int) -> None:
    last = first + timedelta(days=more)

    found = stretches.of_range(first, last)

    assert (found[0].first, found[-1].last) == (first, last)
    assert all(one.last + timedelta(days=1) == two.first for one, two in itertools.pairwise(found))
    by_day = {first + timedelta(days=n): 1 for n in range(more + 1)}
    assert sum(stretches.sums(found, by_day)) == more + 1
