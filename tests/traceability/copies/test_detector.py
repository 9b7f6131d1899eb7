"""Copied labels are noticed and honest ones left alone, in a season the limits were not chosen on.

The whole table: ``.venv/bin/python -m drills.copies``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills import copies, scan_world
from traceability.copies import limits as reading
from traceability.copies import sightings, weighing
from traceability.copies.limits import Limits
from traceability.copies.sightings import MOST_PLACES, Sightings

HANOI, BAC_NINH, DA_NANG, CAN_THO = "01", "24", "48", "92"
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def limits() -> Limits:
    return reading.read("", date(2026, 11, 22))


def seen(limits: Limits, *scans: tuple[timedelta, str | None]) -> Sightings:
    known = Sightings()
    for after, place in scans:
        known = sightings.add(known, NOON + after, place, limits)
    return known


def codes(known: Sightings, limits: Limits, state: str = "") -> list[str]:
    return [reason.code for reason in weighing.weigh(known, state, limits)]


def score(known: Sightings, limits: Limits, state: str = "") -> int:
    return weighing.score(weighing.weigh(known, state, limits))


def test_nine_copied_labels_in_ten_are_noticed_and_of_honest_ones_not_one_in_a_hundred(
    limits: Limits,
) -> None:
    seed = copies.HELD_OUT[0]
    assert seed not in copies.TUNING

    found = copies.judge(scan_world.play(seed), limits)

    assert (found.copied, found.honest) == (100, 9_900)
    assert found.recall >= 0.9
    # Codes whose photo went round on the net count as false alarms, too.
    assert found.false_alarm_rate <= 0.01
    assert found.precision >= 0.8


def test_lots_scanned_far_oftener_than_printed_are_noticed(limits: Limits) -> None:
    copied, hits, honest, alarms = copies.judge_lots(copies.HELD_OUT[0], limits)

    assert hits / copied >= 0.25
    assert alarms / honest <= 0.01


def test_far_places_too_soon_after_each_other_are_a_leap(limits: Limits) -> None:
    known = seen(limits, (0 * HOUR, HANOI), (2 * HOUR, CAN_THO))

    assert codes(known, limits) == ["leap", "provinces"]
    assert known.leap is not None
    assert (known.leap.left, known.leap.reached, known.leap.took) == (HANOI, CAN_THO, 2 * HOUR)
    assert score(known, limits) >= limits["suspicious"]


@pytest.mark.parametrize(
    ("place", "after"), [(CAN_THO, 6 * HOUR), (BAC_NINH, timedelta(minutes=11)), ("49", HOUR)]
)
def test_what_one_thing_can_do_is_no_leap(limits: Limits, place: str, after: timedelta) -> None:
    known = seen(limits, (0 * HOUR, HANOI), (after, place))

    assert known.leaps == 0
    assert score(known, limits) < limits["suspicious"]


def test_a_scan_that_comes_in_late_makes_a_leap_all_the_same(limits: Limits) -> None:
    known = seen(limits, (2 * HOUR, CAN_THO), (0 * HOUR, HANOI))

    assert known.leap is not None
    assert known.leap.left == HANOI
    assert known.leap.took == 2 * HOUR


def test_a_household_a_specimen_and_a_gift_are_left_alone(limits: Limits) -> None:
    household = seen(limits, *[(day * DAY, HANOI) for day in range(4)])
    specimen = seen(limits, *[(hour * HOUR, HANOI) for hour in range(0, 24 * 20, 12)])
    gift = seen(limits, (0 * DAY, HANOI), (2 * DAY, CAN_THO), (3 * DAY, CAN_THO))

    for honest in (household, specimen, gift):
        assert score(honest, limits) < limits["suspicious"]


def test_one_stray_province_among_many_scans_counts_for_next_to_nothing(limits: Limits) -> None:
    known = seen(limits, *[(hour * HOUR, HANOI) for hour in range(40)], (60 * HOUR, DA_NANG))

    assert known.provinces < 1.1


def test_a_void_label_or_one_never_pasted_counts_once_it_was_seen_on_two_days(
    limits: Limits,
) -> None:
    tried = seen(limits, (0 * HOUR, HANOI), (HOUR, HANOI))
    used = seen(limits, (0 * DAY, HANOI), (5 * DAY, HANOI))

    assert codes(tried, limits, "void") == []
    assert codes(used, limits, "void") == ["void"]
    assert codes(used, limits, "unpasted") == ["unpasted"]
    assert codes(used, limits) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**7),
            st.sampled_from([None, "", HANOI, CAN_THO, *map(str, range(100, 200))]),
        ),
        max_size=80,
    )
)
def test_what_is_remembered_stays_small_and_adds_up(scans: list[tuple[int, str | None]]) -> None:
    limits = reading.read("", date(2026, 11, 22))

    known = seen(limits, *[(timedelta(seconds=after), place) for after, place in scans])

    assert known.scans == len(scans)
    assert known.days <= known.scans
    assert len(known.places) <= MOST_PLACES
    assert known.placed <= sum(1 for _after, place in scans if place)
    assert known.provinces <= max(len(known.places), 0) + 1e-9
    assert all(reason.points > 0 for reason in weighing.weigh(known, "", limits))


def test_the_operators_rows_take_the_place_of_ours(tmp_path: Path) -> None:
    day = date(2026, 12, 1)
    table = tmp_path / "limits.csv"
    head = "code,value,meaning,source,valid_from,valid_to,verified\n"
    table.write_text(
        head + "suspicious,150,ours,us,2026-11-01,,yes\nagain,1,old,us,2026-01-01,2026-02-01,yes\n"
        "nothing_known,1,,,2026-01-01,,\n"
    )

    own, bundled = reading.read(str(table), day), reading.read("", day)

    assert own["suspicious"] == 150
    assert own["again"] == bundled["again"]
    assert own.keys() == bundled.keys()


def test_a_table_that_cannot_be_read_leaves_ours_in_force(tmp_path: Path) -> None:
    day = date(2026, 12, 1)
    broken = tmp_path / "limits.csv"
    broken.write_text("code,value\nsuspicious,much\n")

    assert reading.read(str(broken), day) == reading.read("", day)
    assert reading.read(str(tmp_path / "missing.csv"), day) == reading.read("", day)
