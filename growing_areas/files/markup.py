"""KML and GPX: the placemarks of a map program, the tracks walked around a field.

Read by hand rather than through GDAL, which closes open rings without saying so. Entities
and DTDs are refused (an "XML bomb" grows from one kilobyte to gigabytes).
Source: OGC KML 2.3 §10; GPX 1.1 schema.
"""

from __future__ import annotations

import io
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from growing_areas.files.features import Feature, Unreadable, check_count, feature
from growing_areas.files.own_gpx import HOLE, NAMESPACE, PART
from growing_areas.files.projecting import WGS84, project

Positions = list[list[float]]


def read_kml(raw: bytes) -> list[Feature]:
    """Every placemark that has a geometry."""
    features: list[Feature] = []
    for mark in _elements(raw, "Placemark", root="kml"):
        geometry = _kml_geometry(mark, len(features) + 1)
        if geometry is None:
            continue
        found = feature(_kml_properties(mark), geometry, _text(mark, "name"))
        beside = sum(_tag(item) in ("LineString", "Point", "Track") for item in mark.iter())
        if beside and geometry["coordinates"]:
            found["notices"] = [{"code": "file.parts_left_out", "params": {"count": beside}}]
        features.append(found)
        check_count(len(features))
    return features


def read_gpx(raw: bytes, declared: str | None = None) -> list[Feature]:
    """Every track and route as a polygon; a walk that did not end where it began stays open.

    Segments of one track are one walk whose signal was lost: they are joined in their order,
    which is told. `declared` is the system a person says a program wrote against the standard.
    """
    features: list[Feature] = []
    for walk in _elements(raw, "trk", "rte", root="gpx"):
        ring = _walked(walk, len(features) + 1)
        kind = _text(walk, "type")
        if features and kind in (PART, HOLE):
            _add_ring(features[-1]["geometry"], ring, kind)
            continue
        geometry = {"type": "Polygon", "coordinates": [ring]}
        found = feature(_gpx_properties(walk), geometry, _text(walk, "name"))
        segments = sum(len(segment) > 0 for segment in _children(walk, "trkseg"))
        if segments > 1:
            found["notices"] = [{"code": "file.segments_joined", "params": {"count": segments}}]
        features.append(found)
        check_count(len(features))
    project(features, declared or WGS84)
    return features


def _walked(walk: Element, number: int) -> Positions:
    points = [point for point in walk.iter() if _tag(point) in ("trkpt", "rtept")]
    ring = []
    for point in points:
        place = [_number(point.get("lon"), number), _number(point.get("lat"), number)]
        height = _text(point, "ele")
        ring.append([*place, _number(height, number)] if height else place)
    return ring


def _add_ring(geometry: dict[str, Any], ring: Positions, kind: str) -> None:
    """Put a hole or a further part, written by our own exports, where it belongs."""
    if kind == PART:
        parts = geometry["coordinates"]
        geometry["coordinates"] = [*(parts if _is_multi(geometry) else [parts]), [ring]]
        geometry["type"] = "MultiPolygon"
    else:
        last = geometry["coordinates"][-1] if _is_multi(geometry) else geometry["coordinates"]
        last.append(ring)


def _is_multi(geometry: dict[str, Any]) -> bool:
    return bool(geometry["type"] == "MultiPolygon")


def _gpx_properties(walk: Element) -> dict[str, Any]:
    return {
        element.get("name", ""): element.text or "" for element in walk.iter(f"{{{NAMESPACE}}}told")
    }


def _elements(raw: bytes, *tags: str, root: str) -> list[Element]:
    """The elements with one of these names; their siblings are let go as they pass."""
    found: list[Element] = []
    try:
        events = iterparse(io.BytesIO(raw), events=("start", "end"), forbid_dtd=True)
        _, top = next(iter(events))
        if _tag(top) != root:
            raise Unreadable("file.wrong_content", expected=root.upper())
        for event, element in events:
            if event == "end" and _tag(element) in tags:
                found.append(element)
    except DefusedXmlException:
        raise Unreadable("file.unsafe_markup") from None
    except ParseError as error:
        raise Unreadable("file.not_parsable", line=error.position[0]) from None
    except (StopIteration, ValueError, LookupError):
        raise Unreadable("file.not_parsable", line=1) from None
    return found


def _tag(element: Element) -> str:
    """The element's name without its namespace; programs write several."""
    return str(element.tag).rsplit("}", 1)[-1]


def _children(element: Element, *tags: str) -> list[Element]:
    return [child for child in element if _tag(child) in tags]


def _text(element: Element, tag: str) -> str:
    found = _children(element, tag)
    return (found[0].text or "").strip() if found else ""


def _kml_properties(mark: Element) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for element in mark.iter():
        if _tag(element) == "SimpleData":
            properties[element.get("name", "")] = (element.text or "").strip()
        elif _tag(element) == "Data":
            values = _children(element, "value")
            properties[element.get("name", "")] = (values[0].text or "") if values else ""
    return properties


def _kml_geometry(mark: Element, number: int) -> dict[str, Any] | None:
    """The geometry of a placemark; several polygons make a MultiPolygon."""
    polygons = [_kml_polygon(item, number) for item in mark.iter() if _tag(item) == "Polygon"]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    if polygons:
        return {"type": "MultiPolygon", "coordinates": polygons}
    for kind in ("LinearRing", "LineString", "Point", "Track"):
        if any(_tag(item) == kind for item in mark.iter()):
            return {"type": kind, "coordinates": []}
    return None


def _kml_polygon(polygon: Element, number: int) -> list[Positions]:
    outer = _children(polygon, "outerBoundaryIs")
    inner = _children(polygon, "innerBoundaryIs")
    return [
        _kml_positions(ring, number)
        for boundary in (*outer, *inner)
        for ring in _children(boundary, "LinearRing")
    ]


def _kml_positions(ring: Element, number: int) -> Positions:
    positions = []
    for token in _text(ring, "coordinates").split():
        values = [_number(part, number) for part in token.split(",")]
        # Map programs write a height of 0 for "on the ground": that is no height lost.
        positions.append(values[:2] if len(values) == 3 and values[2] == 0 else values)
    return positions


def _number(text: str | None, number: int) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise Unreadable("file.bad_number", feature=number, text=(text or "")[:40]) from None
