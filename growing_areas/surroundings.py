"""Surroundings: what a drawing map shows around an outline, and no more than that.

Whoever draws must see the edges of neighbours, or neighbours overlap. Shown are one's own areas,
the communes one works in, and of others only code and outline, only of areas that hold their
ground, only within `NEAR_M` of the rectangle drawn, and only where that is no larger than
`WIDEST_DEGREES`: the register cannot be read off through the drawing map. The same codes and
places are told to the same person when outlines overlap (`growing_areas.overlap`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import local_units, overlap
from growing_areas.local_units import LandUnit
from growing_areas.models import HOLDING, GrowingArea, PlotVersion
from growing_areas.shapes.measure import Outline
from territory import boundaries

NEAR_M = 100.0
WIDEST_DEGREES = 0.06
"""About 6 km: no outline one draws by hand is wider."""
MOST_SHOWN = 200
_METRES_PER_DEGREE = 111_320.0
BBox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Around:
    """What stands around a drawing: (name or code, outline), communes, the unit land is told in."""

    own: Sequence[tuple[str, Outline]]
    neighbours: Sequence[tuple[str, Outline]]
    communes: Sequence[shapely.Geometry]
    unit: LandUnit | None


def around(
    session: Session,
    actor: Actor,
    *,
    bbox: BBox | None,
    without_plot: int | None = None,
    on: date,
) -> Around:
    """What an actor may see around a rectangle; without one, their own areas and communes.

    Raises: Invalid("area.bbox_too_wide").
    """
    organisation_ids = actor.organisation_ids("manager", "staff")
    communes = session.scalars(
        select(Organisation.commune_code).where(Organisation.id.in_(organisation_ids)).distinct()
    ).all()
    outlines = [boundaries.boundary_of(session, code) for code in communes]
    near = None if bbox is None else widened(bbox)
    return Around(
        _own(session, organisation_ids, near, without_plot),
        [] if near is None else _neighbours(session, organisation_ids, near),
        [outline for outline in outlines if outline is not None],
        local_units.find_unit(communes[0], on) if communes else None,
    )


def widened(bbox: BBox) -> BBox:
    """The rectangle within reach of the one drawn. Raises: Invalid("area.bbox_too_wide")."""
    west, south, east, north = bbox
    if east - west > WIDEST_DEGREES or north - south > WIDEST_DEGREES:
        raise Invalid([Finding("area.bbox_too_wide", {"degrees": WIDEST_DEGREES}, "bbox")])
    tall = NEAR_M / _METRES_PER_DEGREE
    wide = tall / max(math.cos(math.radians(min(abs(north), 85.0))), 0.05)
    return west - wide, south - tall, east + wide, north + tall


def _own(
    session: Session, organisation_ids: Sequence[int], near: BBox | None, without_plot: int | None
) -> list[tuple[str, Outline]]:
    statement = (
        select(GrowingArea.name, PlotVersion.geometry)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(GrowingArea.organisation_id.in_(organisation_ids))
        .order_by(GrowingArea.id.desc())
        .limit(MOST_SHOWN)
    )
    if near is not None:
        statement = statement.where(overlap.near(*near))
    if without_plot is not None:
        statement = statement.where(GrowingArea.plot_id != without_plot)
    return [(name, shapely.from_wkb(wkb)) for name, wkb in session.execute(statement)]


def _neighbours(
    session: Session, organisation_ids: Sequence[int], near: BBox
) -> list[tuple[str, Outline]]:
    rows = session.execute(
        select(GrowingArea.code, PlotVersion.geometry)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(
            overlap.near(*near),
            GrowingArea.status.in_(HOLDING),
            GrowingArea.organisation_id.not_in(organisation_ids),
        )
        .order_by(GrowingArea.id)
        .limit(MOST_SHOWN)
    )
    reach = shapely.box(*near)
    found = ((str(code), shapely.from_wkb(wkb)) for code, wkb in rows)
    return [(code, outline) for code, outline in found if outline.intersects(reach)]
