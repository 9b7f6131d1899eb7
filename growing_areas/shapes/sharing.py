"""Shared ground: what outlines have in common with one of them, beyond drawing errors. PURE.

Neighbours share edges, and hand-held receivers err by metres: strips narrower than
`SLIVER_WIDTH_M` and patches smaller than `SLIVER_M2` are not shared ground.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from growing_areas.shapes.measure import Outline

SLIVER_WIDTH_M = 2.0
SLIVER_M2 = 10.0
_RADIUS_M, _E2 = 6_378_137.0, 0.006_694_379_990_141_3
"""WGS 84: the equator's radius and the square of the eccentricity."""
_E = math.sqrt(_E2)
_POLYGON = 3


class Shared(NamedTuple):
    """Ground shared with the other at this place of the list: m², and a point in its midst."""

    at: int
    area_m2: float
    place: tuple[float, float]


def shared_grounds(outline: Outline, others: NDArray[np.object_]) -> tuple[float, list[Shared]]:
    """The outline's own m², and the ground it shares with each of the others that shares any.

    One answer is made of few geometries: each step takes all of them in one call.
    """
    shapely.prepare(outline)
    met = np.flatnonzero(shapely.intersects(outline, others))
    if not met.size:
        return 0.0, []
    pieces, owners = _grounds(shapely.intersection(outline, others[met]))
    if not pieces.size:
        return 0.0, []
    areas_m2, lengths_m = _measured(np.append(pieces, outline))
    ours_m2 = areas_m2.pop()
    kept: dict[int, list[int]] = {}
    for at, owner in enumerate(met[owners].tolist()):
        if _is_ground(areas_m2[at], lengths_m[at]):
            kept.setdefault(owner, []).append(at)
    if not kept:
        return ours_m2, []
    largest = pieces[[max(own, key=areas_m2.__getitem__) for own in kept.values()]]
    places = shapely.get_coordinates(shapely.point_on_surface(largest)).round(7).tolist()
    return ours_m2, [
        Shared(owner, sum(areas_m2[at] for at in own), (lon, lat))
        for (owner, own), (lon, lat) in zip(kept.items(), places, strict=True)
    ]


def patches(shared: shapely.Geometry) -> list[shapely.Polygon]:
    """The pieces of shared ground that are more than a drawing error."""
    pieces, _owners = _grounds(np.array([shared], dtype=object))
    if not pieces.size:
        return []
    measured = zip(pieces, *_measured(pieces), strict=True)
    return [piece for piece, area_m2, length_m in measured if _is_ground(area_m2, length_m)]


def _grounds(
    shared: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The polygons among shared geometries, and whose each is; points and lines are edges."""
    pieces, owners = shapely.get_parts(shared, return_index=True)
    is_polygon = (shapely.get_type_id(pieces) == _POLYGON) & ~shapely.is_empty(pieces)
    return pieces[is_polygon], owners[is_polygon]


def _is_ground(area_m2: float, length_m: float) -> bool:
    return area_m2 > SLIVER_M2 and 2 * area_m2 > SLIVER_WIDTH_M * length_m


def _measured(pieces: NDArray[np.object_]) -> tuple[list[float], list[float]]:
    """Square metres and metres of outline of many small pieces at once.

    On Lambert's cylinder of equal area, touching the ellipsoid where the pieces lie: areas are
    those of the ellipsoid, lengths right to a few parts in ten thousand within a field.
    Source: Snyder, Map Projections: A Working Manual (USGS 1395), equations 3-12 and 10-13 to 15.
    """
    middle = math.radians(shapely.bounds(pieces[0])[1])
    along = math.cos(middle) / math.sqrt(1 - _E2 * math.sin(middle) ** 2)

    def flat(places: NDArray[np.float64]) -> NDArray[np.float64]:
        rise = np.sin(np.radians(places[:, 1]))
        q = (1 - _E2) * (rise / (1 - _E2 * rise**2) + np.arctanh(_E * rise) / _E)
        return np.column_stack(
            [_RADIUS_M * along * np.radians(places[:, 0]), _RADIUS_M * q / (2 * along)]
        )

    drawn = shapely.transform(pieces, flat)
    return shapely.area(drawn).tolist(), shapely.length(drawn).tolist()
