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

COUNTRY: Box = (101.9, 6.9, 117.2, 23.5)
"""West, south, east, north of the country's map: the mainland, Hoàng Sa and Trường Sa."""

WIDTH = 640.0
TEXT = 24.0
"""The height of a caption where the map is narrowest, on a telephone."""
_MARGIN = 24.0
_CLUSTER = 14.0
_LEAST_SPAN = 0.3
_MOST_RADIUS = 44.0
_CROWDED_RADIUS, _LEAST_RADIUS, _FEW = 26.0, 13.0, 8
_THOUSANDS_FROM = 1_000


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
    name: str = ""


@dataclass(frozen=True)
class Caption:
    """Words beside a circle and where they stand: `anchor` is start, middle or end."""

    x: float
    y: float
    anchor: str
    words: str


@dataclass(frozen=True)
class Bubble:
    """A circle whose area tells a number, with the number in it; the frame it leads to."""

    x: float
    y: float
    radius: float
    count: int
    name: str
    words: str = ""
    address: str = ""


@dataclass(frozen=True)
class Thing:
    """Something to be marked."""

    position: Position
    label: str
    href: str
    name: str = ""


def frame(box: Box, *, least_span: float = _LEAST_SPAN) -> Frame:
    """Return a frame 640 wide that shows a box (of some degrees at least), with a margin."""
    west, south, east, north = _widened(box, least_span)
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


def bubbles(counted: Iterable[tuple[Position, int, str]], on: Frame) -> list[Bubble]:
    """Return one circle for each place and its number, the largest first."""
    ordered = sorted(counted, key=lambda one: (-one[1], one[2]))
    most = min(13.0 + 4.5 * math.sqrt(ordered[0][1]), _MOST_RADIUS) if ordered else 0.0
    # Many circles side by side: smaller, so that each can be seen.
    most = min(most, _CROWDED_RADIUS) if len(ordered) > _FEW else most
    found = []
    for place, count, name in ordered:
        x, y = on.place(*place)
        radius = max(most * math.sqrt(count / ordered[0][1]), _LEAST_RADIUS)
        found.append(Bubble(x, y, round(radius, 1), count, name, _short(count)))
    return found


def _short(count: int) -> str:
    """A number as a circle has room for it: thousands rounded from a thousand on."""
    if count < _THOUSANDS_FROM:
        return str(count)
    return f"{round(count / 1000)}k"


def captions(circles: Sequence[Bubble | Mark], on: Frame) -> list[Caption]:
    """Return the names of circles where there is room for them; a name without room is left out.

    No caption lies over another, over a circle, or outside the drawing.
    """
    taken = [(c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius) for c in circles]
    placed = []
    for circle in (circle for circle in circles if circle.name):
        for caption in _around(circle):
            box = _box_of(caption)
            inside = box[0] >= 0 and box[2] <= on.width and box[1] >= 0 and box[3] <= on.height
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                placed.append(caption)
                break
    return placed


def above(places: Sequence[Position], words: str) -> Caption:
    """Return a caption over a group of places."""
    x = sum(place[0] for place in places) / len(places)
    y = min(place[1] for place in places) - TEXT / 2
    return Caption(round(x, 1), round(y, 1), "middle", words)


def _around(circle: Bubble | Mark) -> Iterable[Caption]:
    """The places a caption may take beside its circle, the best first."""
    x, y, gap, name = circle.x, circle.y, circle.radius + 5, circle.name
    middle = y + TEXT * 0.3
    yield Caption(round(x + gap, 1), round(middle, 1), "start", name)
    yield Caption(round(x - gap, 1), round(middle, 1), "end", name)
    yield Caption(x, round(y - gap, 1), "middle", name)
    yield Caption(x, round(y + gap + TEXT * 0.7, 1), "middle", name)


def _mark(heap: list[tuple[Position, Thing]]) -> Mark:
    count = len(heap)
    x = sum(place[0] for place, _thing in heap) / count
    y = sum(place[1] for place, _thing in heap) / count
    first = heap[0][1]
    label = first.label if count == 1 else ", ".join(thing.label for _place, thing in heap[:5])
    radius = min(9.0 + 3.0 * math.log2(count), 22.0)
    href = first.href if count == 1 else None
    name = first.name if count == 1 else ""
    return Mark(round(x, 1), round(y, 1), round(radius, 1), count, label, href, name)


def _box_of(caption: Caption) -> Box:
    width = len(caption.words) * TEXT * 0.56
    left = caption.x - {"start": 0.0, "middle": width / 2, "end": width}[caption.anchor]
    return left, caption.y - TEXT * 0.8, left + width, caption.y + TEXT * 0.25


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _widened(box: Box, least: float) -> Box:
    west, south, east, north = box
    across, up = max(0.0, least - (east - west)), max(0.0, least - (north - south))
    return west - across / 2, south - up / 2, east + across / 2, north + up / 2


def _step(span: float) -> float:
    for step in (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0):
        if span / step <= 9:
            return step
    return 5.0


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(number * step, 4) for number in range(first, last + 1)]
