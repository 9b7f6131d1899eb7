"""Pasted outlines: GeoJSON as text, WKT, or one corner a line as map programs copy them. PURE."""

from __future__ import annotations

import json
import re
from typing import Any

import shapely
from shapely.errors import GEOSException

from foundation.errors import Finding, Invalid
from growing_areas import corners, reference_systems
from growing_areas.files.features import feature, json_of
from growing_areas.files.projecting import project
from growing_areas.files.reading import DrawnFeature, notices_of
from growing_areas.reference_systems import ReferenceSystem

MOST_TEXT = 1_000_000
_WKT = re.compile(r"^\s*(multi)?polygon", re.IGNORECASE)


def read(text: str, system: str | None = None) -> DrawnFeature:
    """The shape a text means, in WGS 84, and what reading it had to decide.

    A list of corners is no ring: it is closed without a word. Plain numbers keep their order, which
    is judged later like everybody's ("21.12, 105.28" gets the swap offered); degrees with minutes
    or sides say themselves which is which. `system` is one of `reference_systems.systems()` that
    the numbers are in. Raises: Invalid naming the lines at fault, Invalid("file.unknown_crs").
    """
    chosen = _chosen(system)
    found = feature({}, _document(text, in_metres=chosen is not None and chosen.kind != "degrees"))
    # GeoJSON is WGS 84 by its standard; what the map draws comes as GeoJSON, too.
    if chosen is not None and not text.lstrip().startswith(("{", "[")):
        project([found], chosen.crs)
    return DrawnFeature(1, "", {}, found["geometry"], notices_of(found))


def read_corner(text: str, system: str | None = None) -> tuple[float, float]:
    """One corner (lon, lat) from one line. Raises: Invalid."""
    chosen = _chosen(system)
    read_corners = corners.read(text, in_metres=chosen is not None and chosen.kind != "degrees")
    if len(read_corners) != 1:
        raise _unreadable(1)
    found = feature({}, {"type": "Polygon", "coordinates": [[read_corners[0]]]})
    if chosen is not None:
        project([found], chosen.crs)
    lon, lat = found["geometry"]["coordinates"][0][0][:2]
    # Vietnam lies between 8° and 24° north, 102° and 118° east: the larger number is the longitude.
    lon, lat = max(lon, lat), min(lon, lat)
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise _unreadable(1)
    return float(lon), float(lat)


def _chosen(system: str | None) -> ReferenceSystem | None:
    found = reference_systems.systems().get(system) if system else None
    if system and found is None:
        raise Invalid([Finding("file.unknown_crs", {"crs": system[:80]}, "crs")])
    return found


def _document(text: str, *, in_metres: bool) -> Any:
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
    # The text as it was typed: findings name its lines.
    places = corners.read(text, in_metres=in_metres)
    ring = [*places, places[0]] if places and places[0] != places[-1] else places
    return {"type": "Polygon", "coordinates": [ring]}


def _unreadable(line: int) -> Invalid:
    return Invalid([Finding("area.not_readable_text", {"line": line}, "geometry")])
