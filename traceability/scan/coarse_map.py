"""A small map of where the goods grew, as coarse as the public may see it. PURE.

Shows the commune's outline when boundaries are loaded, and the cells of about one kilometre in
which the areas lie; never an area's own outline.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
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
    """Path data of the commune ("" when unknown), cells, and grid lines, in a 320 × 200 box."""

    commune: str
    cells: tuple[Cell, ...]
    grid: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(cells: Sequence[Box], commune: BaseGeometry | None) -> CoarseMap | None:
    """Draw cells (west, south, east, north in degrees); None when there are none."""
    if not cells:
        return None
    west, south = min(c[0] for c in cells), min(c[1] for c in cells)
    east, north = max(c[2] for c in cells), max(c[3] for c in cells)
    if commune is not None:
        bounds = commune.bounds
        west, south = min(west, bounds[0]), min(south, bounds[1])
        east, north = max(east, bounds[2]), max(north, bounds[3])
    else:
        around = _AROUND_CELLS * _CELL_DEGREES
        west, south, east, north = (
            west - around,
            south - around / 2,
            east + around,
            north + around / 2,
        )
    frame = _Frame(west, south, east, north)
    return CoarseMap(
        commune=_outline(commune, frame) if commune is not None else "",
        cells=tuple(_cell(cell, frame) for cell in dict.fromkeys(cells)),
        grid="" if commune is not None else _grid(frame),
    )


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
    simple = commune.simplify(pixel)
    parts = getattr(simple, "geoms", [simple])
    paths = []
    for part in parts:
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
