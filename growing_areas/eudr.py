"""EUDR: the plots file for the EU's deforestation regulation.

Only what the EU system takes: polygons (or points up to 4 ha) without holes, closed, no two
neighbouring corners equal after rounding to six decimals, lon before lat, decimals written out.
Source: Regulation (EU) 2023/1115 art. 2(28), EUDR GeoJSON file description v1.5 as told by a
community write-up (not checked against the Commission's own text).
"""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

from shapely import MultiPolygon, Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Refused
from growing_areas import areas, crops
from growing_areas.models import IN_FORCE, GrowingArea
from growing_areas.shapes.measure import Outline, polygons_of
from territory import units

DECIMALS = 6
MAX_BYTES = 25 * 1024 * 1024


def export(
    session: Session, actor: Actor, organisation_code: str, *, on: date, crop: str | None = None
) -> str:
    """The file for an organisation's areas in force that grow a regulated commodity.

    ``crop`` narrows it to one crop. Raises: NotFound, Forbidden; Refused("eudr.nothing");
    Refused("eudr.refused") with what the EU system would refuse, area by area.
    """
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.read", organisation)
    wanted = [crop] if crop else [c.code for c in crops.crops().values() if c.is_eudr]
    found = session.scalars(
        select(GrowingArea)
        .options(joinedload(GrowingArea.version))
        .where(
            GrowingArea.organisation_id == organisation.id,
            GrowingArea.status == IN_FORCE,
            GrowingArea.crop_code.in_(wanted),
        )
        .order_by(GrowingArea.code)
    ).all()
    if not found:
        raise Refused("eudr.nothing", organisation=organisation.name)
    faults: list[Finding] = []
    features = []
    places = units.labels(session, {area.commune_code for area in found}, on)
    for area in found:
        outline = areas.outline_of(area.version)
        faults += _faults(area, outline)
        features.append(
            _feature(area, outline, organisation.name, places.get(area.commune_code, ""))
        )
    if faults:
        raise Refused("eudr.refused", faults)
    text = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"
    if len(text.encode()) > MAX_BYTES:
        raise Refused("eudr.too_large", most_mb=MAX_BYTES // 1024 // 1024)
    return text


def _faults(area: GrowingArea, outline: Outline) -> list[Finding]:
    """What the EU system would refuse about an area; empty when it would take it."""
    found = []
    for polygon in polygons_of(outline):
        if polygon.interiors:
            found.append(_fault("eudr.has_hole", area, polygon.interiors[0].coords[0]))
        corners = [_rounded(point) for point in polygon.exterior.coords]
        doubled = next((b for a, b in pairwise(corners) if a == b), None)
        if doubled is not None:
            found.append(_fault("eudr.doubled_corner", area, doubled))
        elif not Polygon(corners).is_valid:
            found.append(_fault("eudr.crosses_when_rounded", area, corners[0]))
    return found


def _fault(code: str, area: GrowingArea, place: tuple[float, ...]) -> Finding:
    lon, lat = _rounded(place)
    return Finding(code, {"area": area.code, "lon": lon, "lat": lat}, coordinate=(lon, lat))


def _rounded(point: tuple[float, ...]) -> tuple[float, float]:
    return round(point[0], DECIMALS), round(point[1], DECIMALS)


def _feature(area: GrowingArea, outline: Outline, producer: str, place: str) -> str:
    """One feature as text: Python's JSON would drop the trailing zeros the regulation asks for."""
    polygons = [_rings(polygon) for polygon in polygons_of(outline)]
    if isinstance(outline, MultiPolygon):
        geometry = f'{{"type":"MultiPolygon","coordinates":[{",".join(polygons)}]}}'
    else:
        geometry = f'{{"type":"Polygon","coordinates":{polygons[0]}}}'
    properties = {
        "ProducerName": producer,
        "ProducerCountry": "VN",
        "ProductionPlace": f"{area.code} {area.name}, {place}".rstrip(", "),
        "Area": round(area.version.area_m2 / 10_000, 4),
    }
    told = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","properties":{told},"geometry":{geometry}}}'


def _rings(polygon: Polygon) -> str:
    corners = ",".join(
        f"[{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}]" for lon, lat in polygon.exterior.coords
    )
    return f"[[{corners}]]"
