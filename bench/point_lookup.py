"""Which commune a point lies in, against the plain way, with the real boundaries.

The plain way reads every polygon of the country and asks each. The boundaries are not shipped:
`NGUON_BENCH_BOUNDARIES` names the file, else the one beside the checkout is taken; without it
nothing is measured.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from sqlalchemy import select  # noqa: E402

from bench.support import timing  # noqa: E402

FILE = Path(
    os.environ.get(
        "NGUON_BENCH_BOUNDARIES",
        ROOT.parent / "shared/territory/commune_boundaries_2026-07.geojsonl.gz",
    )
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
POINTS, SEED, MOST_MS = 300, 11, 2.0


def main() -> None:
    if not FILE.exists():
        print("point_lookup: not measured: no file of boundaries (NGUON_BENCH_BOUNDARIES)")
        return
    from app import rooms
    from foundation import db, embedded, schema
    from territory import boundaries, boundary_import, units
    from territory.models import Boundary

    rooms.load(rooms.MODELS)
    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        database = db.connect(embedded.start(Path(name)), pool_size=2)
        schema.upgrade(database.primary)
        started = time.perf_counter()
        with db.transaction() as session:
            units.load_bundled(session)
            count = boundary_import.import_boundaries(session, FILE, now=NOW)
        loaded = time.perf_counter() - started
        with db.reading() as session:
            rows = session.execute(select(Boundary.commune_code, Boundary.geometry)).all()
            polygons = shapely.from_wkb([row.geometry for row in rows])
            inside = shapely.point_on_surface(polygons)
            chosen = np.random.default_rng(SEED).choice(len(inside), POINTS, replace=False)

            def plain(point: shapely.Point) -> str | None:
                every = session.execute(select(Boundary.commune_code, Boundary.geometry)).all()
                return next(
                    (str(r[0]) for r in every if shapely.from_wkb(r[1]).covers(point)), None
                )

            points = [inside[at] for at in chosen]
            for at in chosen[:20]:
                point = inside[at]
                told = boundaries.unit_at(session, point.x, point.y)
                covering = {
                    str(rows[k][0]) for k in np.flatnonzero(shapely.covers(polygons, point))
                }
                assert told in covering, (told, covering)
            ours = timing.interleaved(
                {"ours": lambda p: boundaries.unit_at(session, p.x, p.y)}, points, 3
            )["ours"]
            theirs = timing.interleaved({"plain": plain}, points[:5], 1)["plain"]
        database.dispose()
        embedded.stop(Path(name))
    middle = timing.p50(ours)
    print(
        f"point_lookup: ours {middle:.2f} ms (p99 {timing.p99(ours):.2f}), reference"
        f" {timing.p50(theirs):.0f} ms (every polygon read), ratio"
        f" {middle / timing.p50(theirs):.4f}; {count:,} boundaries loaded in {loaded:.1f} s,"
        f" {POINTS} points of seed {SEED}"
    )
    if middle > MOST_MS:
        sys.exit("point_lookup: slower than promised")


if __name__ == "__main__":
    main()
