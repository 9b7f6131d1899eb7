"""KML and GPX, one shape after the other. PURE.

Properties are text there. A GPX file knows no areas: each outer ring is a track, its holes and
further parts are tracks that say so in `type`, so that reading gives the same area again.
Source: OGC KML 2.3; GPX 1.1 schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from shapely import MultiPolygon, Point, Polygon

from foundation.tables import Column
from growing_areas.files.own_gpx import HOLE, NAMESPACE, PART
from growing_areas.writing.shapes import (
    Shape,
    degrees,
    marked,
    polygons_of,
    rings_of,
    text,
    told,
)

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_kml(shapes: Iterable[Shape], columns: Sequence[Column], title: str) -> Iterator[bytes]:
    """One placemark a shape; what is told stands in ExtendedData."""
    yield (
        f'{_HEAD}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{marked(title)}</name>\n"
    ).encode()
    for shape in shapes:
        rows = "".join(
            f'<Data name="{marked(column.code)}"><displayName>{marked(column.label)}</displayName>'
            f"<value>{marked(text(value))}</value></Data>"
            for column, value in told(shape, columns)
        )
        extended = f"<ExtendedData>{rows}</ExtendedData>" if rows else ""
        yield (
            f"<Placemark><name>{marked(shape.name)}</name>{extended}"
            f"{_kml_geometry(shape)}</Placemark>\n"
        ).encode()
    yield b"</Document></kml>\n"


def _kml_geometry(shape: Shape) -> str:
    drawing = shape.drawing
    if isinstance(drawing, Point):
        place = f"{degrees(drawing.x)},{degrees(drawing.y)}"
        return f"<Point><coordinates>{place}</coordinates></Point>"
    polygons = "".join(_kml_polygon(polygon) for polygon in polygons_of(drawing))
    if isinstance(drawing, MultiPolygon):
        return f"<MultiGeometry>{polygons}</MultiGeometry>"
    return polygons


def _kml_polygon(polygon: Polygon) -> str:
    boundaries = []
    for number, ring in enumerate(rings_of(polygon)):
        kind = "innerBoundaryIs" if number else "outerBoundaryIs"
        corners = " ".join(f"{degrees(lon)},{degrees(lat)}" for lon, lat in ring)
        boundaries.append(
            f"<{kind}><LinearRing><coordinates>{corners}</coordinates></LinearRing></{kind}>"
        )
    return f"<Polygon>{''.join(boundaries)}</Polygon>"


def write_gpx(shapes: Iterable[Shape], columns: Sequence[Column], title: str) -> Iterator[bytes]:
    """One closed track a ring. Raises: ValueError for a place, which is no walk."""
    yield (
        f'{_HEAD}<gpx version="1.1" creator="Nguồn" xmlns="http://www.topografix.com/GPX/1/1"'
        f' xmlns:n="{NAMESPACE}"><metadata><name>{marked(title)}</name></metadata>\n'
    ).encode()
    for shape in shapes:
        yield _tracks(shape, columns).encode()
    yield b"</gpx>\n"


def _tracks(shape: Shape, columns: Sequence[Column]) -> str:
    if isinstance(shape.drawing, Point):
        raise ValueError("a place is no walk")
    tracks = []
    for number, polygon in enumerate(polygons_of(shape.drawing)):
        outer, *holes = rings_of(polygon)
        about = f"<type>{PART}</type>" if number else _extensions(shape, columns)
        tracks.append(_track(shape, about, outer))
        tracks += [_track(shape, f"<type>{HOLE}</type>", hole) for hole in holes]
    return "".join(tracks)


def _track(shape: Shape, about: str, ring: list[tuple[float, float]]) -> str:
    points = "".join(f'<trkpt lat="{degrees(lat)}" lon="{degrees(lon)}"/>' for lon, lat in ring)
    return f"<trk><name>{marked(shape.name)}</name>{about}<trkseg>{points}</trkseg></trk>\n"


def _extensions(shape: Shape, columns: Sequence[Column]) -> str:
    rows = "".join(
        f'<n:told name="{marked(column.code)}">{marked(text(value))}</n:told>'
        for column, value in told(shape, columns)
    )
    return f"<extensions>{rows}</extensions>" if rows else ""
