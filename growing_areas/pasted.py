"""Pasted outlines: GeoJSON as text, WKT, or one corner a line as map programs copy them. PURE."""

from __future__ import annotations

import json
import re
from typing import Any

import shapely
from shapely.errors import GEOSException

from foundation.errors import Finding, Invalid
from growing_areas import reference_systems
from growing_areas.files.features import feature, json_of
from growing_areas.files.projecting import project
from growing_areas.files.reading import DrawnFeature, notices_of

MOST_TEXT = 1_000_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_WKT = re.compile(r"^\s*(multi)?polygon", re.IGNORECASE)


def read(text: str, system: str | None = None) -> DrawnFeature:
    """The shape a text means, in WGS 84, and what reading it had to decide.

    A list of corners is no ring: it is closed without a word, and its order of lon and lat is
    judged later like everybody's ("21.12, 105.28" gets the swap offered). `system` is one of
    `reference_systems.systems()` that the numbers are in. Raises:
    Invalid("area.not_readable_text") naming the line, Invalid("file.unknown_crs").
    """
    found = feature({}, _document(text))
    chosen = reference_systems.systems().get(system) if system else None
    if system and chosen is None:
        raise Invalid([Finding("file.unknown_crs", {"crs": system[:80]}, "crs")])
    # GeoJSON is WGS 84 by its standard; what the map draws comes as GeoJSON, too.
    if chosen is not None and not text.lstrip().startswith(("{", "[")):
        project([found], chosen.crs)
    return DrawnFeature(1, "", {}, found["geometry"], notices_of(found))


def read_corner(text: str, system: str | None = None) -> tuple[float, float]:
    """One corner (lon, lat) from one line of numbers. Raises: Invalid."""
    if not _NUMBER.match(text.strip()) or len(text.splitlines()) != 1:
        raise _unreadable(1)
    ((corner,),) = _corners(text)["coordinates"]
    found = feature({}, {"type": "Polygon", "coordinates": [[corner]]})
    if system and system not in reference_systems.systems():
        raise Invalid([Finding("file.unknown_crs", {"crs": system[:80]}, "crs")])
    if system:
        project([found], reference_systems.systems()[system].crs)
    lon, lat = found["geometry"]["coordinates"][0][0][:2]
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise _unreadable(1)
    return float(lon), float(lat)


def _document(text: str) -> Any:
    stripped = text.strip()
    if len(stripped) > MOST_TEXT:
        raise _unreadable(1)
    if stripped.startswith(("{", "[")):
        try:
            return json_of(stripped)
        except json.JSONDecodeError as error:
            raise _unreadable(error.lineno) from None
        except (ValueError, RecursionError):
            raise _unreadable(1) from None
    if _WKT.match(stripped):
        try:
            return json.loads(shapely.to_geojson(shapely.from_wkt(stripped)))
        except GEOSException:
            raise _unreadable(1) from None
    return _corners(stripped)


def _corners(text: str) -> dict[str, Any]:
    corners = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        numbers = _NUMBER.findall(_with_points(line))
        if len(numbers) != 2:
            raise _unreadable(number)
        corners.append([float(value.replace(",", ".")) for value in numbers])
    ring = [*corners, corners[0]] if corners and corners[0] != corners[-1] else corners
    return {"type": "Polygon", "coordinates": [ring]}


def _with_points(line: str) -> str:
    """Make the comma between two numbers a space where decimals have points ("21.1,105.2")."""
    return line.replace(",", " ") if "." in line else line


def _unreadable(line: int) -> Invalid:
    return Invalid([Finding("area.not_readable_text", {"line": line}, "geometry")])
