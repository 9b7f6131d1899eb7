"""The overlap check among a million areas, against PostGIS and a tree in memory, in one run.

All three answer the same 300 drawn polygons of 50 vertices: which areas in force share ground,
and how many square metres. Ours and PostGIS run on one cluster of Debian's PostgreSQL 15; PostGIS
has a table of its own with nothing to join and a prepared statement, and is spared our tolerance
for slivers. Answers are compared. `NGUON_BENCH_AREAS` makes the register smaller.
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
import shapely  # noqa: E402

from bench.support import areas, debian, timing  # noqa: E402

COUNT = int(os.environ.get("NGUON_BENCH_AREAS", "1000000"))
QUESTIONS, VERTICES, ROUNDS, SEED = 300, 50, 3, 7
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_POSTGIS = (
    "CREATE EXTENSION postgis",
    """
CREATE TABLE postgis_areas AS SELECT a.id, a.code, a.status,
  ST_GeomFromWKB(v.geometry, 4326)::geometry(Geometry, 4326) AS geom
FROM growing_areas a JOIN growing_plot_versions v ON v.id = a.version_id ORDER BY v.id
""",
    "CREATE INDEX ON postgis_areas USING gist (geom)",
)
_QUESTION = """
WITH drawn AS (SELECT ST_GeomFromWKB(%b, 4326) AS geom)
SELECT a.id, a.code, ST_Area(ST_Intersection(a.geom, drawn.geom)::geography) AS shared_m2
FROM postgis_areas a, drawn
WHERE ST_Intersects(a.geom, drawn.geom) AND a.status IN ('approved', 'suspended')
"""


# The whole question, tolerance and all: what our answers are compared with.
_WHOLE = """
WITH drawn AS (SELECT ST_GeomFromWKB(%b, 4326) AS geom),
shared AS (SELECT a.id, (ST_Dump(ST_Intersection(a.geom, drawn.geom))).geom::geography AS piece
  FROM postgis_areas a, drawn
  WHERE ST_Intersects(a.geom, drawn.geom) AND a.status IN ('approved', 'suspended')),
measured AS (SELECT id, ST_Area(piece) AS area_m2, ST_Perimeter(piece) AS length_m FROM shared)
SELECT id, NULL, sum(area_m2) FROM measured
WHERE area_m2 > 10 AND 2 * area_m2 > 2 * length_m GROUP BY id
"""


class Ours:
    """The check as the register makes it, on a session."""

    def __init__(self, url: str) -> None:
        from foundation import db

        self.database = db.connect(url, pool_size=2)
        self.reading = db.reading()
        self.session = self.reading.__enter__()

    def __call__(self, outline: Any) -> dict[int, float]:
        from growing_areas import overlap

        found = overlap.find(self.session, outline, organisation_id=0, plot_id=None)
        return {each.area_id: float(each.shared_ha) * 10_000 for each in found}

    def close(self) -> None:
        self.reading.__exit__(None, None, None)
        self.database.dispose()


class PostGis:
    """The same question in one prepared statement."""

    def __init__(self, address: str, question: str = _QUESTION) -> None:
        self.connection = psycopg.connect(address)
        self.cursor = self.connection.cursor(binary=True)
        self.question = question

    def __call__(self, outline: Any) -> dict[int, float]:
        rows = self.cursor.execute(self.question, (shapely.to_wkb(outline),), prepare=True)
        return {row[0]: row[2] for row in rows}


class Tree:
    """The same question of a tree in memory that holds every polygon: no row, no name, no share.

    It gives what is compared and nothing more: which area, how many square metres beyond slivers.
    Its polygons need not be read, nor its areas be in force, nor a place in the patch be found.
    """

    def __init__(self, polygons: Any) -> None:
        self.polygons = polygons
        self.tree = shapely.STRtree(polygons)

    def __call__(self, outline: Any) -> dict[int, float]:
        from growing_areas.shapes.sharing import _grounds, _is_ground, _measured

        shapely.prepare(outline)
        met = self.tree.query(outline, predicate="intersects")
        pieces, owners = _grounds(shapely.intersection(outline, self.polygons[met]))
        found: dict[int, float] = {}
        if pieces.size:
            for owner, area_m2, length_m in zip(met[owners], *_measured(pieces), strict=True):
                if _is_ground(area_m2, length_m):
                    found[int(owner)] = found.get(int(owner), 0.0) + area_m2
        return found


def migrate(url: str) -> None:
    """A database as installed."""
    from app import rooms
    from foundation import db, schema

    rooms.load(rooms.MODELS)
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    database.dispose()
    db.use(None)


def compare(ours: dict[int, float], theirs: dict[int, float]) -> None:
    """The same areas with the same ground, to the square metre the register keeps."""
    for area in ours.keys() | theirs.keys():
        mine, shared = ours.get(area, 0.0), theirs.get(area, 0.0)
        if abs(mine - shared) > max(1.0, shared * 2e-4):
            sys.exit(f"overlap: area {area}: ours {mine} m², PostGIS {shared} m²")


def run(url: str, polygons: Any, questions: Any) -> None:
    address = url.replace("+psycopg", "")
    candidates: dict[str, Any] = {"ours": Ours(url)}
    if debian.has_postgis():
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in _POSTGIS:
                connection.execute(statement)
            connection.execute("VACUUM ANALYZE postgis_areas")
        candidates["PostGIS"] = PostGis(address)
    candidates["tree"] = Tree(polygons)
    hits = [len(candidates["tree"](each)) for each in questions]
    if debian.has_postgis():
        whole = PostGis(address, _WHOLE)
        for each in questions:
            compare(candidates["ours"](each), whole(each))
    taken = timing.interleaved(candidates, questions, ROUNDS)
    candidates["ours"].close()
    report(taken, float(np.median(hits)))


def report(taken: dict[str, Any], hits: float) -> None:
    told = {
        name: f"{timing.p50(found):.2f} ms (p99 {timing.p99(found):.2f})"
        for name, found in taken.items()
    }
    ours = timing.p50(taken["ours"])
    tree = f"STRtree in memory {told['tree']}, ratio {ours / timing.p50(taken['tree']):.2f}"
    size = (
        f"{COUNT:,} areas of seed {areas.SEED}, {QUESTIONS} drawn of seed {SEED}, {hits:.0f} hits"
    )
    if "PostGIS" not in taken:
        print(f"overlap: ours {told['ours']}, reference {tree}; PostGIS is not installed; {size}")
        return
    ratio = ours / timing.p50(taken["PostGIS"])
    print(
        f"overlap: ours {told['ours']}, reference {told['PostGIS']} (PostGIS SQL),"
        f" ratio {ratio:.2f}; {tree}; {size}"
    )
    if COUNT == 1_000_000 and (ratio > 1.0 or ours > 3 * timing.p50(taken["tree"])):
        sys.exit("overlap: slower than promised")


def main() -> None:
    if not debian.is_installed():
        print("overlap: not measured: Debian's postgresql-15 is not installed")
        return
    ground = areas.Ground()
    polygons = areas.fields(np.random.default_rng(areas.SEED), COUNT, ground)
    drawn = areas.Ground(ground.box, 1.0, 50.0)
    questions = areas.fields(np.random.default_rng(SEED), QUESTIONS, drawn, VERTICES)
    with debian.cluster() as url:
        migrate(url)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            areas.fill(connection, polygons, NOW)
        run(url, polygons, questions)


if __name__ == "__main__":
    main()
