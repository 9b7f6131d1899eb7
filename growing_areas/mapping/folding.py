"""The upkeep of the map's sums: rows added up now and then, counted anew after a bare load."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def fold(session: Session) -> int:
    """Add up the rows of each cell; how many rows were saved. Every sum stays what it is.

    Others may add, read and fold meanwhile: only rows this transaction took away are added up.
    """
    return sum(int(session.scalar(text(statement)) or 0) for statement in _FOLDS)


def rebuild(session: Session) -> None:
    """Count all cells anew, from the areas: after a load past the triggers."""
    for statement in REBUILD:
        session.execute(text(statement))


def _folding(table: str, keys: str, sums: tuple[str, ...]) -> str:
    # Names from this module only.
    added = ", ".join(f"sum({name})" for name in sums)
    told = f"{keys}, {', '.join(sums)}"
    return f"""
WITH many AS (SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1),
gone AS (DELETE FROM {table} USING many
  WHERE ({", ".join(f"{table}.{key}" for key in keys.split(", "))})
      = ({", ".join(f"many.{key}" for key in keys.split(", "))})
  RETURNING {", ".join(f"{table}.{name}" for name in told.split(", "))}),
put AS (INSERT INTO {table} ({told}) SELECT {keys}, {added} FROM gone GROUP BY {keys} RETURNING 1)
SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM put)
"""  # noqa: S608


_TALLY_KEYS = "zoom, tile_x, tile_y, province_code, commune_code, crop_code, status"
_GROUND_KEYS = "zoom, tile_x, tile_y, province_code, commune_code, holds"
_FOLDS = (
    _folding("growing_map_changes", "zoom, tile_x, tile_y", ("changes",)),
    _folding("growing_map_tallies", _TALLY_KEYS, ("areas",)),
    _folding("growing_map_grounds", _GROUND_KEYS, ("plots", "area_m2")),
)
_CODED = """
WITH coded AS (SELECT area.*, drawn.area_m2,
    floor(((drawn.box)[1])[0] * 100) / 100 AS west, floor(((drawn.box)[1])[1] * 100) / 100 AS south,
    ceil(((drawn.box)[0])[0] * 100) / 100 AS east, ceil(((drawn.box)[0])[1] * 100) / 100 AS north
  FROM growing_areas AS area JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
  WHERE area.code IS NOT NULL)
"""
REBUILD = (
    "LOCK TABLE growing_areas IN SHARE MODE",
    "DELETE FROM growing_map_tallies",
    f"""
INSERT INTO growing_map_tallies ({_TALLY_KEYS}, areas)
{_CODED} SELECT zoom, growing_map_column((west + east) / 2, zoom) AS tile_x,
  growing_map_row((south + north) / 2, zoom) AS tile_y, province_code,
  CASE zoom WHEN 12 THEN commune_code ELSE '' END AS commune, crop_code, status, count(*)
FROM coded, unnest(ARRAY[6, 9, 12]) AS zoom
GROUP BY zoom, tile_x, tile_y, province_code, commune, crop_code, status
""",  # noqa: S608
    "DELETE FROM growing_map_plots",
    # Of a plot's drawings the one nearest to being in force, the largest first: as the trigger.
    f"""
INSERT INTO growing_map_plots
  (plot_id, tile_x, tile_y, province_code, commune_code, holds, area_m2)
{_CODED} SELECT standing.plot_id, growing_map_column((west + east) / 2, 12),
  growing_map_row((south + north) / 2, 12), province_code, commune_code, holds,
  round(area_m2)::bigint
FROM (SELECT coded.*, row_number() OVER (PARTITION BY plot_id ORDER BY
        array_position(ARRAY['approved', 'suspended', 'expired', 'revoked'], status::text),
        area_m2 DESC, id) AS place FROM coded) AS standing
JOIN (SELECT plot_id, array_agg(DISTINCT hold ORDER BY hold) AS holds
      FROM coded, unnest(ARRAY[status::text, status || '/' || crop_code]) AS hold
      GROUP BY plot_id) AS told ON told.plot_id = standing.plot_id
WHERE place = 1
""",  # noqa: S608
    "DELETE FROM growing_map_grounds",
    f"""
INSERT INTO growing_map_grounds ({_GROUND_KEYS}, plots, area_m2)
SELECT zoom, tile_x >> (12 - zoom) AS x, tile_y >> (12 - zoom) AS y, province_code,
  CASE zoom WHEN 12 THEN commune_code ELSE '' END AS commune, holds, count(*), sum(area_m2)
FROM growing_map_plots, unnest(ARRAY[6, 9, 12]) AS zoom WHERE cardinality(holds) > 0
GROUP BY zoom, x, y, province_code, commune, holds
""",  # noqa: S608
    # Versions only ever grow: what was counted before this is seen no more.
    f"""
INSERT INTO growing_map_changes (zoom, tile_x, tile_y, changes)
{_CODED} SELECT zoom, across, down, count(*) FROM coded, unnest(ARRAY[6, 9, 12]) AS zoom,
  generate_series(growing_map_column(west, zoom), growing_map_column(east, zoom)) AS across,
  generate_series(growing_map_row(north, zoom), growing_map_row(south, zoom)) AS down
GROUP BY zoom, across, down
""",  # noqa: S608
)
