"""Tiles of the web's map (Web Mercator): a piece of the world, outlines drawn into it. PURE.

Outlines are put into the tile's own units, clipped with a margin, thinned where the tile shows
much ground, snapped to whole units, mended where snapping crossed them, and wound as the Mapbox
Vector Tile specification 2.1 asks (outer rings of positive area, y downwards).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from atlas.mvt import EXTENT, Ints, Polygons

BUFFER = 64
"""How far outlines reach over a tile's edge, in its units, so that no seam shows."""
DEEPEST = 18
_THINNED_TO = 13
_THINNING = 1.0
_LEAST_THINNED = 7
_TURN = 1e-6
"""Corners are whole units: a turn seen from their mean is nothing, or more than this."""
# Little-endian, a polygon, of one ring; the number of its points comes after.
_ONE_RING = np.array([1, 3, 0, 0, 0, 1, 0, 0, 0], dtype=np.uint8)
_WKB_HEAD = 13
Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tile:
    """A square of the world: at zoom z there are 2^z times 2^z of them, from the north-west."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the world has such a tile."""
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the tile and its margin, in degrees."""
        margin, size = BUFFER / EXTENT, 1 << self.z
        west = (self.x - margin) / size * 360 - 180
        east = (self.x + 1 + margin) / size * 360 - 180
        north = _latitude((self.y - margin) / size)
        return west, _latitude((self.y + 1 + margin) / size), east, north

    def units(self, places: Floats) -> Floats:
        """Positions (lon, lat) in the tile's units, from its upper left corner."""
        scale = float(EXTENT << self.z)
        x = (places[:, 0] / 360 + 0.5) * scale - self.x * EXTENT
        y = (0.5 - np.arcsinh(np.tan(np.radians(places[:, 1]))) / (2 * np.pi)) * scale
        return np.column_stack([x, y - self.y * EXTENT])


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The column and row of the tile that holds a position, kept on the world."""
    size = 1 << zoom
    rise = math.asinh(math.tan(math.radians(min(max(lat, -85.0), 85.0))))
    x, y = (lon / 360 + 0.5) * size, (0.5 - rise / (2 * math.pi)) * size
    return min(max(int(x // 1), 0), size - 1), min(max(int(y // 1), 0), size - 1)


@dataclass(frozen=True)
class Ground:
    """Polygons as plain arrays: where rings start in the points, polygons in the rings; owners."""

    points: Floats
    rings: Ints
    parts: Ints
    owners: Ints

    @classmethod
    def of(cls, parts: Shapes, owners: Ints) -> Ground:
        if not parts.size:
            none, start = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
            return cls(np.zeros((0, 2)), start, start, none)
        _kind, points, (rings, starts) = shapely.to_ragged_array(parts)
        return cls(points, rings.astype(np.int64), starts.astype(np.int64), owners)

    @property
    def shapes(self) -> Shapes:
        kind = shapely.GeometryType.POLYGON
        starts = (self.rings, self.parts)
        return np.asarray(shapely.from_ragged_array(kind, self.points, starts))

    def only(self, chosen: NDArray[np.bool_]) -> Ground:
        """Some of the polygons."""
        of_rings = np.repeat(chosen, np.diff(self.parts))
        of_points = np.repeat(of_rings, np.diff(self.rings))
        return Ground(
            self.points.compress(of_points, axis=0),
            _starts(np.diff(self.rings)[of_rings]),
            _starts(np.diff(self.parts)[chosen]),
            self.owners[chosen],
        )

    def and_also(self, more: Ground) -> Ground:
        """These polygons, then others."""
        return Ground(
            np.concatenate([self.points, more.points]),
            np.concatenate([self.rings, more.rings[1:] + self.rings[-1]]),
            np.concatenate([self.parts, more.parts[1:] + self.parts[-1]]),
            np.concatenate([self.owners, more.owners]),
        )


def drawn(outlines: Shapes, tile: Tile) -> tuple[Polygons, Ints]:
    """The outlines as a tile shows them, and which of them are left (their places)."""
    return _drawn(Ground.of(*_parts(outlines, np.arange(len(outlines)))), tile)


def drawn_wkb(stored: bytes, sizes: Sequence[int], tile: Tile) -> tuple[Polygons, Ints]:
    """The same of outlines as they are stored (WKB), one after another: each so many bytes."""
    of_each = np.array(sizes, dtype=np.int64)
    ground = _single_rings(stored, of_each)
    if ground is None:
        starts = _starts(of_each).tolist()
        each = [stored[start:end] for start, end in pairwise(starts)]
        return drawn(shapely.from_wkb(np.array(each, dtype=object)), tile)
    return _drawn(ground, tile)


def _single_rings(stored: bytes, sizes: Ints) -> Ground | None:
    """Polygons of one ring each, from their bytes; None where any is something else."""
    if not sizes.size:
        return None
    whole = np.frombuffer(stored, dtype=np.uint8)
    heads = _starts(sizes)[:-1, None] + np.arange(_WKB_HEAD)
    if (sizes <= _WKB_HEAD).any() or (whole[heads[:, :9]] != _ONE_RING).any():
        return None
    kept = np.ones(len(whole), dtype=bool)
    kept[heads.ravel()] = False
    points = whole[kept].view("<f8").reshape(-1, 2)
    every = np.arange(len(sizes) + 1)
    return Ground(points, _starts((sizes - _WKB_HEAD) // 16), every, every[:-1])


def _drawn(ground: Ground, tile: Tile) -> tuple[Polygons, Ints]:
    ground = _clipped(replace(ground, points=tile.units(ground.points)))
    if not ground.owners.size:
        return _laid_out(ground)
    snapped = replace(ground, points=np.rint(ground.points))
    snapped = _thinned(snapped) if tile.z <= _THINNED_TO else snapped
    unsound = np.unique(snapped.owners[~_is_sound(snapped)])
    if unsound.size:
        # What snapping crossed is mended, what it flattened is gone.
        is_unsound = np.isin(snapped.owners, unsound)
        mended = shapely.set_precision(ground.only(is_unsound).shapes, 1.0)
        more = Ground.of(*_parts(mended, snapped.owners[is_unsound]))
        snapped = snapped.only(~is_unsound).and_also(more)
    return _laid_out(_wound(snapped))


def _is_sound(ground: Ground) -> NDArray[np.bool_]:
    """Whether each polygon neither crosses nor touches itself."""
    found = goes_round_once(ground)
    rest = ~found
    if rest.any():
        found[rest] = shapely.is_valid(ground.only(rest).shapes)
    return found


def goes_round_once(ground: Ground) -> NDArray[np.bool_]:
    """Whether each polygon is one ring that goes once, never turning back, around its middle.

    Most fields do, and such a ring cannot cross itself: seen at a fraction of what a whole
    examination costs.
    """
    starts, sizes = ground.rings[:-1], np.diff(ground.rings)
    lasts = ground.rings[1:] - 1
    middles = np.add.reduceat(ground.points, starts) / sizes[:, None]
    x, y = (ground.points - np.repeat(middles, sizes, axis=0)).T.copy()
    # Seen from the middle each edge leads on, the same way round; one without length, nowhere.
    turns = np.empty(len(x))
    turns[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    turns[lasts] = turns[starts]
    stands = np.zeros(len(x), dtype=bool)
    stands[:-1] = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    least = np.minimum.reduceat(np.where(stands, np.inf, turns), starts)
    most = np.maximum.reduceat(np.where(stands, -np.inf, turns), starts)
    is_below = y < 0
    rises = np.zeros(len(x), dtype=np.int64)
    rises[:-1] = is_below[:-1] & ~is_below[1:]
    rises[lasts] = 0
    once = np.add.reduceat(rises, starts) == 1
    is_round = ((least > _TURN) | (most < -_TURN)) & once
    found: NDArray[np.bool_] = is_round[ground.parts[:-1]] & (np.diff(ground.parts) == 1)
    return found


def _parts(shapes: Shapes, owners: Ints) -> tuple[Shapes, Ints]:
    """The polygons shapes consist of, each with its owner; nothing else is ground."""
    while True:
        parts, places = shapely.get_parts(shapes, return_index=True)
        kinds = shapely.get_type_id(parts)
        is_nested = kinds >= 6
        if not is_nested.any():
            is_ground = (kinds == 3) & ~shapely.is_empty(parts)
            return parts[is_ground], owners[places][is_ground]
        shapes, owners = parts, owners[places]


def _clipped(ground: Ground) -> Ground:
    """The ground within the tile and its margin; only what reaches over is cut."""
    low, high = -BUFFER, EXTENT + BUFFER
    if not ground.owners.size:
        return ground
    firsts = ground.rings[ground.parts[:-1]]
    least = np.minimum.reduceat(ground.points, firsts)
    most = np.maximum.reduceat(ground.points, firsts)
    over = (least < low).any(axis=1) | (most > high).any(axis=1)
    if not over.any():
        return ground
    # All parts of an outline go the same way, so that they stay together.
    over = np.isin(ground.owners, ground.owners[over])
    cut = ground.only(over)
    left = _parts(shapely.clip_by_rect(cut.shapes, low, low, high, high), cut.owners)
    return ground.only(~over).and_also(Ground.of(*left))


def _thinned(ground: Ground) -> Ground:
    """Ground without every second point where it lies on the line between its neighbours.

    Ends of rings stay, and so do small rings: nothing moves by more than the thinning.
    """
    sizes = np.diff(ground.rings)
    stays = np.repeat(sizes <= _LEAST_THINNED, sizes)
    stays[ground.rings[:-1]] = stays[ground.rings[1:] - 1] = True
    # Between two points that stay, whatever ring they are of: plain strides through the points.
    x, y = ground.points.T.copy()
    way_x, way_y = x[2::2] - x[:-2:2], y[2::2] - y[:-2:2]
    off_x, off_y = x[1:-1:2] - x[:-2:2], y[1:-1:2] - y[:-2:2]
    across = way_x * off_y - way_y * off_x
    between = off_x * (way_x - off_x) + off_y * (way_y - off_y) >= 0
    is_near = across * across <= _THINNING**2 * (way_x * way_x + way_y * way_y)
    kept = np.ones(len(x), dtype=bool)
    kept[1:-1:2] = stays[1:-1:2] | ~(between & is_near)
    return replace(
        ground, points=ground.points.compress(kept, axis=0), rings=_starts(kept)[ground.rings]
    )


def _wound(ground: Ground) -> Ground:
    """Outer rings with positive area, y downwards, and holes the other way."""
    if not ground.owners.size:
        return ground
    x, y = ground.points[:, 0], ground.points[:, 1]
    products = np.zeros(len(x))
    products[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    products[ground.rings[1:] - 1] = 0.0
    is_positive = np.add.reduceat(products, ground.rings[:-1]) > 0
    is_outer = np.zeros(len(is_positive), dtype=bool)
    is_outer[ground.parts[:-1]] = True
    sizes = np.diff(ground.rings)
    at = np.arange(len(x))
    turned = np.repeat(ground.rings[:-1] + ground.rings[1:] - 1, sizes) - at
    order = np.where(np.repeat(is_positive != is_outer, sizes), turned, at)
    return replace(ground, points=ground.points.take(order, axis=0))


def _laid_out(ground: Ground) -> tuple[Polygons, Ints]:
    """Rings without their closing points, one feature for each owner."""
    points = ground.points.astype(np.int64)
    # Of points that fell together the last is drawn: what fell on a ring's end goes with it.
    x, y = points[:, 0], points[:, 1]
    kept = np.zeros(len(points), dtype=bool)
    kept[:-1] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    kept[ground.rings[1:] - 1] = False
    left, first_parts = np.unique(ground.owners, return_index=True)
    order = np.argsort(first_parts)
    left, first_parts = left[order], first_parts[order]
    first_rings = ground.parts[np.concatenate([first_parts, [len(ground.owners)]])]
    return Polygons(points.compress(kept, axis=0), _starts(kept)[ground.rings], first_rings), left


def _starts(sizes: NDArray[Any]) -> Ints:
    """Where each of many runs starts, and the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _latitude(down: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))
