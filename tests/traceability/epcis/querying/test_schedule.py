"""When scheduled subscriptions are asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.exceptions import SubscriptionControlsException
from traceability.epcis.querying.schedule import FIELDS, read

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday


def _next(after: datetime = NOON, **fields: Any) -> datetime | None:
    return read(fields).next_after(after)


def test_finer_fields_left_out_are_their_first_moment() -> None:
    assert _next(hour="1", minute="5") == datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
    assert _next(hour="13") == datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    assert _next(dayOfWeek="1") == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_coarser_fields_left_out_match_always() -> None:
    assert _next(second="30") == NOON + timedelta(seconds=30)
    assert _next(minute="0,30") == NOON + timedelta(minutes=30)


def test_lists_ranges_and_steps_are_read() -> None:
    assert _next(second="0/20") == NOON + timedelta(seconds=20)
    assert _next(hour="[13-15],20") == NOON + timedelta(hours=1)
    assert _next(NOON + timedelta(hours=4), hour="[13-15],20") == NOON + timedelta(hours=8)
    assert _next(minute=15) == NOON + timedelta(minutes=15)


def test_a_moment_that_matches_is_not_its_own_next() -> None:
    assert _next(second="0") == NOON + timedelta(minutes=1)


def test_a_day_of_the_month_waits_for_a_month_that_has_it() -> None:
    assert _next(dayOfMonth="31") == datetime(2026, 12, 31, tzinfo=UTC)
    assert _next(dayOfMonth="29", month="2") == datetime(2028, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {}, None, [], "0 0 * * *", {"second": "60"}, {"dayOfWeek": "0"}, {"dayOfMonth": "0"},
        {"month": "13"}, {"hour": ""}, {"hour": "a"}, {"hour": "5-7"}, {"hour": "[7-5]"},
        {"hour": "0/0"}, {"hour": None}, {"hour": True}, {"hour": ["1"]}, {"hours": "1"},
        {"dayOfMonth": "31", "month": "2"}, {"hour": "1,,2"}, {"hour": "²"},
    ],
)  # fmt: skip
def test_what_cannot_be_a_schedule_is_refused(wrong: Any) -> None:
    with pytest.raises(SubscriptionControlsException):
        read(wrong)


@given(
    st.dictionaries(
        st.sampled_from(["second", "minute", "hour", "dayOfWeek"]), st.data(), min_size=1
    ),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
)
def test_the_next_time_matches_and_none_before_it_does(fields: Any, naive: datetime) -> None:
    chosen = {name: data.draw(st.integers(*FIELDS[name])) for name, data in fields.items()}
    after = naive.replace(tzinfo=UTC)

    found = read({name: str(number) for name, number in chosen.items()}).next_after(after)

    assert found is not None
    assert found > after
    assert found - after <= timedelta(days=8)
    parts = {"second": found.second, "minute": found.minute, "hour": found.hour}
    parts["dayOfWeek"] = found.isoweekday()
    assert all(parts[name] == number for name, number in chosen.items())
