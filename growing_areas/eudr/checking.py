"""Checking: every reason for which the EU system would refuse a geometry, all at once. PURE.

Looked at as it will be written: corners are rounded first, then judged.
Source: Regulation (EU) 2023/1115 art. 2(28); EUDR GeoJSON file description 1.5 as told by a
community write-up (the Commission's own text was not at hand); RFC 7946.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from growing_areas.eudr.rules import Rules
from growing_areas.shapes import crossings

Position = tuple[float, float]
TYPES = ("Point", "MultiPoint", "Polygon", "MultiPolygon")
MOST_PLACES = 20
"""Places named for one ring: who has more of them needs another drawing, not a longer list."""


@dataclass(frozen=True)
class Fault:
    """Why the EU system would refuse, and where (lon, lat)."""

    code: str
    place: Position


def faults(geometry: Mapping[str, Any], rules: Rules) -> list[Fault]:
    """Everything the EU system would refuse in a GeoJSON geometry; empty when it takes it."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in TYPES or not coordinates:
        return [Fault("eudr.geometry_type", (0.0, 0.0))]
    if kind in ("Point", "MultiPoint"):
        points = [coordinates] if kind == "Point" else coordinates
        return [found for point in points for found in _range([point])]
    polygons = [coordinates] if kind == "Polygon" else coordinates
    by_part = [_polygon(rings, rules) for rings in polygons]
    sound = [rings for rings, found in zip(polygons, by_part, strict=True) if not found]
    return [fault for found in by_part for fault in found] + list(_overlaps(sound, rules))


def rounded(position: Sequence[float], decimals: int) -> Position:
    """A position as the file will hold it; no minus before zero."""
    lon, lat = (round(float(value), decimals) + 0.0 for value in position[:2])
    return lon, lat


def _polygon(rings: Sequence[Sequence[Sequence[float]]], rules: Rules) -> list[Fault]:
    found = [Fault("eudr.has_hole", _named(hole[0])) for hole in rings[1:] if hole]
    outer = rings[0] if rings else ()
    out_of_range = list(_range(outer))
    if out_of_range or not outer:
        return found + (out_of_range or [Fault("eudr.geometry_type", (0.0, 0.0))])
    ring = [rounded(position, rules.decimals) for position in outer]
    return found + list(_ring(ring, rules))


def _ring(ring: list[Position], rules: Rules) -> Iterator[Fault]:
    """What is wrong with an outer ring whose corners are rounded."""
    if ring[0] != ring[-1]:
        yield Fault("eudr.ring_open", ring[-1])
        ring = [*ring, ring[0]]
    over = next((a for a, b in pairwise(ring) if abs(a[0] - b[0]) > 180), None)
    if over is not None:
        yield Fault("eudr.antimeridian", over)
        return
    doubled = list(_doubled(ring[:-1]))
    yield from (Fault("eudr.doubled_corner", place) for place in doubled[:MOST_PLACES])
    if len(ring) < rules.least_positions or shapely.MultiPoint(ring).convex_hull.area == 0:
        yield Fault("eudr.too_few_corners", ring[0])
        return
    yield from _crossings(_without_repeats(ring[:-1]), set(doubled))


def _crossings(corners: list[Position], doubled: set[Position]) -> Iterator[Fault]:
    places = [
        meeting.place
        for meeting in crossings.find(np.array(corners), most=MOST_PLACES)
        if rounded(meeting.place, 6) not in doubled
    ]
    yield from (Fault("eudr.crosses_when_rounded", place) for place in places)
    polygon = shapely.Polygon(corners)
    if not places and not doubled and not polygon.is_valid:
        lon, lat = crossings.named_place(polygon)
        yield Fault("eudr.crosses_when_rounded", (float(lon), float(lat)))


def _overlaps(polygons: Sequence[Any], rules: Rules) -> Iterator[Fault]:
    """Parts that lie over one another or share a side, among those sound by themselves."""
    parts = [
        shapely.Polygon([rounded(position, rules.decimals) for position in rings[0]])
        for rings in polygons
    ]
    if len(parts) < 2:
        return
    for left, right in zip(*shapely.STRtree(parts).query(parts, "intersects"), strict=True):
        shared = parts[left].intersection(parts[right]) if left < right else None
        if shared is not None and shared.length > 0:
            place = shared.representative_point()
            yield Fault("eudr.parts_overlap", (place.x, place.y))


def _range(positions: Sequence[Sequence[float]]) -> Iterator[Fault]:
    for position in positions:
        lon, lat = float(position[0]), float(position[1])
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            yield Fault("eudr.out_of_range", _named(position))
            return


def _doubled(corners: list[Position]) -> Iterator[Position]:
    """Places where more than one corner stands, in the order of the ring."""
    seen: set[Position] = set()
    told: set[Position] = set()
    for corner in corners:
        if corner in seen and corner not in told:
            told.add(corner)
            yield corner
        seen.add(corner)


def _without_repeats(corners: list[Position]) -> list[Position]:
    """The ring without corners that stand on the one before them."""
    return [b for a, b in pairwise([corners[-1], *corners]) if a != b]


def _named(position: Sequence[float]) -> Position:
    """A place that can be told even when it is no number."""
    lon, lat = (float(value) if math.isfinite(value) else 0.0 for value in position[:2])
    return lon, lat
