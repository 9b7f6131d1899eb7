"""When an alarm begins and when it ends, reading by reading, the earliest measured first. PURE.

A value that flaps about a limit is one alarm, not a hundred: it begins once the limit has been
passed for a while, and ends once all has been well by a margin for a while. Whatever the readings
come in, one by one or by the thousand, the same alarms follow. Readings that come late are for
`rejudging`, which follows once more over the stretch they change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from traceability.sensors.judging.patience import Patience


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest that is good; one that is None is not limited."""

    low: Decimal | None
    high: Decimal | None
    is_products: bool = False
    patience: Patience = field(default_factory=Patience)

    def broken_by(self, value: Decimal) -> Decimal | None:
        """The limit a value breaks."""
        if self.high is not None and value > self.high:
            return self.high
        if self.low is not None and value < self.low:
            return self.low
        return None

    def is_calm(self, value: Decimal, *, after_above: bool) -> bool:
        """Whether a value is well inside again; a margin wider than half the room is cut to it."""
        if self.broken_by(value) is not None:
            return False
        margin = self.patience.margin
        if self.low is not None and self.high is not None:
            margin = min(margin, (self.high - self.low) / 2)
        if after_above:
            return self.high is None or value <= self.high - margin
        return self.low is None or value >= self.low + margin


@dataclass(frozen=True)
class Measured:
    """A reading that is kept; `sequence` orders those of one instant."""

    measured_at: datetime
    value: Decimal
    sequence: int = 0

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among the readings of its sensor."""
        return self.measured_at, self.sequence


@dataclass(frozen=True)
class Row:
    """Readings outside on one side, in an unbroken row."""

    since: datetime
    count: int
    worst: Decimal
    is_above: bool

    def with_(self, value: Decimal) -> Row:
        """One more of them."""
        return replace(self, count=self.count + 1, worst=worse(self.is_above, self.worst, value))

    def is_ripe(self, at: datetime, patience: Patience) -> bool:
        """Whether it is long enough for an alarm."""
        lasted = at - self.since >= timedelta(minutes=patience.begin_minutes)
        return lasted and self.count >= patience.begin_readings


@dataclass(frozen=True)
class Excursion:
    """An alarm, as far as it has come."""

    is_above: bool
    limit: Decimal
    worst: Decimal
    began_at: datetime


@dataclass(frozen=True)
class Watch:
    """What is known of a sensor after its newest reading."""

    last: Measured | None = None
    outside: Row | None = None
    excursion: Excursion | None = None
    calm_since: datetime | None = None


@dataclass(frozen=True)
class Change:
    """An alarm that began or ended: at which moment, the reading that told it, and when for sure.

    An alarm that ended because the sensor was moved or its limits set anew is told by its last
    reading, and sure from the moment of that act (`Rules.cuts`).
    """

    kind: Literal["began", "ended"]
    excursion: Excursion
    at: datetime
    reading: Measured
    sure_at: datetime


@dataclass(frozen=True)
class Rules:
    """A sensor's limits, moment by moment, and the moments from which it is watched anew."""

    bounds_at: Callable[[datetime], Bounds]
    cuts: tuple[datetime, ...] = ()

    def cut_between(self, after: datetime, until: datetime) -> datetime | None:
        """The first cut after a moment and not after another."""
        place = bisect_right(self.cuts, after)
        return self.cuts[place] if place < len(self.cuts) and self.cuts[place] <= until else None


def follow(watch: Watch, readings: Iterable[Measured], rules: Rules) -> tuple[Watch, list[Change]]:
    """Go on watching with readings later than what is known already, the earliest first."""
    changes: list[Change] = []
    for reading in readings:
        watch = step(watch, reading, rules, changes)
    return watch, changes


def step(watch: Watch, reading: Measured, rules: Rules, changes: list[Change]) -> Watch:
    """Go on watching with the next reading; what begins or ends is added to the changes."""
    watch = cut_off(watch, reading.measured_at, rules, changes)
    return _after(watch, reading, rules.bounds_at(reading.measured_at), changes)


def cut_off(watch: Watch, until: datetime, rules: Rules, changes: list[Change]) -> Watch:
    """Forget what was watched before a cut; an alarm of before it ends with its last reading."""
    last = watch.last
    cut = rules.cut_between(last.measured_at, until) if last else None
    if last is None or cut is None:
        return watch
    if watch.excursion is not None:
        at = max(last.measured_at, watch.excursion.began_at)
        changes.append(Change("ended", watch.excursion, at, last, cut))
    return Watch(last)


def _after(watch: Watch, reading: Measured, bounds: Bounds, changes: list[Change]) -> Watch:
    broken = bounds.broken_by(reading.value)
    outside = _row(watch.outside, reading, broken)
    watch = replace(watch, last=reading, outside=outside)
    excursion = watch.excursion
    if excursion is not None and outside is not None and outside.is_above == excursion.is_above:
        worst = worse(excursion.is_above, excursion.worst, reading.value)
        return replace(
            watch, outside=None, calm_since=None, excursion=replace(excursion, worst=worst)
        )
    if excursion is not None:
        watch = _maybe_ended(watch, excursion, reading, bounds, changes)
    if outside is not None and broken is not None:
        watch = _maybe_begun(watch, outside, reading, bounds, broken, changes)
    return watch


def _maybe_ended(
    watch: Watch, excursion: Excursion, reading: Measured, bounds: Bounds, changes: list[Change]
) -> Watch:
    """Calm for long enough, or for certain too far to the other side."""
    at, since = reading.measured_at, watch.calm_since
    if bounds.is_calm(reading.value, after_above=excursion.is_above):
        since = since or at
        is_over = at - since >= timedelta(minutes=bounds.patience.end_minutes)
    else:
        row = watch.outside
        is_over = row is not None and row.is_ripe(at, bounds.patience)
        since = row.since if row is not None and is_over else None
    if not is_over or since is None:
        return replace(watch, calm_since=since)
    changes.append(Change("ended", excursion, since, reading, at))
    return replace(watch, excursion=None, calm_since=None)


def _maybe_begun(
    watch: Watch,
    outside: Row,
    reading: Measured,
    bounds: Bounds,
    broken: Decimal,
    changes: list[Change],
) -> Watch:
    if watch.excursion is not None or not outside.is_ripe(reading.measured_at, bounds.patience):
        return watch
    excursion = Excursion(outside.is_above, broken, outside.worst, outside.since)
    changes.append(Change("began", excursion, outside.since, reading, reading.measured_at))
    return replace(watch, excursion=excursion, outside=None)


def _row(row: Row | None, reading: Measured, broken: Decimal | None) -> Row | None:
    if broken is None:
        return None
    is_above = reading.value > broken
    if row is not None and row.is_above == is_above:
        return row.with_(reading.value)
    return Row(reading.measured_at, 1, reading.value, is_above)


def worse(is_above: bool, one: Decimal, other: Decimal) -> Decimal:
    """Which of two values lies farther outside."""
    return max(one, other) if is_above else min(one, other)
