"""Positions: from GeoJSON as it came to arrays of (lon, lat), nothing mended. PURE.

Source: RFC 7946 §3.1 (positions, Polygon, MultiPolygon) and §4 (WGS 84, lon first).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from foundation.errors import Finding

Ring = npt.NDArray[np.float64]
"""Positions of one ring, shape (n, 2), lon and lat in degrees, as drawn (perhaps not closed)."""

MAX_POSITIONS = 5_000
"""A field has hundreds of corners; validity of a hostile ring costs the square of its corners
(measured: 0.2 s at 5,000, 0.7 s at 10,000)."""
MAX_PARTS = 500


@dataclass(frozen=True)
class Part:
    """One polygon of an area: its outer ring and its holes."""

    shell: Ring
    holes: tuple[Ring, ...] = ()

    @property
    def rings(self) -> tuple[Ring, ...]:
        return (self.shell, *self.holes)


@dataclass
class Parsed:
    """What could be made out of the GeoJSON, and what could not."""

    parts: list[Part] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    has_elevation: bool = False


def parse(source: object) -> Parsed:
    """Take the polygons out of a geometry, a feature or a collection of one feature."""
    parsed = Parsed()
    geometry = _unwrap(source, parsed)
    if geometry is None:
        return parsed
    polygons = _polygons(geometry, parsed)
    if polygons is None or not _fits(polygons, parsed):
        return parsed
    for number, polygon in enumerate(polygons, start=1):
        _add_part(polygon, number, parsed)
    if parsed.has_elevation:
        parsed.findings.append(Finding("area.elevation_dropped", {}, severity="notice"))
    return parsed


def _refuse(parsed: Parsed, code: str, **params: object) -> None:
    parsed.findings.append(Finding(code, params))


def _unwrap(source: object, parsed: Parsed) -> Mapping[str, object] | None:
    """Reach the geometry inside a Feature or a FeatureCollection that holds one feature."""
    for _ in range(3):
        if source is None:
            _refuse(parsed, "area.empty")
            return None
        if not isinstance(source, Mapping):
            _refuse(parsed, "area.not_geojson")
            return None
        kind = source.get("type")
        if kind == "Feature":
            source = source.get("geometry")
        elif kind == "FeatureCollection":
            features = source.get("features")
            if not isinstance(features, Sequence) or isinstance(features, str):
                _refuse(parsed, "area.not_geojson")
                return None
            if len(features) != 1:
                _refuse(parsed, "area.not_one_feature", count=len(features))
                return None
            source = features[0]
        else:
            return source
    _refuse(parsed, "area.not_geojson")
    return None


def _polygons(geometry: Mapping[str, object], parsed: Parsed) -> Sequence[object] | None:
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        if isinstance(kind, str) and kind:
            _refuse(parsed, "area.unsupported_type", type=kind[:40])
        else:
            _refuse(parsed, "area.not_geojson")
        return None
    coordinates = geometry.get("coordinates")
    if not _is_list(coordinates) or not coordinates:
        _refuse(parsed, "area.empty")
        return None
    assert isinstance(coordinates, Sequence)
    return [coordinates] if kind == "Polygon" else coordinates


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _fits(polygons: Sequence[object], parsed: Parsed) -> bool:
    """Refuse what is too large to look at within a request, before looking at it."""
    if len(polygons) > MAX_PARTS:
        _refuse(parsed, "area.too_many_parts", count=len(polygons), most=MAX_PARTS)
        return False
    count = sum(
        len(ring)
        for polygon in polygons
        if isinstance(polygon, Sequence)
        for ring in polygon
        if isinstance(ring, Sequence)
    )
    if count > MAX_POSITIONS:
        _refuse(parsed, "area.too_many_points", count=count, most=MAX_POSITIONS)
        return False
    return True


def _add_part(polygon: object, number: int, parsed: Parsed) -> None:
    if not _is_list(polygon) or not polygon:
        _refuse(parsed, "area.empty_part", part=number)
        return
    assert isinstance(polygon, Sequence)
    rings = [_ring(ring, number, parsed) for ring in polygon]
    shell, *holes = rings
    if shell is not None:
        parsed.parts.append(Part(shell, tuple(hole for hole in holes if hole is not None)))


def _ring(ring: object, part: int, parsed: Parsed) -> Ring | None:
    if not _is_list(ring) or not ring:
        _refuse(parsed, "area.empty_part", part=part)
        return None
    assert isinstance(ring, Sequence)
    positions: list[tuple[float, float]] = []
    for index, value in enumerate(ring, start=1):
        position = _position(value)
        if position is None:
            _refuse(parsed, "area.bad_position", part=part, point=index)
            return None
        assert isinstance(value, Sequence)
        parsed.has_elevation = parsed.has_elevation or len(value) > 2
        positions.append(position)
    return np.array(positions, dtype=np.float64)


def _position(value: object) -> tuple[float, float] | None:
    """Read one position; None unless it is at least two finite numbers."""
    if not _is_list(value):
        return None
    assert isinstance(value, Sequence)
    if not 2 <= len(value) <= 4:
        return None
    numbers = []
    for number in value[:2]:
        # bool is an int to Python, and 10**400 is an int no float can hold.
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return None
        try:
            numbers.append(float(number))
        except OverflowError:
            return None
    if not all(math.isfinite(number) for number in numbers):
        return None
    return numbers[0], numbers[1]
