"""Maps as plain geometry for server-drawn SVG: frame, graticule, outlines, clustered marks. PURE.

Positions are (lon, lat), WGS 84; the drawing is equirectangular, north up, true proportions at
its middle. What is drawn here is coarse: nothing more exact than a kilometre comes in.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
Position = tuple[float, float]

COUNTRY: Box = (101.9, 8.3, 110.2, 23.5)
"""West, south, east, north of what the country's map shows (mainland and near islands)."""

WIDTH = 640.0
_MARGIN = 24.0
_CLUSTER = 14.0
_LEAST_SPAN = 0.3


@dataclass(frozen=True)
class Frame:
    """The mapping from degrees to the drawing."""

    west: float
    north: float
    scale: float
    shrink: float
    width: float
    height: float

    def place(self, lon: float, lat: float) -> Position:
        """Return where a position lies on the drawing."""
        x = (lon - self.west) * self.shrink * self.scale
        return round(x, 1), round((self.north - lat) * self.scale, 1)

    @property
    def east(self) -> float:
        """The drawing's right edge in degrees."""
        return self.west + self.width / self.scale / self.shrink

    @property
    def south(self) -> float:
        """The drawing's lower edge in degrees."""
        return self.north - self.height / self.scale


@dataclass(frozen=True)
class GridLine:
    """One line of the graticule with its degree, east or north."""

    x1: float
    y1: float
    x2: float
    y2: float
    degrees: float


@dataclass(frozen=True)
class Mark:
    """A circle: how many things lie about there, what they are called, where one leads."""

    x: float
    y: float
    radius: float
    count: int
    label: str
    href: str | None


@dataclass(frozen=True)
class Thing:
    """Something to be marked."""

    position: Position
    label: str
    href: str


def frame(box: Box) -> Frame:
    """Return a frame 640 wide that shows a box, with a margin."""
    west, south, east, north = _widened(box)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * _MARGIN) / ((east - west) * shrink)
    height = round((north - south) * scale + 2 * _MARGIN, 1)
    margin = _MARGIN / scale
    return Frame(west - margin / shrink, north + margin, scale, shrink, WIDTH, height)


def graticule(on: Frame) -> list[GridLine]:
    """Return meridians and parallels at a round step."""
    step = _step(max(on.east - on.west, on.north - on.south))
    lines = []
    for lon in _multiples(on.west, on.east, step):
        x, _y = on.place(lon, on.north)
        lines.append(GridLine(x, 0, x, on.height, lon))
    for lat in _multiples(on.south, on.north, step):
        _x, y = on.place(on.west, lat)
        lines.append(GridLine(0, y, on.width, y, lat))
    return lines


def path(rings: Iterable[Sequence[Position]], on: Frame) -> str:
    """Return rings as SVG path data, points that fall together left out."""
    pieces = []
    for ring in rings:
        points = [on.place(lon, lat) for lon, lat in ring]
        kept = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
        if len(kept) > 2:
            pieces.append("M" + "L".join(f"{x:g},{y:g}" for x, y in kept) + "Z")
    return "".join(pieces)


def marks(things: Iterable[Thing], on: Frame) -> list[Mark]:
    """Return one circle for all things that lie about together."""
    heaps: dict[tuple[int, int], list[tuple[Position, Thing]]] = defaultdict(list)
    for thing in things:
        x, y = on.place(*thing.position)
        if 0 <= x <= on.width and 0 <= y <= on.height:
            heaps[int(x // _CLUSTER), int(y // _CLUSTER)].append(((x, y), thing))
    return [_mark(heap) for _cell, heap in sorted(heaps.items())]


def _mark(heap: list[tuple[Position, Thing]]) -> Mark:
    count = len(heap)
    x = sum(place[0] for place, _thing in heap) / count
    y = sum(place[1] for place, _thing in heap) / count
    first = heap[0][1]
    label = first.label if count == 1 else ", ".join(thing.label for _place, thing in heap[:5])
    radius = min(5.0 + 2.0 * math.log2(count), 16.0)
    href = first.href if count == 1 else None
    return Mark(round(x, 1), round(y, 1), round(radius, 1), count, label, href)


def _widened(box: Box) -> Box:
    west, south, east, north = box
    across, up = max(0.0, _LEAST_SPAN - (east - west)), max(0.0, _LEAST_SPAN - (north - south))
    return west - across / 2, south - up / 2, east + across / 2, north + up / 2


def _step(span: float) -> float:
    for step in (0.05, 0.1, 0.25, 0.5, 1.0, 2.0):
        if span / step <= 9:
            return step
    return 5.0


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(number * step, 4) for number in range(first, last + 1)]
