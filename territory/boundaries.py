"""Where communes lie: the commune at a point, and how far a field reaches outside its own.

Boundaries are imported (``boundary_import``), not shipped; without them every answer here is None.
They are of the units in force. Published ones are simplified, so neighbours overlap and leave
gaps by about a hundred metres: a caller should not make more of less.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, cast, exists, select
from sqlalchemy.orm import Session

from territory.models import Boundary, Box

METRES_PER_DEGREE = 111_195.0  # of a great circle on the mean sphere
# A point in the gap between two simplified neighbours belongs to the nearer one.
GAP_M = 150.0
_EDGE_STEPS = 64


def has_boundaries(session: Session) -> bool:
    """Whether any boundary was imported."""
    return bool(session.scalar(select(exists().select_from(Boundary))))


def boundary_of(session: Session, code: str) -> BaseGeometry | None:
    """A commune's polygon (lon, lat; WGS 84), or None when it was not imported."""
    wkb = session.scalar(select(Boundary.geometry).where(Boundary.commune_code == code))
    return None if wkb is None else shapely.from_wkb(wkb)


def boundaries_of(session: Session, codes: Collection[str]) -> dict[str, BaseGeometry]:
    """The polygons of some communes, by code; those that were not imported are missing."""
    rows = session.execute(
        select(Boundary.commune_code, Boundary.geometry)
        .where(Boundary.commune_code.in_(sorted(codes)))
        .order_by(Boundary.commune_code)
    )
    return {row.commune_code: shapely.from_wkb(row.geometry) for row in rows}


def unit_at(session: Session, lon: float, lat: float) -> str | None:
    """The code of the commune in force at a point, or None outside every imported one."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    reach = GAP_M / METRES_PER_DEGREE / max(math.cos(math.radians(lat)), 0.1)
    near = session.execute(
        select(Boundary.commune_code, Boundary.geometry)
        .where(_touches(lon - reach, lat - reach, lon + reach, lat + reach))
        .order_by(Boundary.commune_code)
    ).all()
    if not near:
        return None
    flat = _Flat(lat)
    point = flat.of(shapely.Point(lon, lat))
    polygons = [flat.of(shapely.from_wkb(row.geometry)) for row in near]
    inside = [i for i, polygon in enumerate(polygons) if polygon.covers(point)]
    if inside:
        # Where simplified neighbours overlap, the one the point lies deeper in.
        deepest = max(inside, key=lambda i: polygons[i].boundary.distance(point))
        return str(near[deepest].commune_code)
    nearest = min(range(len(near)), key=lambda i: polygons[i].distance(point))
    return str(near[nearest].commune_code) if polygons[nearest].distance(point) <= GAP_M else None


def outside_by_m(session: Session, code: str, polygon: BaseGeometry) -> float | None:
    """How far a valid polygon reaches out of the commune, in metres: 0.0 when it lies inside.

    None when the commune's boundary was not imported.
    """
    boundary = boundary_of(session, code)
    return None if boundary is None else beyond_m(boundary, polygon)


def beyond_m(boundary: BaseGeometry, polygon: BaseGeometry) -> float:
    """How far a valid polygon reaches beyond a boundary, in metres: 0.0 when it lies inside."""
    shapely.prepare(boundary)
    if boundary.covers(polygon):
        return 0.0
    flat = _Flat(polygon.centroid.y)
    commune = flat.of(boundary)
    shapely.prepare(commune)
    outline = flat.of(polygon)
    # Along an edge the distance may be greatest between its ends: look at points on it as well.
    outline = shapely.segmentize(outline, max(outline.length / _EDGE_STEPS, 1.0))
    points = shapely.points(shapely.get_coordinates(outline))
    return float(shapely.distance(commune, points).max())


class _Flat:
    """Metres around a latitude: within a commune's width right to a few in a thousand."""

    def __init__(self, lat: float) -> None:
        self._across = METRES_PER_DEGREE * math.cos(math.radians(lat))

    def of(self, geometry: BaseGeometry) -> BaseGeometry:
        return shapely.transform(geometry, lambda xy: xy * (self._across, METRES_PER_DEGREE))


def box_text(west: float, south: float, east: float, north: float) -> str:
    """A rectangle as PostgreSQL writes it."""
    return f"({east!r},{north!r}),({west!r},{south!r})"


def _touches(west: float, south: float, east: float, north: float) -> ColumnElement[bool]:
    return Boundary.box.bool_op("&&")(cast(box_text(west, south, east, north), Box))
