"""Tables and plain WKT: one outline a row as WKT, or one corner a row."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator

import shapely
from shapely.errors import GEOSException

from foundation.formulas import armed
from growing_areas.files.features import (
    MAX_POSITIONS,
    Feature,
    Unreadable,
    check_count,
    feature,
    sheet_text,
)
from growing_areas.files.projecting import WGS84, named, project

MAX_COLUMNS = 200
MAX_CELL = 5_000_000
_WKT = ("wkt", "geometry", "geom", "the_geom")
_LON = ("lon", "lng", "long", "longitude", "kinh_do", "kinh độ", "x", "easting")
_LAT = ("lat", "latitude", "vi_do", "vĩ độ", "y", "northing")
_GROUP = ("name", "area", "ten", "tên", "vung", "vùng")

Row = tuple[int, dict[str, str]]


def read_csv(raw: bytes, declared: str | None = None) -> list[Feature]:
    """The outlines of a table; its separator is the comma, the semicolon or the tab.

    In a land certificate's table x points north and y east: `projecting` sees that.
    """
    text, writing = sheet_text(raw)
    rows = _rows(text)
    head = next(rows, (1, {}))[1]
    columns = {name.strip().casefold(): name for name in head}
    wkt = next((columns[name] for name in _WKT if name in columns), None)
    if wkt is not None:
        features = _outlines(rows, wkt)
    else:
        lon = next((columns[name] for name in _LON if name in columns), None)
        lat = next((columns[name] for name in _LAT if name in columns), None)
        if lon is None or lat is None:
            raise Unreadable("file.no_columns")
        group = next((columns[name] for name in _GROUP if name in columns), None)
        features = _from_corners(rows, lon, lat, group)
    _finish(features, declared, writing)
    return features


def read_wkt(raw: bytes, declared: str | None = None) -> list[Feature]:
    """One outline a line, as WKT (with or without SRID), or one over several lines."""
    text, writing = sheet_text(raw)
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    check_count(len(lines))
    found = [(number, _shape(line)) for number, line in lines]
    if any(shape is None for _, shape in found) and (whole := _shape(text)) is not None:
        found = [(1, whole)]
    features = []
    srids = set()
    for number, shape in found:
        if shape is None:
            raise Unreadable("file.not_parsable", line=number)
        srids.add(int(shapely.get_srid(shape)))
        features.append(feature({}, json.loads(shapely.to_geojson(shape))))
    if len(srids) > 1:
        raise Unreadable("file.several_crs")
    stated = srids.pop()
    _finish(features, named(f"EPSG:{stated}") if stated else declared, writing)
    return features


def _finish(features: list[Feature], crs: str | None, writing: str | None) -> None:
    project(features, crs or WGS84)
    if writing and features:
        notice = {"code": "file.letters_guessed", "params": {"letters": writing}}
        features[0].setdefault("notices", []).append(notice)


def _rows(text: str) -> Iterator[Row]:
    """The first row names the columns (each its own name); then each line with its number."""
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = next(lines, [])
        if len(names) > MAX_COLUMNS:
            raise Unreadable("file.too_many_columns", count=len(names), most=MAX_COLUMNS)
        yield 1, dict.fromkeys(names, "")
        for cells in lines:
            if cells:
                yield lines.line_num, dict(zip(names, cells + [""] * len(names), strict=False))
    except csv.Error:
        raise Unreadable("file.bad_row", line=lines.line_num) from None


def _outlines(rows: Iterator[Row], column: str) -> list[Feature]:
    features: list[Feature] = []
    for line, row in rows:
        shape = _shape(row[column])
        if shape is None and row[column].strip():
            raise Unreadable("file.not_parsable", line=line)
        told = {armed(key): armed(value) for key, value in row.items() if key and key != column}
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        features.append(feature(told, geometry))
        check_count(len(features))
    check_count(len(features))
    return features


def _shape(text: str) -> shapely.Geometry | None:
    """WKT, or EWKT with its SRID; None for what is neither."""
    words = text.strip()
    srid = 0
    if words[:5].casefold() == "srid=":
        number, _, words = words[5:].partition(";")
        if not (number.isascii() and number.isdigit() and len(number) <= 6):
            return None
        srid = int(number)
    try:
        return shapely.set_srid(shapely.from_wkt(words), srid)
    except GEOSException:
        return None


def _from_corners(rows: Iterator[Row], lon: str, lat: str, group: str | None) -> list[Feature]:
    outlines: dict[str, list[list[float]]] = {}
    for count, (line, row) in enumerate(rows, start=1):
        if count > MAX_POSITIONS:
            raise Unreadable("file.too_many_points", count=count, most=MAX_POSITIONS)
        name = armed(row[group]).strip() if group else ""
        corner = [_number(row[lon], line), _number(row[lat], line)]
        outlines.setdefault(name, []).append(corner)
    return [
        feature({}, {"type": "Polygon", "coordinates": [corners]}, name)
        for name, corners in outlines.items()
    ]


def _number(text: str, line: int) -> float:
    """A coordinate; finite, with a point or a comma before its decimals."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Unreadable("file.not_parsable", line=line)
    return number
