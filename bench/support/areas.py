"""A register of seeded areas: uneven fields of 0.1–50 ha, put straight into the tables."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

import numpy as np
import shapely
from psycopg import Connection

from foundation import codes
from growing_areas.mapping import folding

SEED = 20_261_122
_METRES = 111_195.0
_BATCH = 20_000
OWNERS = [codes.new_code(8, random.Random(number)) for number in range(2_000)]
"""The codes of the organisations that hold the seeded areas."""
CROPS = ("rice", "pomelo", "durian", "coffee_robusta", "tea")


@dataclass(frozen=True)
class Ground:
    """Where fields lie (west, south, east, north) and how many hectares they have."""

    box: tuple[float, float, float, float] = (105.0, 10.0, 108.3, 13.2)
    least_ha: float = 0.1
    most_ha: float = 50.0


def fields(
    rng: np.random.Generator, count: int, ground: Ground, vertices: int | None = None
) -> np.ndarray:
    """Star-shaped valid polygons (lon, lat): 8 to 50 corners, sizes evenly on a log scale."""
    west, south, east, north = ground.box
    lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
    low, high = np.log(ground.least_ha), np.log(ground.most_ha)
    radius = np.sqrt(np.exp(rng.uniform(low, high, count)) * 10_000 / np.pi) / _METRES
    corners = rng.integers(8, 51, count) if vertices is None else np.full(count, vertices)
    made = np.empty(count, dtype=object)
    for number in np.unique(corners):
        chosen = np.flatnonzero(corners == number)
        angles = np.linspace(0, 2 * np.pi, number, endpoint=False)
        far = radius[chosen, None] * rng.uniform(0.75, 1.15, (len(chosen), number))
        x = lon[chosen, None] + far * np.cos(angles) / np.cos(np.radians(lat[chosen, None]))
        y = lat[chosen, None] + far * np.sin(angles)
        made[chosen] = shapely.polygons(np.stack([x, y], axis=2).round(7))
    return made


def fill(
    connection: Connection[Any], polygons: np.ndarray, now: datetime, *, shown_of_ten: int = 10
) -> None:
    """Put areas in force into a migrated database; so many of ten owners show their outlines."""
    connection.execute(_STAGING)
    for start in range(0, len(polygons), _BATCH):
        _stage(connection, polygons[start : start + _BATCH])
    # The steps of the trade record each change; a register from nowhere records none.
    connection.execute("SET session_replication_role = replica")
    connection.execute("DROP INDEX ix_growing_plot_versions_box")
    for statement in _SPREAD:
        connection.execute(
            statement, {"now": now, "crops": list(CROPS), "shown": shown_of_ten, "owners": OWNERS}
        )
    connection.execute(
        "CREATE INDEX ix_growing_plot_versions_box ON growing_plot_versions USING gist (box)"
    )
    connection.execute("SET session_replication_role = origin")
    for statement in folding.REBUILD:
        connection.execute(statement)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
    connection.autocommit = False


def _stage(connection: Connection[Any], polygons: np.ndarray) -> None:
    wkb = shapely.to_wkb(polygons, hex=True)
    bounds = shapely.bounds(polygons)
    shrink = np.cos(np.radians(bounds[:, 1]))
    area = shapely.area(polygons) * _METRES**2 * shrink
    middle = shapely.centroid(polygons)
    table = StringIO()
    for row in zip(
        wkb, bounds.tolist(), area.tolist(), shapely.get_x(middle).tolist(),
        shapely.get_y(middle).tolist(), strict=True,
    ):  # fmt: skip
        (west, south, east, north) = row[1]
        table.write(
            f"\\\\x{row[0]}\t({east},{north}),({west},{south})\t{row[2]}\t{row[3]}\t{row[4]}\n"
        )
    with connection.cursor().copy(
        "COPY staging (geometry, box, area_m2, lon, lat) FROM STDIN"
    ) as copy:
        copy.write(table.getvalue())


_STAGING = """
CREATE UNLOGGED TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY, geometry bytea, box box,
  area_m2 float8, lon float8, lat float8)
"""
# Neighbours in the field have neighbouring communes and owners, and are neighbours on the disk.
_SPREAD = (
    """
INSERT INTO organisations (code, slug, name, name_key, sort_key, kind, tax_type, commune_code,
  province_code, representative, introduction, status, created_at)
SELECT (%(owners)s::text[])[n + 1], 'htx-do-toc-do-' || n, 'HTX Đo Tốc Độ ' || n,
  'htx do toc do ' || n,
  lpad(n::text, 5, '0'), 'cooperative', 'cooperative', '00004', '01', 'Nguyễn Văn An', '',
  'verified', %(now)s FROM generate_series(0, 1999) AS n
""",
    "INSERT INTO growing_plots (organisation_id, created_at)"
    " SELECT (SELECT min(id) FROM organisations), %(now)s FROM staging",
    """
INSERT INTO growing_plot_versions (plot_id, number, geometry, box, area_m2, perimeter_m,
  centroid_lon, centroid_lat, findings, origin, created_at)
SELECT p.first + s.place, 1, s.geometry, s.box, s.area_m2, 4 * sqrt(s.area_m2), s.lon, s.lat,
  '[]', 'api', %(now)s
FROM (SELECT *, row_number() OVER (ORDER BY floor(lon * 10), floor(lat * 10), id) - 1 AS place
      FROM staging) s, (SELECT min(id) AS first FROM growing_plots) p ORDER BY s.place
""",
    """
INSERT INTO growing_areas (organisation_id, plot_id, version_id, name, name_key, crop_code, market,
  commune_code, province_code, status, code, created_at, status_changed_at, approved_at,
  outline_public, overlap_count)
SELECT o.first + 2000 * (v.id - 1) / c.every, v.plot_id, v.id, 'Vùng ' || v.id, 'vung ' || v.id,
  (%(crops)s::text[])[1 + v.id %% 5], 'VN',
  coalesce(c.communes[1 + c.many * (v.id - 1) / c.every], '00004'),
  coalesce(c.provinces[1 + c.many * (v.id - 1) / c.every], '01'), 'approved',
  'VN-' || coalesce(c.provinces[1 + c.many * (v.id - 1) / c.every], '01') || '-'
    || lpad(v.id::text, 7, '0') || '-26', %(now)s, %(now)s, %(now)s, v.id %% 10 < %(shown)s, 0
FROM growing_plot_versions v, (SELECT min(id) AS first FROM organisations) o,
  (SELECT array_agg(code ORDER BY code) AS communes, count(*) AS many,
     array_agg(province_code ORDER BY code) AS provinces,
     (SELECT count(*) FROM growing_plot_versions) AS every
   FROM units WHERE level = 'commune' AND valid_to IS NULL) c
ORDER BY v.id
""",
    "DROP TABLE staging",
)
