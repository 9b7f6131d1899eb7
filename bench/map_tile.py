"""A tile of several thousand outlines, read and drawn, against PostGIS's ST_AsMVT, in one run.

Both read one cluster of Debian's PostgreSQL 15. PostGIS has a table of its own, already in Web
Mercator, with nothing to join. Both tiles are decoded: the same areas, the same ground. Ours is
built anew each time, as if nothing were kept. `NGUON_BENCH_AREAS` makes the register smaller.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import psycopg  # noqa: E402

from atlas import area_tiles  # noqa: E402
from atlas.tiles import Tile, tile_at  # noqa: E402
from atlas.wishes import TILE_STATUSES  # noqa: E402
from bench.overlap import migrate  # noqa: E402
from bench.support import areas, debian, timing  # noqa: E402
from growing_areas.mapping.tallies import Wanted  # noqa: E402
from tests.atlas.decoding import Layer, decode, polygon  # noqa: E402

COUNT, ROUNDS = int(os.environ.get("NGUON_BENCH_AREAS", "100000")), 15
NOW = datetime(2026, 11, 22, tzinfo=UTC)
GROUND = areas.Ground((106.0, 11.0, 107.0, 12.0))
"""About as dense as the Mekong's fields: a tile of zoom 11 holds three to five thousand."""
_POSTGIS = (
    "CREATE EXTENSION IF NOT EXISTS postgis",
    """
CREATE TABLE postgis_tiles AS SELECT a.code, a.crop_code AS crop, 'annual'::text AS kind,
  a.status, 'HTX Đo Tốc Độ'::text AS organisation, true AS exact,
  ST_Transform(ST_GeomFromWKB(v.geometry, 4326), 3857)::geometry(Geometry, 3857) AS geom
FROM growing_areas a JOIN growing_plot_versions v ON v.id = a.version_id ORDER BY v.id
""",
    "CREATE INDEX ON postgis_tiles USING gist (geom)",
    "VACUUM ANALYZE postgis_tiles",
)
_QUESTION = """
SELECT ST_AsMVT(shown, 'areas', 4096, 'shape') FROM (
  SELECT code, crop, kind, status, organisation, exact,
    ST_AsMVTGeom(geom, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS shape
  FROM postgis_tiles WHERE status IN ('approved', 'suspended')
    AND geom && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)) AS shown
WHERE shape IS NOT NULL
"""


def grounds(layer: Layer) -> dict[str, float]:
    """Each area's code and its ground in the tile's units squared."""
    found = {}
    for _kind, rings, told in layer.features:
        shape = polygon(rings)
        if not shape.is_valid:
            sys.exit(f"map_tile: {told['code']} is not valid")
        found[told["code"]] = shape.area
    return found


def compare(ours: bytes, theirs: bytes) -> tuple[int, float]:
    """How many areas both show, and the ratio of their grounds; ends where they differ."""
    mine, other = grounds(decode(ours)["areas"]), grounds(decode(theirs)["areas"])
    for code in mine.keys() | other.keys():
        one, two = mine.get(code, 0.0), other.get(code, 0.0)
        # Both round to whole units: a field's outline may move by one of them all along.
        if abs(one - two) > 3 * 4 * max(one, two) ** 0.5 + 12:
            sys.exit(f"map_tile: {code} covers {one} units in ours, {two} in PostGIS's tile")
    return len(mine), sum(mine.values()) / sum(other.values())


def run(url: str, tile: Tile) -> None:
    from foundation import db

    database = db.connect(url, pool_size=2)
    with db.reading() as session:
        wish = Wanted(TILE_STATUSES)
        candidates: dict[str, Any] = {"ours": lambda tile: area_tiles.build(session, tile, wish)}
        if debian.has_postgis():
            connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
            for statement in _POSTGIS:
                connection.execute(statement)
            cursor = connection.cursor(binary=True)
            candidates["PostGIS"] = lambda tile: cursor.execute(
                _QUESTION, {"z": tile.z, "x": tile.x, "y": tile.y}, prepare=True
            ).fetchone()[0]
        shown = candidates["ours"](tile)
        compared = compare(shown, candidates["PostGIS"](tile)) if "PostGIS" in candidates else None
        taken = timing.interleaved(candidates, [tile], ROUNDS)
    database.dispose()
    report(taken, shown, tile, compared)


def report(
    taken: dict[str, Any], shown: bytes, tile: Tile, compared: tuple[int, float] | None
) -> None:
    ours = timing.p50(taken["ours"])
    size = (
        f"{len(decode(shown)['areas'].features):,} areas of {COUNT:,} (seed {areas.SEED}) in tile"
        f" {tile.z}/{tile.x}/{tile.y}, {len(shown):,} bytes"
    )
    if compared is None:
        print(f"map_tile: ours {ours:.1f} ms, PostGIS is not installed; {size}")
        return
    theirs = timing.p50(taken["PostGIS"])
    print(
        f"map_tile: ours {ours:.1f} ms, reference {theirs:.1f} ms (ST_AsMVT),"
        f" ratio {ours / theirs:.2f}; ground {compared[1]:.4f} of theirs; {size}"
    )
    if ours > theirs:
        sys.exit("map_tile: slower than promised")


def main() -> None:
    if not debian.is_installed():
        print("map_tile: not measured: Debian's postgresql-15 is not installed")
        return
    polygons = areas.fields(np.random.default_rng(areas.SEED), COUNT, GROUND)
    with debian.cluster() as url:
        migrate(url)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            areas.fill(connection, polygons, NOW)
        run(url, Tile(11, *tile_at(106.5, 11.5, 11)))


if __name__ == "__main__":
    main()
