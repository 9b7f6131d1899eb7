"""Amounts of named things, the largest first, as bars that lie: long names keep their line. PURE.

Coordinates are user units of a view 480 wide; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 480.0
ROW, _TEXT, _BAR, _THICK = 48.0, 18.0, 26.0, 14.0
_LEAST = 2.0


@dataclass(frozen=True)
class RankBar:
    """A bar with its name above it; `text_y` is where the name stands."""

    label: str
    value: Decimal | int
    text_y: float
    y: float
    width: float


@dataclass(frozen=True)
class Ranking:
    """Everything ``components/ranking.html`` draws."""

    bars: tuple[RankBar, ...]
    height: float
    width: float = WIDTH
    thick: float = _THICK


def rank(rows: Sequence[tuple[str, Decimal | int]]) -> Ranking:
    """Draw amounts of zero and more, in the order given; the largest is as wide as the view."""
    largest = max((value for _label, value in rows), default=0)
    bars = [
        RankBar(
            label,
            value,
            ROW * index + _TEXT,
            ROW * index + _BAR,
            round(max(float(value) / float(largest) * WIDTH, _LEAST), 1) if value > 0 else 0.0,
        )
        for index, (label, value) in enumerate(rows)
    ]
    return Ranking(tuple(bars), ROW * len(bars))
