"""Overlap: which registered areas a drawn outline lies over, on the true polygons.

Candidates come from a GiST index on rectangles, the truth from `shapes.sharing`: slivers are not
overlaps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import shapely
from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from foundation import db
from foundation.errors import Finding, Severity
from growing_areas.models import HOLDING, GrowingArea, PlotVersion
from growing_areas.shapes.measure import Outline, hectares, measure
from growing_areas.shapes.sharing import Shared, shared_grounds
from territory.boundaries import box_text
from territory.models import Box

MOST_NAMED = 50
_NEARBY_DEGREES = 0.004
"""About 400 m: as far as an officer's map looks around an area."""
_LARGE_BOX = 0.25
"""Square degrees: about 3,000 km², where a dense register has some ten thousand areas."""

# The planner expects of a rectangle that it meets one outline in two hundred; OFFSET 0 keeps it
# from reading the whole register for the six that are met.
_CANDIDATES = """
SELECT area.id, area.code, area.name, area.status, drawn.area_m2, drawn.geometry
FROM growing_around(%(box)s::box) AS drawn
CROSS JOIN LATERAL (SELECT id, code, name, status FROM growing_areas
  WHERE version_id = drawn.id AND plot_id <> %(plot)s
    AND (status IN ('approved', 'suspended') OR (organisation_id = %(organisation)s
         AND status IN ('draft', 'submitted', 'inspected')))
  OFFSET 0) AS area
"""


_CANDIDATES_OF_MANY = (
    """
SELECT asked.number, near.*
FROM unnest(%(boxes)s::text[]) WITH ORDINALITY AS asked (drawn, number)
CROSS JOIN LATERAL ("""
    + _CANDIDATES.replace("%(box)s", "asked.drawn")
    + """) AS near
"""
)


class _Candidate(NamedTuple):
    """A ground whose rectangle meets ours."""

    id: int
    code: str | None
    name: str
    status: str
    area_m2: float
    geometry: bytes


@dataclass(frozen=True)
class Overlap:
    """An area that shares ground with ours: how much, of ours, of its own, where (lon, lat)."""

    area_id: int
    label: str
    holds_ground: bool
    shared_ha: Decimal
    share_percent: Decimal
    share_of_other_percent: Decimal
    place: tuple[float, float]

    def finding(self, severity: Severity) -> Finding:
        return Finding(
            "area.overlaps",
            {
                "other": self.label,
                "shared_ha": self.shared_ha,
                "share_percent": self.share_percent,
                "share_of_other_percent": self.share_of_other_percent,
                "lon": self.place[0],
                "lat": self.place[1],
            },
            field="geometry",
            coordinate=self.place,
            severity=severity,
        )


def find(
    session: Session, outline: Outline, *, organisation_id: int, plot_id: int | None
) -> list[Overlap]:
    """The areas this outline lies over, largest share first.

    Areas of the same plot (another crop or market) do not count. Others' areas count once they
    hold a code and are named by it; one's own drafts count too and are named by name.
    """
    return _found(outline, _candidates(session, outline, organisation_id, plot_id))


def find_many(
    session: Session, drawn: Sequence[tuple[str, Outline]], *, organisation_id: int
) -> list[list[Overlap]]:
    """The overlaps of many new outlines, each with its name: with areas and with each other.

    Among themselves they count as one's own drafts do, with negative ``area_id``.
    """
    if not drawn:
        return []
    rows: list[list[_Candidate]] = [[] for _ in drawn]
    boxes = [box_text(*outline.bounds) for _, outline in drawn]
    wanted = {"boxes": boxes, "organisation": organisation_id, "plot": 0}
    for at, *row in db.glance(session, _CANDIDATES_OF_MANY, wanted):
        rows[at - 1].append(_Candidate(*row))
    for at, other in _meeting([outline for _, outline in drawn]):
        name, outline = drawn[other]
        wkb = shapely.to_wkb(outline)
        rows[at].append(_Candidate(-1 - other, None, name, "draft", measure(outline).area_m2, wkb))
    return [_found(outline, rows[at]) for at, (_, outline) in enumerate(drawn)]


def _meeting(outlines: Sequence[Outline]) -> list[tuple[int, int]]:
    """Which outlines meet, both ways."""
    pairs = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    return [(int(at), int(other)) for at, other in pairs.T if at != other]


def _found(outline: Outline, rows: list[_Candidate]) -> list[Overlap]:
    if not rows:
        return []
    others = shapely.from_wkb([row.geometry for row in rows])
    ours_m2, shared = shared_grounds(outline, others)
    found = [_overlap(rows[each.at], each, ours_m2) for each in shared]
    return sorted(found, key=lambda each: (-each.share_percent, each.area_id))[:MOST_NAMED]


def neighbours(session: Session, area: GrowingArea, outline: Outline) -> list[tuple[str, Outline]]:
    """Areas with a code around this one, for the officer's map."""
    west, south, east, north = outline.bounds
    reach = _NEARBY_DEGREES
    rows = session.execute(
        select(GrowingArea.code, PlotVersion.geometry)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(
            touches(west - reach, south - reach, east + reach, north + reach),
            GrowingArea.status.in_(HOLDING),
            GrowingArea.plot_id != area.plot_id,
        )
        .order_by(GrowingArea.id)
        .limit(MOST_NAMED)
    )
    return [(str(code), shapely.from_wkb(wkb)) for code, wkb in rows]


def touches(west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
    """The condition that a version's rectangle meets this one (uses the GiST index)."""
    return PlotVersion.box.bool_op("&&")(cast(box_text(west, south, east, north), Box))


def near(west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
    """The condition that an area's rectangle meets a small one: starts from the index, always.

    A large rectangle, which many areas meet, is left to the planner.
    """
    if (east - west) * (north - south) > _LARGE_BOX:
        met = select(PlotVersion.id).where(touches(west, south, east, north))
        return GrowingArea.version_id.in_(met)
    around = func.growing_near(cast(box_text(west, south, east, north), Box)).table_valued("id")
    return GrowingArea.version_id.in_(select(around.c.id))


def whole_cells(bbox: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A frame widened to the cells of a hundredth of a degree that public maps round to."""
    west, south, east, north = bbox
    return (
        math.floor(west * 100) / 100,
        math.floor(south * 100) / 100,
        math.ceil(east * 100) / 100,
        math.ceil(north * 100) / 100,
    )


def _candidates(
    session: Session, outline: Outline, organisation_id: int, plot_id: int | None
) -> list[_Candidate]:
    box = box_text(*outline.bounds)
    # No other plot has the number 0.
    wanted = {"box": box, "organisation": organisation_id, "plot": plot_id or 0}
    return [_Candidate(*row) for row in db.glance(session, _CANDIDATES, wanted)]


def _overlap(row: _Candidate, shared: Shared, ours_m2: float) -> Overlap:
    return Overlap(
        row.id,
        row.code or row.name,
        row.status in HOLDING,
        hectares(shared.area_m2),
        _percent(shared.area_m2, ours_m2),
        _percent(shared.area_m2, row.area_m2),
        shared.place,
    )


def _percent(part: float, whole: float) -> Decimal:
    return Decimal(str(round(100 * part / whole, 1)))
