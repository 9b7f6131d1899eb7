"""The first codes within a wide frame, in their order, among any number of areas.

Codes in order know nothing of places, and places nothing of the order: walked one way, a frame of
a degree costs half a million looks. The tallies name the communes that have something there.
They are walked one after another in the order of their first codes, until the next one's first
code comes after all that are needed: nearly always one or two communes.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from sqlalchemy.orm import Session

from foundation import db
from growing_areas import overlap
from growing_areas.mapping.picked import CONDITION, Picked
from territory.boundaries import box_text

Box = tuple[float, float, float, float]
_ZOOM = 12
_BEYOND = 1
"""Areas count in the cell of their middle: so many cells further, about 10 km, it may lie."""


def codes(
    session: Session,
    box: Box,
    *,
    statuses: Collection[str],
    crop_codes: Collection[str],
    unit: tuple[str | None, str | None],
    picked: Picked,
    after: str,
    most: int,
) -> list[str]:
    """The first ``most`` codes after one of the areas that touch a frame, rounded to cells.

    ``unit`` is a province, a commune, or neither; no statuses or crops mean any.
    """
    west, south, east, north = overlap.whole_cells(box)
    left, top = _cell(west, north)
    right, bottom = _cell(east, south)
    params = {
        "box": box_text(west, south, east, north),
        "west": left - _BEYOND,
        "north": top - _BEYOND,
        "east": right + _BEYOND,
        "south": bottom + _BEYOND,
        "statuses": sorted(statuses) or None,
        "crops": sorted(crop_codes) or None,
        "province": unit[0],
        "commune": unit[1],
        "after": after,
        "most": most,
        **picked.params(),
    }
    return [code for (code,) in db.glance(session, _CODES, params)]


def _cell(lon: float, lat: float) -> tuple[int, int]:
    size = 1 << _ZOOM
    rise = math.asinh(math.tan(math.radians(min(max(lat, -85.0), 85.0))))
    return math.floor((lon / 360 + 0.5) * size), math.floor((0.5 - rise / (2 * math.pi)) * size)


_KIND = """
  (%(statuses)s::text[] IS NULL OR {one}.status = ANY(%(statuses)s))
  AND (%(crops)s::text[] IS NULL OR {one}.crop_code = ANY(%(crops)s))
"""
# In a subselect of its own the rectangle is looked at last and only where the rest fits.
_CODES = f"""
WITH RECURSIVE there AS (
  SELECT DISTINCT told.commune_code FROM growing_map_tallies AS told
  WHERE told.zoom = {_ZOOM} AND told.tile_x BETWEEN %(west)s AND %(east)s
    AND told.tile_y BETWEEN %(north)s AND %(south)s AND {_KIND.format(one="told")}
    AND (%(province)s::text IS NULL OR told.province_code = %(province)s)
    AND (%(commune)s::text IS NULL OR told.commune_code = %(commune)s)),
early AS MATERIALIZED (
  SELECT there.commune_code, first.code, row_number() OVER (ORDER BY first.code) AS place
  FROM there, LATERAL (SELECT area.code FROM growing_areas AS area
    WHERE area.commune_code = there.commune_code AND area.code > %(after)s
    ORDER BY area.code LIMIT 1) AS first),
walk (place, codes) AS (
  SELECT 0::bigint, ARRAY[]::text[]
  UNION ALL
  SELECT early.place, ARRAY(
    SELECT code FROM (
      SELECT unnest(walk.codes) AS code
      UNION ALL
      (SELECT area.code FROM growing_areas AS area
       WHERE area.commune_code = early.commune_code AND area.code > %(after)s
         AND {_KIND.format(one="area")} AND {CONDITION}
         AND (SELECT drawn.box && %(box)s::box FROM growing_plot_versions AS drawn
              WHERE drawn.id = area.version_id)
       ORDER BY area.code LIMIT %(most)s)) AS either
    ORDER BY code LIMIT %(most)s)
  FROM walk JOIN early ON early.place = walk.place + 1
  WHERE cardinality(walk.codes) < %(most)s OR early.code < walk.codes[%(most)s])
SELECT unnest(codes) FROM (SELECT codes FROM walk ORDER BY place DESC LIMIT 1) AS last
"""  # noqa: S608
