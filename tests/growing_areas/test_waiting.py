"""The interval rule, around every boundary it has."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from growing_areas import waiting

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
INTERVALS = st.integers(0, 400)
STATED = st.none() | INTERVALS


@given(DAYS, INTERVALS, st.integers(-500, 900))
def test_a_harvest_is_forbidden_from_the_day_of_the_spraying_to_the_day_before_the_last(
    done_on: date, days: int, after: int
) -> None:
    harvested_on = done_on + timedelta(days=after)

    assert waiting.forbids(done_on, days, harvested_on) is (0 <= after < days)
    assert not waiting.casts_doubt(done_on, days, harvested_on)


@given(DAYS, INTERVALS)
def test_the_first_permitted_day_is_the_first_that_is_permitted(done_on: date, days: int) -> None:
    first = waiting.permitted_from(done_on, days)

    assert first is not None
    assert not waiting.forbids(done_on, days, first)
    assert days == 0 or waiting.forbids(done_on, days, first - timedelta(days=1))


@given(DAYS, st.integers(-500, 900))
def test_unknown_days_forbid_nothing_and_leave_a_doubt_for_half_a_year(
    done_on: date, after: int
) -> None:
    harvested_on = done_on + timedelta(days=after)

    assert waiting.permitted_from(done_on, None) is None
    assert not waiting.forbids(done_on, None, harvested_on)
    assert waiting.casts_doubt(done_on, None, harvested_on) is (0 <= after < 180)


@given(st.lists(STATED, max_size=4))
def test_of_several_who_say_how_long_the_longest_counts(stated: list[int | None]) -> None:
    days = waiting.days_demanded(*stated)

    known = [each for each in stated if each is not None]
    assert (days is None) is (not known)
    assert all(days is not None and days >= each for each in known)
    assert days is None or days in known


@given(DAYS, STATED, STATED, st.integers(-10, 400))
def test_a_longer_interval_never_permits_what_a_shorter_one_forbids(
    done_on: date, entered: int | None, catalogue: int | None, after: int
) -> None:
    harvested_on = done_on + timedelta(days=after)
    days = waiting.days_demanded(entered, catalogue)

    alone = waiting.forbids(done_on, entered, harvested_on)
    assert waiting.forbids(done_on, days, harvested_on) or not alone
