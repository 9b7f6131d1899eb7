"""Bars and lines as plain geometry, so that a page draws them as SVG without scripts.

Coordinates are user units of a 480 × 260 view; y grows downwards. Numbers keep the exact value
they came with; floats stand only for places on the drawing. Gaps (None) stay gaps. PURE.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

Number = Decimal | float | int

WIDTH, HEIGHT = 480.0, 260.0
LEFT, TOP, BOTTOM = 68.0, 22.0, 34.0
# The widest a character of an axis label gets on a phone, where text is drawn larger.
LETTER = 11.0


@dataclass(frozen=True)
class Tick:
    """A value on the upright axis and its height."""

    value: Number
    y: float
    is_zero: bool = False


@dataclass(frozen=True)
class Mark:
    """A bar or a dot: which series (from 1), its place, and the value it stands for."""

    series: int
    label: str
    value: Number
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Line:
    """One unbroken run of a series, as the ``points`` of a polyline."""

    series: int
    points: str


@dataclass(frozen=True)
class Zone:
    """Between which values things are well for a stretch of the width, told as shares of it."""

    first: float
    last: float
    low: Number | None
    high: Number | None


@dataclass(frozen=True)
class Flag:
    """A stretch of the width in which something was the matter, told as shares of it."""

    first: float
    last: float
    label: str


@dataclass(frozen=True)
class Patch:
    """A zone or a flag on the drawing; `edges`: the heights of a zone's limits."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Label:
    """A word under the axis."""

    text: str
    x: float


@dataclass(frozen=True)
class Row:
    """One row of the table beneath: a label and one number (or gap) per series."""

    label: str
    numbers: tuple[Number | None, ...]


@dataclass(frozen=True)
class Drawing:
    """Everything ``components/chart.html`` draws."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    bars: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Mark, ...] = ()
    target: Tick | None = None
    zones: tuple[Patch, ...] = ()
    flags: tuple[Patch, ...] = ()
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    step: Decimal

    def y(self, value: Number) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def ticks(self) -> tuple[Tick, ...]:
        first = round(self.low / float(self.step))
        last = round(self.high / float(self.step))
        return tuple(
            Tick(self.step * n, self.y(self.step * n), is_zero=n == 0)
            for n in range(first, last + 1)
        )


def bars(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number | None]],
    *,
    target: Number | None = None,
) -> Drawing:
    """Amounts of separate periods or places, side by side."""
    axis = _axis(series, target)
    slot = _slot(labels)
    width = slot * 0.72 / max(1, len(series))
    marks = []
    for number, index, label, value in _walk(labels, series):
        top, foot = axis.y(max(value, 0)), axis.y(min(value, 0))
        x = LEFT + slot * (index + 0.14) + width * (number - 1)
        marks.append(
            Mark(number, label, value, round(x, 1), top, round(width, 1), round(foot - top, 1))
        )
    return _drawing(labels, series, axis, target, bars=tuple(marks))


def lines(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number | None]],
    *,
    target: Number | None = None,
    zones: Sequence[Zone] = (),
    flags: Sequence[Flag] = (),
) -> Drawing:
    """How something went over time; a missing value breaks the line.

    ``zones``: between which values it was to be, when; ``flags``: when something was the matter.
    """
    ends = [end for zone in zones for end in (zone.low, zone.high)]
    axis = _axis({**series, "": ends}, target)
    slot = _slot(labels)
    dots = tuple(
        Mark(number, label, value, round(LEFT + slot * (index + 0.5), 1), axis.y(value))
        for number, index, label, value in _walk(labels, series)
    )
    runs = []
    for number, values in enumerate(series.values(), start=1):
        places = iter([dot for dot in dots if dot.series == number])
        run: list[str] = []
        for value in [*list(values)[: len(labels)], None]:
            if value is not None:
                dot = next(places)
                run.append(f"{dot.x},{dot.y}")
            elif run:
                runs.append(Line(number, " ".join(run)))
                run = []
    drawing = _drawing(labels, series, axis, target, lines=tuple(runs), dots=dots)
    return replace(
        drawing,
        zones=tuple(_zone(zone, axis) for zone in zones),
        flags=tuple(_flag(flag) for flag in flags),
    )


def _flag(flag: Flag) -> Patch:
    x, width = _across(flag.first, flag.last, least=4.0)
    return Patch(x, TOP - 14, width, 8.0, flag.label)


def _zone(zone: Zone, axis: _Axis) -> Patch:
    x, width = _across(zone.first, zone.last)
    top = TOP if zone.high is None else axis.y(zone.high)
    foot = HEIGHT - BOTTOM if zone.low is None else axis.y(zone.low)
    edges = tuple(axis.y(end) for end in (zone.low, zone.high) if end is not None)
    return Patch(x, top, width, round(foot - top, 1), edges=edges)


def _across(first: float, last: float, *, least: float = 0.0) -> tuple[float, float]:
    """Where a stretch begins, and how wide it is: wide enough to be seen."""
    room = WIDTH - LEFT
    width = max((last - first) * room, least)
    return round(min(LEFT + first * room, WIDTH - width), 1), round(width, 1)


def _walk(
    labels: Sequence[str], series: Mapping[str, Sequence[Number | None]]
) -> Iterator[tuple[int, int, str, Number]]:
    for number, values in enumerate(series.values(), start=1):
        for index, (label, value) in enumerate(zip(labels, values, strict=False)):
            if value is not None:
                yield number, index, label, value


def _slot(labels: Sequence[str]) -> float:
    return (WIDTH - LEFT) / max(1, len(labels))


def _axis(series: Mapping[str, Sequence[Number | None]], target: Number | None) -> _Axis:
    known = [float(v) for values in series.values() for v in values if v is not None]
    if target is not None:
        known.append(float(target))
    low, high = min([0.0, *known]), max([0.0, *known])
    step = _step((high - low) or 1.0)
    size = float(step)
    top = math.ceil(high / size) or (0 if low < 0 else 1)
    return _Axis(math.floor(low / size) * size, top * size, step)


def _step(span: float) -> Decimal:
    """A round step (1, 2 or 5 × a power of ten) that gives about four rules."""
    power = Decimal(10) ** math.floor(math.log10(span / 4))
    for factor in (1, 2, 5):
        if span / float(power * factor) <= 5:
            return power * factor
    return power * 10


def _drawing(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number | None]],
    axis: _Axis,
    target: Number | None,
    *,
    bars: tuple[Mark, ...] = (),
    lines: tuple[Line, ...] = (),
    dots: tuple[Mark, ...] = (),
) -> Drawing:
    slot = _slot(labels)
    # Words that would run into each other are left out under the axis; the table has them all.
    every = max(1, math.ceil(max([len(label) for label in labels], default=1) * LETTER / slot))
    return Drawing(
        names=tuple(series),
        rows=tuple(
            Row(label, tuple(values[i] if i < len(values) else None for values in series.values()))
            for i, label in enumerate(labels)
        ),
        ticks=axis.ticks(),
        labels=tuple(
            Label(label, round(LEFT + slot * (index + 0.5), 1))
            for index, label in enumerate(labels)
            if index % every == 0
        ),
        bars=bars,
        lines=lines,
        dots=dots,
        target=None if target is None else Tick(target, axis.y(target)),
    )
