"""Measure: area, outline length, middle and box of an outline on the ellipsoid. PURE.

Areas are geodesic (WGS 84), holes taken off; no projection, so no zone to get wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

Outline: TypeAlias = Polygon | MultiPolygon

M2_PER_HA = 10_000
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Measures:
    """What a sound outline measures: m², m, (lon, lat), (west, south, east, north)."""

    area_m2: float
    perimeter_m: float
    centroid: tuple[float, float]
    bbox: tuple[float, float, float, float]

    @property
    def area_ha(self) -> Decimal:
        return hectares(self.area_m2)


def measure(outline: Outline) -> Measures:
    """Measure a sound outline on the ellipsoid."""
    area, perimeter = 0.0, 0.0
    for polygon in polygons_of(outline):
        for number, ring in enumerate((polygon.exterior, *polygon.interiors)):
            ring_area, ring_length = _GEOD.polygon_area_perimeter(*ring.coords.xy)
            area += abs(ring_area) if number == 0 else -abs(ring_area)
            perimeter += ring_length
    middle = outline.centroid
    west, south, east, north = outline.bounds
    return Measures(area, perimeter, (middle.x, middle.y), (west, south, east, north))


def area_m2(outline: Outline) -> float:
    """The geodesic area in square metres."""
    return measure(outline).area_m2


def hectares(area: float) -> Decimal:
    """Square metres as hectares to four decimals (1 m²), as certificates print them."""
    return (Decimal(round(area)) / M2_PER_HA).quantize(Decimal("0.0001"))


def polygons_of(outline: Outline) -> list[Polygon]:
    """The polygons an area is made of."""
    return list(outline.geoms) if isinstance(outline, MultiPolygon) else [outline]


def wound(outline: Outline) -> Outline:
    """Outer rings anticlockwise, holes clockwise (RFC 7946 §3.1.6)."""
    turned = [orient(polygon, 1.0) for polygon in polygons_of(outline)]
    return MultiPolygon(turned) if isinstance(outline, MultiPolygon) else turned[0]
