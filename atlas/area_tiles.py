"""Tiles of coded growing areas: outlines near, counted points far, kept by version.

A kept tile is handed out while the version of the cells it shows is the one it was built from,
so a change is seen at once, by every process; what comes from elsewhere (an organisation's new
name) may lag by `FRESH_FOR_S`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from atlas import mvt, tiles
from atlas.tiles import Tile
from growing_areas.crops import crops
from growing_areas.mapping import outlines, tallies
from growing_areas.mapping.tallies import CellCount, Cells, Wanted

OUTLINES_FROM = 11
"""From this zoom on a tile shows outlines; a tile is then about 20 km across."""
FEW_FROM, FEW = 10, 600
"""One zoom further out it does so where there are but so many, and counts where there are more."""
MOST_OUTLINES = 20_000
FRESH_FOR_S = 600.0
_MOST_BYTES = 64 << 20
_COUNTED_DEEPER = 3


@dataclass(frozen=True)
class KeptTile:
    """A tile's bytes and their fingerprint."""

    body: bytes
    etag: str


class TileCache:
    """The tiles asked for most recently, within a budget of bytes. Safe between threads."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[int, float, KeptTile]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, version: int, at_s: float) -> KeptTile | None:
        """The tile, if it was built from this very version and not too long ago."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != version or not 0 <= at_s - kept[1] < FRESH_FOR_S:
                return None
            self._kept.move_to_end(key)
            return kept[2]

    def keep(self, key: Hashable, version: int, at_s: float, tile: KeptTile) -> None:
        """Keep a tile, letting those asked for longest ago go when the budget is spent."""
        with self._lock:
            self._drop(key)
            self._kept[key] = (version, at_s, tile)
            self._bytes += _weight(tile)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= _weight(kept[2])


_OVERHEAD = 400


def _weight(tile: KeptTile) -> int:
    # An empty tile costs its keys too.
    return len(tile.body) + _OVERHEAD


kept = TileCache()


def get_tile(session: Session, tile: Tile, wanted: Wanted, *, at_s: float) -> KeptTile:
    """A tile as it is now, from the cache if nothing it shows has changed."""
    # The version first: were it read after the areas, a change between would be hidden for good.
    version = tallies.version(session, cells_under(tile))
    key = (tile, wanted)
    found = kept.find(key, version, at_s)
    if found is None:
        body = build(session, tile, wanted)
        found = KeptTile(body, hashlib.sha256(body).hexdigest()[:32])
        kept.keep(key, version, at_s, found)
    return found


def build(session: Session, tile: Tile, wanted: Wanted) -> bytes:
    """A tile made from the register: the layer ``areas``, or far out ``clusters``."""
    if tile.z >= OUTLINES_FROM or (tile.z == FEW_FROM and _are_few(session, tile, wanted)):
        return _outlined(session, tile, wanted)
    return _counted(session, tile, wanted)


def _are_few(session: Session, tile: Tile, wanted: Wanted) -> bool:
    cells = tallies.by_cell(session, _cells(tile, 12), wanted)
    return sum(cell.areas for cell in cells) <= FEW


def cells_under(tile: Tile) -> Cells:
    """The cells whose changes a tile shows: the smallest size that is no larger than the tile."""
    zoom = max((zoom for zoom in (6, 9, 12) if zoom <= tile.z), default=6)
    if tile.z < zoom:
        return _cells(tile, zoom)
    west, south, east, north = tile.box()
    # Outlines beyond the edge belong to what the margin shows.
    left, top = tiles.tile_at(west, north, zoom)
    right, bottom = tiles.tile_at(east, south, zoom)
    return Cells(zoom, left, top, right, bottom)


def _cells(tile: Tile, zoom: int) -> Cells:
    """The cells of a finer size that lie in a tile."""
    deeper = zoom - tile.z
    return Cells(
        zoom,
        tile.x << deeper,
        tile.y << deeper,
        ((tile.x + 1) << deeper) - 1,
        ((tile.y + 1) << deeper) - 1,
    )


def _outlined(session: Session, tile: Tile, wanted: Wanted) -> bytes:
    found = outlines.about(session, tile.box(), wanted, most=MOST_OUTLINES)
    # What lies beyond the edge is cut off, so nothing is told that the outline shown would not.
    if all(found.is_exact):
        shapes, left = tiles.drawn_wkb(found.wkb, found.sizes, tile)
    else:
        shapes, left = tiles.drawn(found.drawn().outlines, tile)
    kind_of = {code: crop.kind for code, crop in crops().items()}
    columns: dict[str, list[Any]] = {
        "code": found.codes,
        "crop": found.crop_codes,
        "kind": [kind_of.get(code, "") for code in found.crop_codes],
        "status": found.statuses,
        "organisation": found.organisations,
        "exact": found.is_exact,
    }
    places = left.tolist()
    shown = {name: [told[place] for place in places] for name, told in columns.items()}
    return mvt.polygon_layer("areas", shapes, shown)


def _counted(session: Session, tile: Tile, wanted: Wanted) -> bytes:
    """One point for each cell that holds areas, about 32 pixels apart."""
    zoom = min(z for z in (6, 9, 12) if z >= min(tile.z + 2, 12))
    found = tallies.by_cell(session, _cells(tile, zoom), wanted)
    deeper = max(0, zoom - tile.z - _COUNTED_DEEPER)
    heaps: dict[tuple[int, int], list[CellCount]] = defaultdict(list)
    for cell in found:
        heaps[cell.tile_x >> deeper, cell.tile_y >> deeper].append(cell)
    points = [_middle(tile, zoom, heap) for heap in heaps.values()]
    return mvt.point_layer(
        "clusters",
        np.array(points, dtype=np.int64).reshape(-1, 2),
        {
            "areas": [sum(each.areas for each in heap) for heap in heaps.values()],
            "area_ha": [sum(each.area_m2 for each in heap) // 10_000 for heap in heaps.values()],
        },
    )


def _middle(tile: Tile, zoom: int, heap: list[CellCount]) -> tuple[int, int]:
    """Where the areas of a heap stand on average, in the tile's units."""
    across = mvt.EXTENT >> (zoom - tile.z)
    size = 1 << (zoom - tile.z)
    areas = sum(each.areas for each in heap)
    x = sum((each.tile_x - tile.x * size) * each.areas for each in heap) / areas
    y = sum((each.tile_y - tile.y * size) * each.areas for each in heap) / areas
    return int((x + 0.5) * across), int((y + 0.5) * across)
