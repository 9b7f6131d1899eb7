"""Tiles of the ground under the public map: the provinces' land far out, communes near."""

from __future__ import annotations

import hashlib

import numpy as np
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from atlas import ground, mvt, tiles
from atlas.area_tiles import KeptTile, kept
from atlas.tiles import Tile
from territory.models import Boundary

COMMUNES_FROM = 9
"""From this zoom on a tile shows communes; a tile is then about 80 km across."""


def get_tile(session: Session, tile: Tile, *, at_s: float) -> KeptTile:
    """A tile of the ground, from the cache while no other boundaries are loaded."""
    version = session.scalar(select(func.count()).select_from(Boundary)) or 0
    key = ("ground", tile)
    found = kept.find(key, version, at_s)
    if found is None:
        body = build(session, tile)
        found = KeptTile(body, hashlib.sha256(body).hexdigest()[:32])
        kept.keep(key, version, at_s, found)
    return found


def build(session: Session, tile: Tile) -> bytes:
    """The layer ``communes`` with their codes, or far out ``land``; empty without boundaries."""
    if tile.z >= COMMUNES_FROM:
        near = ground.communes(session, tile.box())
        outlines = np.array([each.outline for each in near], dtype=object)
        shapes, left = tiles.drawn(outlines, tile)
        return mvt.polygon_layer("communes", shapes, {"code": [near[at].code for at in left]})
    land = ground.land(session, None)
    parts = shapely.get_parts(land) if land is not None else np.zeros(0, dtype=object)
    if parts.size:
        parts = parts[shapely.intersects(parts, shapely.box(*tile.box()))]
    shapes, left = tiles.drawn(parts, tile)
    return mvt.polygon_layer("land", shapes, {"land": [True] * len(left)})
