"""Where organisations stand on public maps: amid the cells of their areas, never at a house."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation import db
from growing_areas.overlap import whole_cells
from territory.boundaries import box_text


@dataclass(frozen=True)
class Standing:
    """How many areas in force an organisation has, and the middle of their cells (lon, lat)."""

    areas: int
    position: tuple[float, float]


def standings(session: Session, organisation_ids: Collection[int]) -> dict[int, Standing]:
    """The standing of each organisation that has areas in force."""
    rows = db.glance(session, _STANDINGS, {"ids": sorted(organisation_ids)})
    return {number: Standing(areas, (lon, lat)) for number, areas, lon, lat in rows}


def holders_within(session: Session, box: tuple[float, float, float, float]) -> set[int]:
    """The organisations whose areas in force stand in a small frame, rounded to whole cells."""
    around = box_text(*whole_cells(box))
    return {number for (number,) in db.glance(session, _WITHIN, {"box": around})}


# Thousands of areas lie where the first twenty do; counting them needs the index alone.
_STANDINGS = """
SELECT owner.id, counted.areas, middle.lon, middle.lat
FROM unnest(%(ids)s::bigint[]) AS owner (id),
LATERAL (SELECT count(*) AS areas FROM growing_areas AS area
  WHERE area.organisation_id = owner.id AND area.status = 'approved') AS counted,
LATERAL (SELECT
    avg(floor(((box)[1])[0] * 100) + ceil(((box)[0])[0] * 100)) / 200 AS lon,
    avg(floor(((box)[1])[1] * 100) + ceil(((box)[0])[1] * 100)) / 200 AS lat
  FROM (SELECT drawn.box FROM growing_areas AS area
    JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
    WHERE area.organisation_id = owner.id AND area.status = 'approved' LIMIT 20) AS placed
) AS middle
WHERE counted.areas > 0
"""
_WITHIN = """
SELECT DISTINCT area.organisation_id
FROM growing_near(%(box)s::box) AS drawn JOIN growing_areas AS area ON area.version_id = drawn.id
WHERE area.status = 'approved'
"""
