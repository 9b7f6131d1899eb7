"""Crossings: the exact places where sides of a ring meet that should not. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from growing_areas.shapes.positions import Ring

Indices = npt.NDArray[np.intp]

PAIR_BUDGET = 1_000_000
"""Pairs of sides compared at most (about 0.2 s); past it the validator's one place must do."""
CHUNK = 64


@dataclass(frozen=True)
class Meeting:
    """Two sides that are not neighbours meet here: crossing, or only touching."""

    place: tuple[float, float]
    crosses: bool

    @property
    def code(self) -> str:
        return "area.self_intersects" if self.crosses else "area.self_touches"


def find(corners: Ring, *, most: int) -> list[Meeting]:
    """Find up to `most` places where the ring through these corners meets itself."""
    count = len(corners)
    origin = corners[0]
    starts = corners - origin
    ends = np.roll(starts, -1, axis=0)
    segments = shapely.linestrings(np.stack([starts, ends], axis=1))
    tree = shapely.STRtree(segments)
    meetings: dict[tuple[float, float], Meeting] = {}
    budget = PAIR_BUDGET
    for first in range(0, count, CHUNK):
        left, right = tree.query(segments[first : first + CHUNK])
        left = left + first
        budget -= len(left)
        keep = _strangers(left, right, count)
        for meeting in _meetings(starts, ends, left[keep], right[keep], origin, most):
            meetings.setdefault(meeting.place, meeting)
        if len(meetings) >= most or budget < 0:
            break
    return list(meetings.values())[:most]


def named_place(shape: shapely.Polygon | shapely.MultiPolygon) -> Ring:
    """The place the validator names ("Self-intersection[105.1 20.5]"), else a corner."""
    match = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if match is None:
        return np.array(shape.bounds[:2])
    return np.array([float(match[1]), float(match[2])])


def _strangers(left: Indices, right: Indices, count: int) -> npt.NDArray[np.bool_]:
    """Each pair once, without neighbours: sides that share a corner always meet there."""
    gap = right - left
    strangers: npt.NDArray[np.bool_] = (gap > 1) & ~((left == 0) & (right == count - 1))
    return strangers


def _meetings(
    starts: Ring, ends: Ring, left: Indices, right: Indices, origin: Ring, most: int
) -> list[Meeting]:
    a, b, c, d = starts[left], ends[left], starts[right], ends[right]
    c_side, d_side = _side(a, b, c), _side(a, b, d)
    a_side, b_side = _side(c, d, a), _side(c, d, b)
    proper = (c_side * d_side < 0) & (a_side * b_side < 0)
    found = []
    with np.errstate(divide="ignore", invalid="ignore"):
        share = a_side / (a_side - b_side)
        places = a + share[:, None] * (b - a) + origin
    found += [Meeting(_rounded(place), crosses=True) for place in places[proper][:most]]
    ends_on_sides = ((c, c_side, a, b), (d, d_side, a, b), (a, a_side, c, d), (b, b_side, c, d))
    for point, side, start, end in ends_on_sides:
        on = ~proper & (side == 0) & _within(point, start, end)
        found += [Meeting(_rounded(place), crosses=False) for place in point[on][:most] + origin]
    return found


def _side(start: Ring, end: Ring, point: Ring) -> npt.NDArray[np.float64]:
    """Positive left of the line start→end, negative right of it, 0 on it."""
    along, aside = end - start, point - start
    turn: npt.NDArray[np.float64] = along[:, 0] * aside[:, 1] - along[:, 1] * aside[:, 0]
    return turn


def _within(point: Ring, start: Ring, end: Ring) -> npt.NDArray[np.bool_]:
    low, high = np.minimum(start, end), np.maximum(start, end)
    inside = (point >= low) & (point <= high)
    both: npt.NDArray[np.bool_] = inside[:, 0] & inside[:, 1]
    return both


def _rounded(place: Ring) -> tuple[float, float]:
    return round(float(place[0]), 7), round(float(place[1]), 7)
