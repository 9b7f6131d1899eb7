"""Overlap: which registered areas a drawn outline lies over, on the true polygons.

Candidates come from a GiST index on rectangles, the truth from shapely. Neighbours share edges,
and hand-held receivers err by metres: strips narrower than `SLIVER_WIDTH_M` and patches smaller
than `SLIVER_M2` are not overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import shapely
from sqlalchemy import ColumnElement, cast, or_, select
from sqlalchemy.orm import Session

from foundation.errors import Finding, Severity
from growing_areas.models import HOLDING, GrowingArea, PlotVersion
from growing_areas.shapes.measure import Outline, hectares, measure
from territory.boundaries import box_text
from territory.models import Box

SLIVER_WIDTH_M = 2.0
SLIVER_M2 = 10.0
MOST_NAMED = 50
_NEARBY_DEGREES = 0.004
"""About 400 m: as far as an officer's map looks around an area."""


@dataclass(frozen=True)
class Overlap:
    """An area that shares ground with ours: how much, and where (lon, lat)."""

    area_id: int
    label: str
    holds_ground: bool
    shared_ha: Decimal
    share_percent: Decimal
    place: tuple[float, float]

    def finding(self, severity: Severity) -> Finding:
        return Finding(
            "area.overlaps",
            {
                "other": self.label,
                "shared_ha": self.shared_ha,
                "share_percent": self.share_percent,
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
    ours = measure(outline).area_m2
    shapely.prepare(outline)
    found = []
    for area, wkb in _candidates(session, outline, organisation_id, plot_id):
        other = shapely.from_wkb(wkb)
        if not outline.intersects(other):
            continue
        shared = patches(outline.intersection(other))
        if shared:
            found.append(_overlap(area, shared, ours))
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


def _candidates(
    session: Session, outline: Outline, organisation_id: int, plot_id: int | None
) -> list[tuple[GrowingArea, bytes]]:
    statement = (
        select(GrowingArea, PlotVersion.geometry)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(
            touches(*outline.bounds),
            or_(
                GrowingArea.status.in_(HOLDING),
                (GrowingArea.organisation_id == organisation_id)
                & GrowingArea.status.in_(("draft", "submitted", "inspected")),
            ),
        )
    )
    if plot_id is not None:
        statement = statement.where(GrowingArea.plot_id != plot_id)
    return [(area, wkb) for area, wkb in session.execute(statement)]


def patches(shared: shapely.Geometry) -> list[shapely.Polygon]:
    """The pieces of shared ground that are more than a drawing error."""
    parts = [part for part in shapely.get_parts(shared) if not part.is_empty]
    pieces = [part for part in parts if part.geom_type == "Polygon"]
    kept = []
    for piece in pieces:
        measures = measure(piece)
        width = 2 * measures.area_m2 / measures.perimeter_m if measures.perimeter_m else 0.0
        if measures.area_m2 > SLIVER_M2 and width > SLIVER_WIDTH_M:
            kept.append(piece)
    return kept


def _overlap(area: GrowingArea, shared: list[shapely.Polygon], ours_m2: float) -> Overlap:
    shared_m2 = sum(measure(piece).area_m2 for piece in shared)
    largest = max(shared, key=lambda piece: piece.area)
    point = largest.representative_point()
    return Overlap(
        area.id,
        area.code or area.name,
        area.status in HOLDING,
        hectares(shared_m2),
        Decimal(str(round(100 * shared_m2 / ours_m2, 1))),
        (round(point.x, 7), round(point.y, 7)),
    )
