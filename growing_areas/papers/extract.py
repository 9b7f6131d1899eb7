"""Map extract: an outline with neighbours, scale bar, north and its corners; a corner table. PURE.

The picture is the pages' own sketch, so that paper and screen show the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.documents.blocks import Drawing, Line, Rows, Shape, Word
from foundation.i18n import number
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Sketch
from growing_areas.shapes.measure import Outline

DECIMALS = 6
"""About 10 cm, more than a hand-held receiver can tell."""
_MOST_NUMBERED = 60
_MARGIN = 48.0
_POINT = re.compile(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)")

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Corner:
    """A corner (WGS 84) under its name on the picture; ``following``: the next of its ring."""

    name: str
    lon: float
    lat: float
    following: int


@dataclass(frozen=True)
class Extract:
    """The picture and the corners of an outline, as places and as a table in degrees."""

    picture: Drawing
    places: tuple[Corner, ...]
    corners: Rows


def extract(
    outline: Outline,
    neighbours: Sequence[tuple[str, Outline]] = (),
    *,
    caption: str = "",
    share: float = 1.0,
) -> Extract:
    """Draw an outline to scale, north up, and list its corners (lon, lat; WGS 84)."""
    rings = drawing.rings_of(outline)
    sketch = drawing.sketch(rings, (), neighbours)
    if sketch is None:
        raise ValueError("an outline has corners")
    corners = _corners([[(float(x), float(y)) for x, y in ring] for ring in rings])
    picture = Drawing(
        sketch.width,
        sketch.height,
        _marks(sketch, [corner.name for corner in corners]),
        caption=caption,
        share=share,
    )
    rows = [(each.name, _degrees(each.lon), _degrees(each.lat)) for each in corners]
    table = Rows(("Góc", "Kinh độ", "Vĩ độ"), rows, (2, 4, 4), beside=3)
    return Extract(picture, tuple(corners), table)


def _corners(rings: Sequence[Points]) -> list[Corner]:
    """Every corner once, named as on the picture: "7", or "2.7" when there are several rings."""
    found: list[Corner] = []
    for at, ring in enumerate(rings, start=1):
        first, count = len(found), len(ring) - 1
        for place, (lon, lat) in enumerate(ring[:-1], start=1):
            name = str(place) if len(rings) == 1 else f"{at}.{place}"
            found.append(Corner(name, lon, lat, first + place % count))
    return found


def _marks(sketch: Sketch, names: Sequence[str]) -> list[Shape | Line | Word]:
    marks: list[Shape | Line | Word] = []
    for other in sketch.neighbours:
        rings = _rings(other.path)
        marks.append(Shape(rings, fill="#f4f4f4", stroke="#777777", width=0.6, dashed=True))
        # A neighbour may lie mostly beyond the frame: its name stands by what is seen of it.
        seen = [(x, y) for x, y in rings[0] if 0 < x < sketch.width and 0 < y < sketch.height]
        x, y = _middle([seen or rings[0]])
        x = min(max(x, _MARGIN), sketch.width - _MARGIN)
        y = min(max(y, _MARGIN), sketch.height - _MARGIN)
        marks.append(Word(x, y, other.label, 7, "center"))
    own = _rings(sketch.path)
    marks.append(Shape(own, fill="#d9ead3", stroke="#1b5e20", width=1.4))
    if len(names) <= _MOST_NUMBERED:
        marks += _numbers(own, names)
    return [*marks, *_scale_bar(sketch), *_north(sketch)]


def _rings(path: str) -> list[Points]:
    """The rings of a sketch's path ("M1,2L3,4Z…")."""
    return [
        [(float(x), float(y)) for x, y in _POINT.findall(ring)] for ring in path.split("Z") if ring
    ]


def _middle(rings: Sequence[Points]) -> tuple[float, float]:
    points = rings[0]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _numbers(rings: Sequence[Points], names: Sequence[str]) -> list[Shape | Line | Word]:
    """Each corner as a dot, its name pushed away from the middle so that lines stay legible."""
    middle_x, middle_y = _middle(rings)
    marks: list[Shape | Line | Word] = []
    corners = [point for ring in rings for point in ring[:-1]]
    for name, (x, y) in zip(names, corners, strict=True):
        away = max(((x - middle_x) ** 2 + (y - middle_y) ** 2) ** 0.5, 1.0)
        marks.append(Shape([_dot(x, y)], fill="#1b5e20", stroke=None))
        dx, dy = (x - middle_x) / away * 11, (y - middle_y) / away * 11
        marks.append(Word(x + dx, y + dy + 4, name, 8, "center", bold=True))
    return marks


def _dot(x: float, y: float, reach: float = 2.2) -> Points:
    return [(x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)]


def _scale_bar(sketch: Sketch) -> list[Shape | Line | Word]:
    left, low, length = 16.0, sketch.height - 16.0, sketch.scale_px
    half = left + length / 2
    return [
        Shape([[(left, low - 5), (half, low - 5), (half, low), (left, low)]], fill="#000000"),
        Shape([[(half, low - 5), (left + length, low - 5), (left + length, low), (half, low)]],
              fill="#ffffff"),
        Word(left, low - 9, "0", 8),
        Word(left + length, low - 9, f"{number(sketch.scale_m, 0)}\u00a0m", 8, "center"),
    ]  # fmt: skip


def _north(sketch: Sketch) -> list[Shape | Line | Word]:
    x = sketch.width - 26.0
    return [
        Shape([[(x, 14), (x + 8, 40), (x, 34)]], fill="#000000"),
        Shape([[(x, 14), (x - 8, 40), (x, 34)]], fill="#ffffff"),
        Word(x, 54, "B", 10, "center", bold=True),
    ]


def _degrees(value: float) -> str:
    return f"{value:.{DECIMALS}f}".replace(".", ",")
