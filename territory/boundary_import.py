"""Commune boundaries from a GeoJSON file, checked as a whole and taken in all or not at all.

A FeatureCollection, or one Feature a line; either may be gzipped. Each Feature names its commune
in the property ``code``. A polygon that crosses itself is mended here, once, so that no request
has to; one that has no area is refused.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import shapely
from pyproj import Geod
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from foundation.clock import business_day
from foundation.errors import Finding, Invalid
from territory.boundaries import box_text
from territory.models import COMMUNE, Boundary, Unit
from territory.validity import in_force

MAX_BYTES = 512 << 20
MAX_FINDINGS = 100
# Vietnam with its islands; a swapped pair (lat, lon) falls outside.
WEST, SOUTH, EAST, NORTH = 102.0, 6.0, 118.0, 24.0
_WGS84 = Geod(ellps="WGS84")

Progress = Callable[[int, int], None]  # done, total


class _Bad(Exception):
    """A feature that cannot be taken, by the code of its finding."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def import_boundaries(
    session: Session,
    source: Path | IO[bytes],
    *,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Take in a file's boundaries, replacing those of the same communes; how many they were.

    Raises: Invalid with every finding (a hundred at most); nothing is stored then. ``progress``
    is told how many features of how many were read.
    """
    provinces = _communes_in_force(session, now)
    rows: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    features = _features(source)
    for place, feature in enumerate(features, start=1):
        try:
            row = _read(feature, provinces)
            if row["commune_code"] in rows:
                raise _Bad("territory.boundary_twice", unit=row["commune_code"])
            rows[row["commune_code"]] = {**row, "imported_at": now}
        except _Bad as bad:
            findings.append(Finding(bad.code, {"place": place, **bad.params}, "file"))
            if len(findings) >= MAX_FINDINGS:
                break
        progress(place, len(features))
    if not rows and not findings:
        findings.append(Finding("territory.boundaries_none", {}, "file"))
    if findings:
        raise Invalid(findings)
    session.execute(delete(Boundary).where(Boundary.commune_code.in_(rows)))
    session.execute(insert(Boundary), list(rows.values()))
    return len(rows)


def _communes_in_force(session: Session, now: datetime) -> dict[str, str]:
    found = session.execute(
        select(Unit.code, Unit.province_code).where(
            Unit.level == COMMUNE, in_force(Unit, business_day(now))
        )
    )
    return {row.code: row.province_code for row in found}


def _features(source: Path | IO[bytes]) -> list[Any]:
    """The features of a collection, or one of each line; None where a line is not JSON."""
    text = _text(source)
    whole = _parsed(text)
    if isinstance(whole, dict) and isinstance(whole.get("features"), list):
        features: list[Any] = whole["features"]
        return features
    if not text.lstrip().startswith("{"):
        raise Invalid([Finding("territory.boundaries_not_geojson", {}, "file")])
    return [_parsed(line) for line in text.splitlines() if line.strip()]


def _text(source: Path | IO[bytes]) -> str:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _text(file)
    data = source.read(MAX_BYTES + 1)
    if data[:2] == b"\x1f\x8b":
        try:
            # Read with a bound: a small file may unpack without end.
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_BYTES + 1)
        except (EOFError, OSError, zlib.error):
            raise Invalid([Finding("territory.boundaries_broken_gzip", {}, "file")]) from None
    if len(data) > MAX_BYTES:
        raise Invalid([Finding("territory.boundaries_too_large", {"max": MAX_BYTES}, "file")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid([Finding("territory.boundaries_not_geojson", {}, "file")]) from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read(feature: Any, provinces: dict[str, str]) -> dict[str, Any]:
    """One feature as the row of its commune; raises _Bad."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Bad("territory.boundary_not_feature")
    properties = feature.get("properties")
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str) or code not in provinces:
        raise _Bad("territory.boundary_unknown_unit", unit=str(code)[:20])
    polygon = _polygon(feature.get("geometry"), code)
    bounds = polygon.bounds
    if not (bounds[0] >= WEST and bounds[1] >= SOUTH and bounds[2] <= EAST and bounds[3] <= NORTH):
        raise _Bad("territory.boundary_elsewhere", unit=code, lon=bounds[0], lat=bounds[1])
    area_m2, _ = _WGS84.geometry_area_perimeter(shapely.orient_polygons(polygon))
    return {
        "commune_code": code,
        "province_code": provinces[code],
        "geometry": shapely.to_wkb(polygon),
        "box": box_text(*bounds),
        "area_ha": round(area_m2 / 10_000, 4),
    }


def _polygon(geometry: Any, code: str) -> BaseGeometry:
    """A valid polygon or several, mended when needed; raises _Bad."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Bad("territory.boundary_not_polygon", unit=code)
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
        # "structure" keeps what rings enclose; the default method fails on rings without area.
        if not shape.is_valid:
            shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise _Bad("territory.boundary_not_polygon", unit=code) from None
    if shape.geom_type not in ("Polygon", "MultiPolygon") or not shape.area > 0:
        raise _Bad("territory.boundary_not_polygon", unit=code)
    return shape
