"""Areas of 100,000 outlines, ours all at once against a `pyproj.Geod` loop, in one run.

99,000 fields (0.05 to 50 ha, a tenth with a pond, a tenth in two parts) and 1,000 outlines as
large as communes, all over Vietnam; both start from shapely polygons. One line on standard
output; an area off by more than 1e-5 ends with exit status 1.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pyproj import Geod  # noqa: E402

from growing_areas.shapes.authalic import areas_m2  # noqa: E402
from growing_areas.shapes.measure import Outline  # noqa: E402

FIELDS, COMMUNES, ROUNDS, SEED = 99_000, 1_000, 3, 20261122
WORST = 1e-5
Measure = Callable[[list[Outline]], Sequence[float]]


def ring(
    chance: random.Random, centre: tuple[float, float], radius_m: float, corners: int
) -> list[tuple[float, float]]:
    lon, lat = centre
    shrink = 111_320 * math.cos(math.radians(lat))
    turns = sorted(chance.uniform(0, 2 * math.pi) for _ in range(corners - 3))
    turns = sorted([*turns, 0.1, 2.2, 4.3])
    points = []
    for turn in turns:
        reach = radius_m * chance.uniform(0.7, 1.3)
        points.append(
            (lon + reach * math.cos(turn) / shrink, lat + reach * math.sin(turn) / 110_574)
        )
    return points


def outline(chance: random.Random, radius_m: float, corners: int) -> Outline:
    centre = (chance.uniform(102.2, 109.4), chance.uniform(8.5, 23.3))
    outer = ring(chance, centre, radius_m, corners)
    kind = chance.random()
    if kind < 0.1:
        return orient(Polygon(outer, [ring(chance, centre, radius_m * 0.2, 6)]))
    if kind < 0.2:
        beside = (centre[0] + 4 * radius_m / 100_000, centre[1])
        return MultiPolygon([Polygon(outer), Polygon(ring(chance, beside, radius_m, corners))])
    return Polygon(outer)


def make(chance: random.Random) -> list[Outline]:
    fields = [
        outline(chance, 10 ** chance.uniform(1.1, 2.6), chance.randint(4, 20))
        for _ in range(FIELDS)
    ]
    communes = [
        outline(chance, chance.uniform(2_000, 15_000), chance.randint(6, 60))
        for _ in range(COMMUNES)
    ]
    return fields + communes


def one_by_one(outlines: list[Outline]) -> list[float]:
    geod = Geod(ellps="WGS84")
    return [geod.geometry_area_perimeter(outline)[0] for outline in outlines]


def timed(measure: Measure, outlines: list[Outline]) -> tuple[float, np.ndarray]:
    """Seconds of this process (others on the machine do not count), and the areas."""
    started = time.process_time()
    areas = measure(outlines)
    return time.process_time() - started, np.asarray(areas)


def main() -> None:
    outlines = make(random.Random(SEED))
    corners = int(shapely.get_num_coordinates(np.array(outlines, dtype=object)).sum())
    ours, theirs = [], []
    for _ in range(ROUNDS):
        took, fast = timed(areas_m2, outlines)
        ours.append(len(outlines) / took)
        took, true = timed(one_by_one, outlines)
        theirs.append(len(outlines) / took)
    off = np.abs(fast / true - 1)
    fields, communes = off[:FIELDS].max(), off[FIELDS:].max()
    quick, slow = statistics.median(ours), statistics.median(theirs)
    print(
        f"polygon_area: ours {quick:,.0f} outlines/s ({corners:,} corners; greatest relative error"
        f" {fields:.1e} fields, {communes:.1e} communes), reference {slow:,.0f} outlines/s"
        f" (Geod loop), ratio {quick / slow:.1f}"
    )
    if off.max() > WORST:
        sys.exit("polygon_area: an area is off by more than 1e-5")


if __name__ == "__main__":
    main()
