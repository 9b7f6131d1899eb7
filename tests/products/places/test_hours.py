"""Opening hours as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from products.places import hours

MONDAY_8_IN_VIETNAM = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SUNDAY_8_IN_VIETNAM = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def test_a_week_is_read_from_the_usual_hours_and_the_days_that_differ() -> None:
    week = hours.read_week({"sa": "8h-12h", "su": "nghỉ"}, "7:30-11:30, 13h30 – 17:00")

    assert week["mo"] == [("07:30", "11:30"), ("13:30", "17:00")]
    assert week["sa"] == [("08:00", "12:00")]
    assert week["su"] == []
    assert hours.schema_org(week) == [
        "Mo-Fr 07:30-11:30",
        "Mo-Fr 13:30-17:00",
        "Sa 08:00-12:00",
    ]


@pytest.mark.parametrize(
    "typed", ["17:00-07:00", "25:00-26:00", "sáng", "07:30", "07:00-10:00, 09:00-12:00", "7-75:99"]
)
def test_hours_that_make_no_sense_are_refused_naming_the_day(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        hours.read_week({"tu": typed, "fr": "cả ngày"})

    assert [finding.field for finding in refused.value.findings] == ["hours_tu", "hours_fr"]


def test_a_place_is_open_by_vietnams_clock() -> None:
    week = hours.read_week({"su": "nghỉ"}, "07:30-11:30")

    assert hours.is_open(week, MONDAY_8_IN_VIETNAM) is True
    assert hours.is_open(week, SUNDAY_8_IN_VIETNAM) is False
    assert hours.is_open({}, MONDAY_8_IN_VIETNAM) is None


_TIMES = st.integers(0, 1439).map(lambda m: f"{m // 60:02d}:{m % 60:02d}")


@given(st.dictionaries(st.sampled_from(hours.DAYS), st.tuples(_TIMES, _TIMES)))
def test_what_is_written_reads_the_same_again(told: dict[str, tuple[str, str]]) -> None:
    week = {day: [(min(span), max(span))] for day, span in told.items() if span[0] != span[1]}

    written = {day: hours.write_day(spans) for day, spans in week.items()}

    assert hours.read_week(written) == {day: week.get(day, []) for day in hours.DAYS}


@given(st.text(max_size=40))
def test_any_text_is_hours_or_a_finding(typed: str) -> None:
    with suppress(Invalid):
        week = hours.read_week({"mo": typed})
        assert all(start < end for start, end in week["mo"])
