"""A chain as a drawing that opens step by step: origins on top, what was made of them below. PURE.

Two steps each way stand open; further ones open behind the things the reader asks for. Rows hold
so many things and no more: what is left out is counted, and the table beneath has all of it.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 208, 92
_GAP_X, _GAP_Y, _EDGE = 16, 44, 8
MOST_IN_ROW = 8
OPEN_STEPS = 2

Onward = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Shown:
    """What stands on the drawing: signed steps from the start (origins below nought), and how
    many further things wait behind each one."""

    levels: Mapping[int, int]
    waiting: Mapping[int, int]


@dataclass(frozen=True)
class Box:
    """A thing's place on the drawing, its upper left corner in pixels."""

    id: int
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes of WIDTH × HEIGHT and the lines between them, as SVG paths."""

    width: int = 0
    height: int = 0
    boxes: tuple[Box, ...] = ()
    lines: tuple[str, ...] = field(default=())


def unfold(
    start: int, up: Onward, down: Onward, opened: Iterable[int] = (), *, steps: int = OPEN_STEPS
) -> Shown:
    """Choose what is drawn: `steps` each way, and what is next to the `opened` ones."""
    wanted = set(opened)
    levels: dict[int, int] = {start: 0}
    waiting: dict[int, int] = {}
    for sign, onward in ((-1, up), (1, down)):
        _unfold(start, sign, onward, wanted, steps, levels, waiting)
    return Shown(levels, waiting)


def _unfold(
    start: int,
    sign: int,
    onward: Onward,
    opened: set[int],
    steps: int,
    levels: dict[int, int],
    waiting: dict[int, int],
) -> None:
    in_row: dict[int, int] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        there = levels[here] + sign
        new = [each for each in onward.get(here, ()) if each not in levels]
        is_open = abs(there) <= steps or here in opened
        room = MOST_IN_ROW - in_row.get(there, 0) if is_open else 0
        for each in new[: max(room, 0)]:
            levels[each] = there
            in_row[there] = in_row.get(there, 0) + 1
            queue.append(each)
        left = len(new) - max(room, 0)
        if left > 0:
            waiting[here] = waiting.get(here, 0) + left


def listed(shown: Shown) -> list[tuple[int, list[int]]]:
    """What stands on the drawing, step by step from the origins down."""
    found: dict[int, list[int]] = {}
    for thing, level in shown.levels.items():
        found.setdefault(level, []).append(thing)
    return sorted(found.items())


def sources(shown: Shown, steps: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """What each thing on the drawing was made of, as far as that stands there too."""
    found: dict[int, list[int]] = {}
    for child, parent in dict.fromkeys(steps):
        if child in shown.levels and parent in shown.levels:
            found.setdefault(child, []).append(parent)
    return found


def draw(shown: Shown, steps: Iterable[tuple[int, int]]) -> Drawing:
    """Lay the things out in rows; `steps` are (child, parent) pairs, those not shown are left."""
    pairs = sorted({pair for pair in steps if pair[0] in shown.levels and pair[1] in shown.levels})
    rows = _rows(shown, pairs)
    widest = max(len(row) for row in rows)
    width = widest * (WIDTH + _GAP_X) - _GAP_X + 2 * _EDGE
    places: dict[int, Box] = {}
    for number, row in enumerate(rows):
        own = len(row) * (WIDTH + _GAP_X) - _GAP_X
        left = (width - own) / 2
        top = _EDGE + number * (HEIGHT + _GAP_Y)
        for place, thing in enumerate(row):
            places[thing] = Box(thing, left + place * (WIDTH + _GAP_X), top)
    height = len(rows) * (HEIGHT + _GAP_Y) - _GAP_Y + 2 * _EDGE
    lines = tuple(_line(places[parent], places[child]) for child, parent in pairs)
    return Drawing(width, height, tuple(places.values()), lines)


def _rows(shown: Shown, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Things by level, each row in the order of what it hangs on, so that few lines cross."""
    rows = [row for _level, row in listed(shown)]
    linked: dict[int, list[int]] = {}
    for child, parent in pairs:
        linked.setdefault(child, []).append(parent)
        linked.setdefault(parent, []).append(child)
    for above, row in [*itertools.pairwise(rows), *_upwards(rows)]:
        places = {thing: place for place, thing in enumerate(above)}
        row.sort(key=lambda thing: _middle(thing, linked, places))
    return rows


def _upwards(rows: list[list[int]]) -> list[tuple[list[int], list[int]]]:
    turned = rows[::-1]
    return list(itertools.pairwise(turned))


def _middle(thing: int, linked: Mapping[int, list[int]], places: Mapping[int, int]) -> float:
    found = [places[other] for other in linked.get(thing, ()) if other in places]
    return sum(found) / len(found) if found else float(len(places))


def _line(above: Box, below: Box) -> str:
    """From the lower edge of one box to the upper edge of the other, bent like a root."""
    x1, y1 = above.x + WIDTH / 2, above.y + HEIGHT
    x2, y2 = below.x + WIDTH / 2, below.y
    if y2 <= y1:
        y1, y2 = above.y + HEIGHT / 2, below.y + HEIGHT / 2
    bend = (y1 + y2) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {bend:g} {x2:g} {bend:g} {x2:g} {y2:g}"
