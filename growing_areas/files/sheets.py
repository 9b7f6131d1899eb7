"""CSV: one outline a row as WKT, or one corner a row with lon and lat."""

from __future__ import annotations

import csv
import io
import json

import shapely
from shapely.errors import GEOSException

from foundation.formulas import armed
from growing_areas.files.features import Feature, Unreadable, check_count, feature

_WKT = ("wkt", "geometry", "geom", "the_geom")
_LON = ("lon", "lng", "long", "longitude", "kinh_do", "kinh độ", "x")
_LAT = ("lat", "latitude", "vi_do", "vĩ độ", "y")
_GROUP = ("name", "area", "ten", "tên", "vung", "vùng")


def read_csv(text: str) -> list[Feature]:
    """The outlines of a table; its separator is the comma, the semicolon or the tab."""
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(5_000_000)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator, restval=""))
    except csv.Error:
        raise Unreadable("file.not_parsable", line=1) from None
    columns = {str(name).strip().casefold(): name for name in (rows[0] if rows else {})}
    wkt = next((columns[name] for name in _WKT if name in columns), None)
    if wkt is not None:
        check_count(len(rows))
        return [_from_wkt(row, wkt, number) for number, row in enumerate(rows, start=2)]
    lon = next((columns[name] for name in _LON if name in columns), None)
    lat = next((columns[name] for name in _LAT if name in columns), None)
    if lon is None or lat is None:
        raise Unreadable("file.no_columns")
    group = next((columns[name] for name in _GROUP if name in columns), None)
    return _from_corners(rows, lon, lat, group)


def _from_wkt(row: dict[str, str], column: str, line: int) -> Feature:
    try:
        shape = shapely.from_wkt(row[column])
    except (GEOSException, TypeError):
        raise Unreadable("file.not_parsable", line=line) from None
    properties = {armed(key): armed(value) for key, value in row.items() if key and key != column}
    return feature(properties, None if shape is None else json.loads(shapely.to_geojson(shape)))


def _from_corners(
    rows: list[dict[str, str]], lon: str, lat: str, group: str | None
) -> list[Feature]:
    outlines: dict[str, list[list[float]]] = {}
    for line, row in enumerate(rows, start=2):
        name = row[group].strip() if group else ""
        corner = [_degrees(row[lon], line), _degrees(row[lat], line)]
        outlines.setdefault(name, []).append(corner)
    return [
        feature({}, {"type": "Polygon", "coordinates": [corners]}, name)
        for name, corners in outlines.items()
    ]


def _degrees(text: str, line: int) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise Unreadable("file.not_parsable", line=line) from None


def read_wkt(text: str) -> list[Feature]:
    """One outline a line, as WKT, or one outline over several lines."""
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    check_count(len(lines))
    found = [(number, _wkt(line)) for number, line in lines]
    if any(shape is None for _, shape in found):
        found = [(1, _wkt(text))]
    features = []
    for number, shape in found:
        if shape is None:
            raise Unreadable("file.not_parsable", line=number)
        features.append(feature({}, json.loads(shapely.to_geojson(shape))))
    return features


def _wkt(text: str) -> shapely.Geometry | None:
    try:
        return shapely.from_wkt(text.strip())
    except GEOSException:
        return None
