"""Drawing: an outline as SVG path data, so that maps need no JavaScript. PURE."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely import box

from foundation.errors import Finding
from growing_areas.shapes.measure import Outline, polygons_of
from growing_areas.shapes.positions import Ring

WIDTH, HEIGHT, MARGIN = 640, 420, 28
TINY_PX = 10
COARSE_DEGREES = 0.01
"""Public maps show the cell of about 1 km an area lies in, never its exact outline."""


@dataclass(frozen=True)
class Mark:
    """A numbered place on the map: where a fault is."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Neighbour:
    """Another area drawn beside ours."""

    label: str
    path: str


@dataclass(frozen=True)
class Sketch:
    """Everything a template needs to draw a map in a 640 × 420 box."""

    path: str
    marks: tuple[Mark, ...]
    neighbours: tuple[Neighbour, ...]
    scale_px: float
    scale_m: int
    width: int = WIDTH
    height: int = HEIGHT


class _Frame:
    """The mapping from degrees to the box: equirectangular, north up, true proportions."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        middle = math.radians(min(max((south + north) / 2, -85.0), 85.0))
        self.shrink = math.cos(middle)
        span_x, span_y = (east - west) * self.shrink, north - south
        room_x, room_y = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
        self.scale = min(room_x / max(span_x, 1e-7), room_y / max(span_y, 1e-7))
        self.left = west - (WIDTH / self.scale / self.shrink - (east - west)) / 2
        self.top = north + (HEIGHT / self.scale - span_y) / 2

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.left) * self.shrink * self.scale
        return round(x, 1), round((self.top - lat) * self.scale, 1)

    def path(self, rings: Iterable[Ring]) -> str:
        pieces = []
        for ring in rings:
            points = [self.place(float(point[0]), float(point[1])) for point in ring]
            pieces.append("M" + "L".join(f"{x:g},{y:g}" for x, y in points) + "Z")
        return "".join(pieces)


def sketch(
    rings: Sequence[Ring],
    findings: Sequence[Finding] = (),
    neighbours: Sequence[tuple[str, Outline]] = (),
    *,
    numbered: Sequence[tuple[int, float, float]] = (),
    framed: Sequence[Ring] = (),
) -> Sketch | None:
    """Draw rings, the numbered places of findings, and neighbouring areas; None for nothing.

    ``numbered`` are further marks: number, longitude, latitude; ``framed`` are rings of neighbours
    that are to lie wholly within the picture.
    """
    if not any(len(ring) for ring in rings):
        return None
    points = [point for ring in (*rings, *framed) for point in ring]
    lons, lats = [float(p[0]) for p in points], [float(p[1]) for p in points]
    frame = _Frame(min(lons), min(lats), max(lons), max(lats))
    drawn = _drawn(frame, rings, findings, neighbours)
    marks = tuple(Mark(number, *frame.place(lon, lat)) for number, lon, lat in numbered)
    return replace(drawn, marks=drawn.marks + marks)


def sketch_within(
    around: Outline, rings: Sequence[Ring], neighbours: Sequence[tuple[str, Outline]] = ()
) -> Sketch:
    """Draw rings inside a larger frame, such as the commune they lie in."""
    return _drawn(_Frame(*around.bounds), rings, (), neighbours)


def _drawn(
    frame: _Frame,
    rings: Sequence[Ring],
    findings: Sequence[Finding],
    neighbours: Sequence[tuple[str, Outline]],
) -> Sketch:
    marks = tuple(
        Mark(number, *frame.place(*finding.coordinate))
        for number, finding in enumerate(findings, start=1)
        if finding.coordinate is not None
    )
    around = tuple(Neighbour(label, frame.path(rings_of(shape))) for label, shape in neighbours)
    metres, pixels = _scale_bar(frame)
    return Sketch(frame.path(rings), marks, around, pixels, metres)


def rings_of(outline: Outline) -> list[Ring]:
    """All rings of an outline, as arrays."""
    return [
        shapely.get_coordinates(ring)
        for polygon in polygons_of(outline)
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def coarsened(outline: Outline) -> Outline:
    """The grid cells (about 1 km) that hold an area: public maps show no more."""
    west, south, east, north = (value / COARSE_DEGREES for value in outline.bounds)
    return box(
        round(math.floor(west) * COARSE_DEGREES, 6),
        round(math.floor(south) * COARSE_DEGREES, 6),
        round(math.ceil(east) * COARSE_DEGREES, 6),
        round(math.ceil(north) * COARSE_DEGREES, 6),
    )


def _scale_bar(frame: _Frame) -> tuple[int, float]:
    """A round length that takes between a tenth and a third of the width."""
    metres_per_pixel = 111_320.0 / frame.scale
    target = metres_per_pixel * WIDTH / 4
    power = 10 ** math.floor(math.log10(max(target, 1.0)))
    metres = max(step * power for step in (1, 2, 5) if step * power <= max(target, 1.0))
    return int(metres), round(metres / metres_per_pixel, 1)


@dataclass(frozen=True)
class Shape:
    """One of many outlines to draw on one map."""

    number: int
    label: str
    tone: str
    rings: Sequence[Ring]
    href: str | None = None


@dataclass(frozen=True)
class Placed:
    """One of many outlines as drawn: its path and the place of its number."""

    number: int
    label: str
    tone: str
    path: str
    x: float
    y: float
    href: str | None
    is_tiny: bool
    """Too small to be seen as a shape: drawn as a dot."""


@dataclass(frozen=True)
class Gathering:
    """Many outlines on one map of 640 × 420."""

    items: tuple[Placed, ...]
    scale_px: float
    scale_m: int
    width: int = WIDTH
    height: int = HEIGHT


def gather(shapes: Iterable[Shape]) -> Gathering | None:
    """Draw many outlines in one frame; None when none of them has a point on earth."""
    found = [(shape, _box_of(shape.rings)) for shape in shapes]
    boxes = [box for _, box in found if box is not None]
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    frame = _Frame(min(wests), min(souths), max(easts), max(norths))
    items = []
    for shape, bounds in found:
        if bounds is not None:
            west, south, east, north = bounds
            x, y = frame.place((west + east) / 2, (south + north) / 2)
            path = frame.path(shape.rings)
            (left, top), (right, bottom) = frame.place(west, north), frame.place(east, south)
            is_tiny = max(right - left, bottom - top) < TINY_PX
            items.append(
                Placed(shape.number, shape.label, shape.tone, path, x, y, shape.href, is_tiny)
            )
    metres, pixels = _scale_bar(frame)
    return Gathering(tuple(items), pixels, metres)


def _box_of(rings: Sequence[Ring]) -> tuple[float, float, float, float] | None:
    points = [(float(point[0]), float(point[1])) for ring in rings for point in ring]
    if not points or any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in points):
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)
