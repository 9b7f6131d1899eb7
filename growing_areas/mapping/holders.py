"""Where organisations stand on public maps: amid the cells of their areas, never at a house."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation import db


@dataclass(frozen=True)
class Standing:
    """How many areas in force an organisation has, and the middle of their cells (lon, lat)."""

    areas: int
    position: tuple[float, float]


def standings(session: Session, organisation_ids: Collection[int]) -> dict[int, Standing]:
    """The standing of each organisation that has areas in force."""
    rows = db.glance(session, _STANDINGS, {"ids": sorted(organisation_ids)})
    return {number: Standing(areas, (lon, lat)) for number, areas, lon, lat in rows}


_STANDINGS = """
SELECT area.organisation_id, count(*),
  avg(floor(((drawn.box)[1])[0] * 100) + ceil(((drawn.box)[0])[0] * 100)) / 200,
  avg(floor(((drawn.box)[1])[1] * 100) + ceil(((drawn.box)[0])[1] * 100)) / 200
FROM growing_areas AS area JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
WHERE area.organisation_id = ANY(%(ids)s) AND area.status = 'approved'
GROUP BY area.organisation_id
"""
