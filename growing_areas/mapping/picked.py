"""Coded areas picked by what tallies do not tell: a certificate valid on a day, or a set of them.

Certificates begin and end by the calendar, without anybody writing; so those who hold one are
counted from the certificates themselves. Only what its paper says is valid on the day counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from foundation import db
from growing_areas.dossiers.models import AreaCertificate
from growing_areas.models import GrowingArea


@dataclass(frozen=True)
class Picked:
    """Areas that hold one of these standards on a day, and are of a set; no word picks every one.

    ``area_ids`` None: of no set in particular; empty: of none there is.
    """

    standards: tuple[str, ...] = ()
    on: date | None = None
    area_ids: tuple[int, ...] | None = None

    def params(self) -> dict[str, Any]:
        """The same as values of ``CONDITION``."""
        return {
            "standards": list(self.standards) or None,
            "on": self.on,
            "picked": None if self.area_ids is None else list(self.area_ids),
        }


EVERY = Picked()
CONDITION = """
  (%(picked)s::bigint[] IS NULL OR area.id = ANY(%(picked)s))
  AND (%(standards)s::text[] IS NULL OR EXISTS (
    SELECT FROM growing_area_certificates AS held
    WHERE held.area_id = area.id AND held.standard = ANY(%(standards)s)
      AND held.removed_at IS NULL AND held.valid_from <= %(on)s AND held.valid_to >= %(on)s))
"""
"""Whether ``area`` is picked, for statements written out."""


def conditions(picked: Picked) -> list[ColumnElement[bool]]:
    """The same for statements put together."""
    found: list[ColumnElement[bool]] = []
    if picked.area_ids is not None:
        found.append(GrowingArea.id.in_(picked.area_ids))
    if picked.standards:
        found.append(
            exists().where(
                AreaCertificate.area_id == GrowingArea.id,
                AreaCertificate.standard.in_(picked.standards),
                AreaCertificate.removed_at.is_(None),
                AreaCertificate.valid_from <= picked.on,
                AreaCertificate.valid_to >= picked.on,
            )
        )
    return found


@dataclass(frozen=True)
class Asked:
    """What else the areas counted have to be; empty means anything."""

    statuses: Collection[str]
    crop_codes: Collection[str]
    province_code: str | None
    commune_code: str | None


def by_cell(
    session: Session, picked: Picked, asked: Asked, frame: tuple[int, int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    """Column, row, areas and square metres of the cells in a frame (zoom, then its four edges)."""
    zoom, west, north, east, south = frame
    deeper = 12 - zoom
    reach = (1 << deeper) - 1
    params = {
        "deeper": deeper,
        "west": west << deeper,
        "north": north << deeper,
        "east": (east << deeper) + reach,
        "south": (south << deeper) + reach,
        **_params(picked, asked),
    }
    return [
        (column, row, areas, int(area_m2))
        for column, row, areas, area_m2 in db.glance(session, _BY_CELL[_way(picked)], params)
    ]


def by_province(session: Session, picked: Picked, asked: Asked) -> list[tuple[str, int, int]]:
    """Code, areas and square metres of the provinces that have any."""
    rows = db.glance(session, _BY_PROVINCE[_way(picked)], _params(picked, asked))
    return [(code, areas, int(area_m2)) for code, areas, area_m2 in rows]


def _params(picked: Picked, asked: Asked) -> dict[str, Any]:
    return {
        **picked.params(),
        "statuses": sorted(asked.statuses) or None,
        "crops": sorted(asked.crop_codes) or None,
        "province": asked.province_code,
        "commune": asked.commune_code,
    }


def _way(picked: Picked) -> str:
    return "set" if picked.area_ids is not None else "certificates"


_WANTED = f"""
  area.code IS NOT NULL AND {CONDITION}
  AND (%(statuses)s::text[] IS NULL OR area.status = ANY(%(statuses)s))
  AND (%(crops)s::text[] IS NULL OR area.crop_code = ANY(%(crops)s))
  AND (%(province)s::text IS NULL OR area.province_code = %(province)s)
  AND (%(commune)s::text IS NULL OR area.commune_code = %(commune)s)
"""
# A prepared statement is planned once for every value: each way begins with what it has.
_FROM = {
    "set": "unnest(%(picked)s::bigint[]) AS chosen (id) JOIN growing_areas AS area USING (id)",
    "certificates": """
      (SELECT DISTINCT held.area_id FROM growing_area_certificates AS held
       WHERE held.standard = ANY(%(standards)s) AND held.removed_at IS NULL
         AND held.valid_from <= %(on)s AND held.valid_to >= %(on)s) AS chosen
      JOIN growing_areas AS area ON area.id = chosen.area_id""",
}
_PLOTS = {
    way: f"""
WITH of_plots AS (
  SELECT area.plot_id, min(area.province_code) AS province_code, count(*) AS areas
  FROM {start} WHERE {_WANTED} GROUP BY area.plot_id)
"""  # noqa: S608
    for way, start in _FROM.items()
}
_BY_CELL = {
    way: f"""{plots}
SELECT place.tile_x >> %(deeper)s, place.tile_y >> %(deeper)s, sum(areas)::bigint,
  sum(place.area_m2)::bigint
FROM of_plots JOIN growing_map_plots AS place USING (plot_id)
WHERE place.tile_x BETWEEN %(west)s AND %(east)s AND place.tile_y BETWEEN %(north)s AND %(south)s
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
    for way, plots in _PLOTS.items()
}
_BY_PROVINCE = {
    way: f"""{plots}
SELECT of_plots.province_code, sum(areas)::bigint, sum(place.area_m2)::bigint
FROM of_plots JOIN growing_map_plots AS place USING (plot_id) GROUP BY 1
"""  # noqa: S608
    for way, plots in _PLOTS.items()
}
