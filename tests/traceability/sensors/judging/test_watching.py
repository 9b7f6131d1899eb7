"""When an alarm begins and ends: the same alarms in whatever portions readings come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from traceability.sensors.judging import patience, watching
from traceability.sensors.judging.patience import Patience
from traceability.sensors.judging.watching import Bounds, Change, Measured, Rules, Watch
from traceability.sensors.measures import CODES

START = datetime(2026, 11, 21, tzinfo=UTC)
USUAL = Patience(10, 2, Decimal("0.5"), 10)
COLD = Bounds(Decimal(2), Decimal(8), patience=USUAL)


def at(minutes: float, value: object) -> Measured:
    return Measured(START + timedelta(minutes=minutes), Decimal(str(value)))


def followed(readings: list[Measured], bounds: Bounds = COLD) -> list[Change]:
    return watching.follow(Watch(), readings, Rules(lambda _moment: bounds))[1]


readings_st = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from([-3, 1, 2, 2.5, 5, 7.5, 7.8, 8, 9, 12])),
    max_size=60,
).map(
    lambda steps: [
        at(sum(step for step, _v in steps[: n + 1]), value)
        for n, (_step, value) in enumerate(steps)
    ]
)
patience_st = st.builds(
    Patience,
    st.integers(0, 12),
    st.integers(1, 4),
    st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(9)]),
    st.integers(0, 12),
)


@given(readings_st, patience_st, st.integers(1, 9))
def test_whatever_portions_readings_come_in_the_alarms_are_the_same(
    readings: list[Measured], patient: Patience, size: int
) -> None:
    bounds = Bounds(COLD.low, COLD.high, patience=patient)
    watch, changes = Watch(), []
    for first in range(0, len(readings), size):
        watch, new = watching.follow(
            watch, readings[first : first + size], Rules(lambda _at: bounds)
        )
        changes += new

    assert (watch, changes) == watching.follow(Watch(), readings, Rules(lambda _at: bounds))


@given(readings_st, patience_st)
def test_alarms_follow_one_another_and_each_has_reason(
    readings: list[Measured], patient: Patience
) -> None:
    bounds = Bounds(COLD.low, COLD.high, patience=patient)
    changes = followed(readings, bounds)

    assert [each.kind for each in changes] == ["began", "ended"] * (len(changes) // 2) + [
        "began"
    ] * (len(changes) % 2)
    moments = [each.at for each in changes]
    assert moments == sorted(moments)
    for each in changes:
        sure = each.reading.measured_at - each.at
        if each.kind == "began":
            assert sure >= timedelta(minutes=patient.begin_minutes)
            assert bounds.broken_by(each.reading.value) == each.excursion.limit


def test_a_value_that_flaps_about_the_limit_is_one_alarm() -> None:
    flapping = [at(n, 8.2 if n % 2 else 7.9) for n in range(500)]
    hot = [at(500 + n, 9) for n in range(20)]
    trembling = [at(520 + n, 8.1 if n % 2 else 7.8) for n in range(500)]
    calm = [at(1020 + n, 5) for n in range(20)]

    changes = followed([*flapping, *hot, *trembling, *calm])

    assert [(each.kind, each.at) for each in changes] == [
        ("began", hot[0].measured_at - timedelta(minutes=1)),
        ("ended", calm[0].measured_at),
    ]
    assert changes[1].excursion.worst == 9


def test_far_to_the_other_side_ends_one_alarm_and_begins_another() -> None:
    changes = followed([*(at(n, 9) for n in range(12)), *(at(12 + n, 0) for n in range(12))])

    assert [(each.kind, each.excursion.is_above, each.at) for each in changes] == [
        ("began", True, START),
        ("ended", True, START + timedelta(minutes=12)),
        ("began", False, START + timedelta(minutes=12)),
    ]


def test_a_margin_wider_than_the_room_between_limits_still_lets_an_alarm_end() -> None:
    narrow = Bounds(Decimal(2), Decimal(3), patience=Patience(0, 1, Decimal(9), 0))

    changes = followed([at(0, 4), at(1, 2.5)], narrow)

    assert [each.kind for each in changes] == ["began", "ended"]


def test_the_houses_rule_has_a_source_and_covers_every_measure() -> None:
    assert {rule.measures for rule in patience.rules()} == set(CODES)
    assert all(rule.source for rule in patience.rules())
    for rule in patience.rules():
        assert patience.of(patience.PatienceTold(), rule.measures, rule.valid_from) == rule.patience
