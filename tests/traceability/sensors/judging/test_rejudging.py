"""Whatever order readings arrive in, the alarms at the end are those of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.sensors.judging import episodes, rejudging, watching
from traceability.sensors.judging.episodes import NEVER, Episode
from traceability.sensors.judging.patience import Patience
from traceability.sensors.judging.rejudging import Window
from traceability.sensors.judging.watching import Bounds, Measured, Rules, Watch

START = datetime(2026, 11, 21, tzinfo=UTC)


def at(minutes: float, value: object, sequence: int = 0) -> Measured:
    return Measured(START + timedelta(minutes=minutes), Decimal(str(value)), sequence)


def in_order(readings: Sequence[Measured], rules: Rules) -> tuple[list[Episode], Watch]:
    """The alarms of readings that came one after another, and what is watched at the end."""
    ordered = sorted(readings, key=lambda each: each.place)
    watch, changes = watching.follow(Watch(), ordered, rules)
    watch = watching.cut_off(watch, NEVER, rules, changes)
    return episodes.told(None, changes, watch), watch


@dataclass
class Room:
    """A sensor whose readings come in portions, in any order; windows begin narrow."""

    rules: Rules
    narrow: int
    readings: list[Measured] = field(default_factory=list)
    alarms: dict[int, Episode] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    widened: int = 0

    def hear(self, portion: Sequence[Measured]) -> None:
        self.readings = sorted({*self.readings, *portion}, key=lambda each: each.place)
        pending = sorted(portion, key=lambda each: each.place)
        size = self.narrow
        while pending:
            judged = rejudging.judge(
                self._window(pending[0], size),
                frozenset(pending),
                list(self.alarms.values()),
                self.rules,
            )
            if judged is None:
                size, self.widened = size * 3, self.widened + 1
                continue
            self._keep(judged)
            pending = [each for each in pending if each.place > judged.until.place]

    def valid(self) -> list[Episode]:
        own = [replace(each, key=None) for each in self.alarms.values() if not each.is_overtaken]
        return sorted(own, key=lambda each: (each.began_at, each.over_at or NEVER))

    def _window(self, first: Measured, size: int) -> Window:
        before = [each for each in self.readings if each.measured_at < first.measured_at]
        after = [each for each in self.readings if each.measured_at >= first.measured_at]
        return Window(before[-size:], after[:size], len(before) < size, len(after) < size)

    def _keep(self, judged: rejudging.Judged) -> None:
        for lost, joined in judged.kept.overtaken:
            assert lost.key is not None
            assert joined is None or joined in self.alarms
            ended = lost.ended_at or lost.sure_at
            over = lost.over_at or lost.sure_at
            self.alarms[lost.key] = replace(lost, ended_at=ended, over_at=over, is_overtaken=True)
        for each in judged.kept.episodes:
            key = each.key if each.key is not None else len(self.alarms) + 1
            self.alarms[key] = replace(each, key=key, is_overtaken=False)
        if judged.watch is not None:
            self.watch = judged.watch


values = st.sampled_from([-3, 1, 2, 2.5, 5, 7.5, 7.8, 8, 9, 12])
patience_st = st.builds(
    Patience,
    st.integers(0, 12),
    st.integers(1, 4),
    st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(9)]),
    st.integers(0, 12),
)


@st.composite
def told(draw: st.DrawFn) -> tuple[Rules, list[list[Measured]]]:
    """Readings in portions and any order; limits that may change, a sensor that may be moved."""
    steps = draw(st.lists(st.tuples(st.integers(0, 7), values), min_size=1, max_size=40))
    minute, readings = 0, []
    for number, (step, value) in enumerate(steps):
        minute += step
        readings.append(at(minute, value, number))
    shuffled = draw(st.permutations(readings))
    portions = []
    while shuffled:
        size = draw(st.integers(1, len(shuffled)))
        portions.append(shuffled[:size])
        shuffled = shuffled[size:]
    patient = draw(patience_st)
    changed = START + timedelta(minutes=draw(st.integers(0, minute + 1)))
    before = Bounds(Decimal(2), Decimal(8), patience=patient)
    after = replace(before, high=draw(st.sampled_from([Decimal(8), Decimal(11), None])))
    cuts = tuple(
        START + timedelta(minutes=cut)
        for cut in sorted(draw(st.sets(st.integers(0, minute + 2), max_size=2)))
    )
    return Rules(lambda moment: after if moment >= changed else before, cuts), portions


@settings(max_examples=200, deadline=None)
@given(told(), st.integers(1, 6))
def test_alarms_are_those_of_all_readings_whatever_order_they_come_in(
    given_: tuple[Rules, list[list[Measured]]], narrow: int
) -> None:
    rules, portions = given_
    room = Room(rules, narrow)

    for portion in portions:
        known = set(room.alarms)
        room.hear(portion)
        # None that is kept is ever lost.
        assert known <= set(room.alarms)
        assert room.valid() == in_order(room.readings, rules)[0]

    # What lasts is told by the alarm that is kept.
    lasting = next((each for each in room.valid() if each.ended_at is None), None)
    watch = replace(room.watch, excursion=lasting.excursion if lasting else None)
    assert watch == in_order(room.readings, rules)[1]


def test_an_alarm_whose_calm_a_late_reading_breaks_lasts_again() -> None:
    patient = Patience(0, 1, Decimal(0), 1)
    rules = Rules(lambda _moment: Bounds(Decimal(2), Decimal(8), patience=patient))
    room = Room(rules, 1)
    room.hear([at(0, -3), at(1, 2, 1), at(2, 2, 3), at(2, -3, 4)])
    assert [each.ended_at for each in room.valid()] == [at(1, 2).measured_at, None]

    room.hear([at(1, -3, 2)])

    (one,) = room.valid()
    assert (one.began_at, one.ended_at, one.worst) == (START, None, Decimal(-3))
    assert [each.is_overtaken for each in room.alarms.values()] == [False, True]
