"""A small map of where the goods grew, as coarse as the public may see it. PURE.

Shows the outlines of communes when boundaries are loaded, the cells of about one kilometre in
which the areas lie, and where its owner chose so, an area's own outline; then the way from there to
the producer's commune.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
Point = tuple[float, float]
WIDTH, HEIGHT, _MARGIN = 320, 200, 14
_CELL_DEGREES = 0.01
_AROUND_CELLS = 4


@dataclass(frozen=True)
class Cell:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class CoarseMap:
    """Path data of communes ("" when unknown), cells, and grid lines, in a 320 × 200 box.

    ``fields`` are areas shown as they are; ``route`` goes from the first field to ``goal``.
    """

    commune: str
    cells: tuple[Cell, ...]
    grid: str
    fields: str = ""
    route: str = ""
    goal: tuple[float, float] | None = None
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    cells: Sequence[Box],
    commune: BaseGeometry | None,
    fields: Sequence[BaseGeometry] = (),
    goal: Point | None = None,
) -> CoarseMap | None:
    """Draw cells (west, south, east, north in degrees) and fields; None when there are neither."""
    seen = [*cells, *(_box(field) for field in fields)]
    if not seen:
        return None
    frame = _Frame(*_framed(seen, commune))
    first = _middle(seen[0])
    return CoarseMap(
        commune=_outline(commune, frame) if commune is not None else "",
        cells=tuple(_cell(cell, frame) for cell in dict.fromkeys(cells)),
        grid="" if commune is not None else _grid(frame),
        fields="".join(_outline(field, frame) for field in fields),
        route=_way(frame.place(*first), frame.place(*goal)) if goal else "",
        goal=frame.place(*goal) if goal else None,
    )


def _framed(seen: Sequence[Box], commune: BaseGeometry | None) -> Box:
    """The land that is drawn: the communes, or some cells around."""
    boxes = [*seen, _box(commune)] if commune is not None else seen
    west, south = min(c[0] for c in boxes), min(c[1] for c in boxes)
    east, north = max(c[2] for c in boxes), max(c[3] for c in boxes)
    if commune is not None:
        return west, south, east, north
    around = _AROUND_CELLS * _CELL_DEGREES
    return west - around, south - around / 2, east + around, north + around / 2


def _box(shape: BaseGeometry) -> Box:
    west, south, east, north = shape.bounds
    return west, south, east, north


def _middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _way(start: Point, end: Point) -> str:
    """A bow from one place to another."""
    bend = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - abs(end[0] - start[0]) / 6 - 6
    return f"M{start[0]:g} {start[1]:g}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:g} {end[1]:g}"


class _Frame:
    """Degrees to the box: equirectangular, north up, true proportions."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        shrink = math.cos(math.radians((south + north) / 2))
        room_x, room_y = WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN
        self._per_lat = min(room_x / ((east - west) * shrink), room_y / (north - south))
        self._per_lon = self._per_lat * shrink
        self._middle = (west + east) / 2, (south + north) / 2

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self._middle[0]) * self._per_lon
        y = HEIGHT / 2 - (lat - self._middle[1]) * self._per_lat
        return round(x, 1), round(y, 1)

    def span(self) -> tuple[float, float, float, float]:
        half_lon = WIDTH / 2 / self._per_lon
        half_lat = HEIGHT / 2 / self._per_lat
        lon, lat = self._middle
        return lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat


def _cell(cell: Box, frame: _Frame) -> Cell:
    left, top = frame.place(cell[0], cell[3])
    right, bottom = frame.place(cell[2], cell[1])
    return Cell(left, top, round(right - left, 1), round(bottom - top, 1))


def _outline(commune: BaseGeometry, frame: _Frame) -> str:
    """The commune in about a pixel's detail: a phone needs no more, and the page stays small."""
    pixel = 1.0 / max(frame.place(1, 0)[0] - frame.place(0, 0)[0], 1.0)
    paths = []
    for part in shapely.get_parts(shapely.get_parts(commune.simplify(pixel))):
        points = dict.fromkeys(frame.place(*point[:2]) for point in part.exterior.coords)
        if len(points) > 2:
            paths.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
    return "".join(paths)


def _grid(frame: _Frame) -> str:
    west, south, east, north = frame.span()
    lines = []
    for number in range(math.ceil(west / _CELL_DEGREES), math.floor(east / _CELL_DEGREES) + 1):
        x, _ = frame.place(number * _CELL_DEGREES, south)
        lines.append(f"M{x:g} 0V{HEIGHT}")
    for number in range(math.ceil(south / _CELL_DEGREES), math.floor(north / _CELL_DEGREES) + 1):
        _, y = frame.place(west, number * _CELL_DEGREES)
        lines.append(f"M0 {y:g}H{WIDTH}")
    return "".join(lines)
