"""Place: do the numbers lie on the earth, in Vietnam, and lon before lat? PURE."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foundation.errors import Finding
from growing_areas.shapes.positions import Part, Ring

VIETNAM = (
    (102.10, 8.30, 109.70, 23.45),  # mainland, coastal islands, Phú Quốc, Thổ Chu
    (111.00, 15.50, 113.10, 17.30),  # Hoàng Sa
    (111.30, 6.80, 117.90, 12.10),  # Trường Sa
)
"""Boxes (west, south, east, north) that together hold every commune of Vietnam."""


METRES_BEGIN = 100_000.0
"""Numbers all larger than this are metres of a map's zone (VN-2000), not degrees."""
HALF_ROUND = 180.0


def findings(parts: Sequence[Part]) -> list[Finding]:
    """Name numbers no map knows, swapped axes, and fields abroad; at most one of these."""
    points = np.concatenate([ring for part in parts for ring in part.rings])
    if _in_vietnam(points).all():
        return []
    swapped = points[:, ::-1]
    if _in_vietnam(swapped).all():
        lon, lat = (round(float(value), 7) for value in points[0])
        return [Finding("area.axes_swapped", {"lon": lon, "lat": lat}, coordinate=(lon, lat))]
    if np.abs(points).min() > METRES_BEGIN:
        return [_at("area.looks_projected", points[0])]
    outside = points[~_on_earth(points)]
    if len(outside):
        return [_at("area.out_of_range", outside[0])]
    for part in parts:
        if np.ptp(part.shell[:, 0]) > HALF_ROUND:
            return [_at("area.antimeridian", part.shell[np.argmax(part.shell[:, 0])])]
    strays = points[~_in_vietnam(points)]
    return [_at("area.outside_vietnam", strays[0], count=len(strays))]


def _on_earth(points: Ring) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0)


def _in_vietnam(points: Ring) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    inside = np.zeros(len(points), dtype=np.bool_)
    for west, south, east, north in VIETNAM:
        inside |= (
            (points[:, 0] >= west)
            & (points[:, 0] <= east)
            & (points[:, 1] >= south)
            & (points[:, 1] <= north)
        )
    return inside


def _at(code: str, point: Ring, **params: object) -> Finding:
    lon, lat = round(float(point[0]), 7), round(float(point[1]), 7)
    return Finding(code, {"lon": lon, "lat": lat, **params}, coordinate=(lon, lat))
