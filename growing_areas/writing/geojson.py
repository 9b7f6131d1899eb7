"""GeoJSON (RFC 7946) and plain WKT, one shape after the other. PURE."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import shapely
from shapely import MultiPolygon, Point, Polygon

from foundation.tables import Column
from growing_areas.writing.shapes import (
    DECIMALS,
    NAME,
    Drawing,
    Shape,
    degrees,
    plain,
    polygons_of,
    rings_of,
    told,
)


def write(shapes: Iterable[Shape], columns: Sequence[Column], title: str) -> Iterator[bytes]:
    """A FeatureCollection; numbers and truth values stay what they are."""
    named = json.dumps(title, ensure_ascii=False)
    yield f'{{"type":"FeatureCollection","name":{named},"features":['.encode()
    for number, shape in enumerate(shapes):
        rows = {column.code: plain(value) for column, value in told(shape, columns)}
        properties = json.dumps({NAME: shape.name, **rows}, ensure_ascii=False, allow_nan=False)
        feature = f'{{"type":"Feature","properties":{properties},"geometry":{geometry(shape)}}}'
        yield (",\n" if number else "\n").encode() + feature.encode()
    yield b"\n]}\n"


def geometry(shape: Shape) -> str:
    """The shape's drawing as GeoJSON text."""
    drawing = shape.drawing
    if isinstance(drawing, Point):
        return f'{{"type":"Point","coordinates":[{degrees(drawing.x)},{degrees(drawing.y)}]}}'
    polygons = ",".join(_polygon(polygon) for polygon in polygons_of(drawing))
    if isinstance(drawing, MultiPolygon):
        return f'{{"type":"MultiPolygon","coordinates":[{polygons}]}}'
    return f'{{"type":"Polygon","coordinates":{polygons}}}'


def _polygon(polygon: Polygon) -> str:
    rings = (
        ",".join(f"[{degrees(lon)},{degrees(lat)}]" for lon, lat in ring)
        for ring in rings_of(polygon)
    )
    return "[" + ",".join(f"[{ring}]" for ring in rings) + "]"


def write_wkt(shapes: Iterable[Shape], columns: Sequence[Column], title: str) -> Iterator[bytes]:
    """One outline a line, as WKT: shapes only, without a name or anything told."""
    for shape in shapes:
        yield f"{wkt(shape.drawing)}\n".encode()


def wkt(drawing: Drawing) -> str:
    """A drawing as well-known text (ISO 19125)."""
    return str(shapely.to_wkt(drawing, rounding_precision=DECIMALS, trim=True, output_dimension=2))
