"""Formats: the map files areas leave the house in; whatever one writes, `files` reads again.

    pieces = formats.write("kml", shapes, columns, title="Vùng trồng")
    suffix, media_type = formats.FORMATS["kml"].suffix, formats.FORMATS["kml"].media_type

`shapes` may be a generator of any length and `pieces` is one: memory does not grow with it.
GeoPackage and Shapefile grow on disk before the first piece comes: large ones belong in a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from foundation.errors import Finding, Invalid
from foundation.tables import Column
from growing_areas.writing import geojson, layers, markup, sheets
from growing_areas.writing.shapes import Shape

Writer = Callable[[Iterable[Shape], Sequence[Column], str], Iterator[bytes]]


@dataclass(frozen=True)
class Format:
    """A map file's kind: how it is called, sent and written.

    `takes_places` says whether points may be written; `keeps_kinds` whether numbers and days
    come back as such (else as text); `tells` whether names and properties are kept at all.
    """

    code: str
    label: str
    suffix: str
    media_type: str
    writer: Writer
    takes_places: bool = True
    keeps_kinds: bool = False
    tells: bool = True


FORMATS: dict[str, Format] = {
    found.code: found
    for found in (
        Format(
            "geojson", "GeoJSON", ".geojson", "application/geo+json", geojson.write,
            keeps_kinds=True,
        ),
        Format(
            "gpkg", "GeoPackage", ".gpkg", "application/geopackage+sqlite3",
            layers.write_geopackage, keeps_kinds=True,
        ),
        Format(
            "kml", "KML", ".kml", "application/vnd.google-earth.kml+xml", markup.write_kml,
        ),
        Format("csv", "CSV (WKT)", ".csv", "text/csv; charset=utf-8", sheets.write),
        Format(
            "shp", "Shapefile", ".zip", "application/zip", layers.write_shapefile,
            keeps_kinds=True,
        ),
        Format("wkt", "WKT", ".wkt", "text/plain; charset=utf-8", geojson.write_wkt, tells=False),
        Format(
            "gpx", "GPX", ".gpx", "application/gpx+xml", markup.write_gpx, takes_places=False,
        ),
    )
}  # fmt: skip
"""Every format by its code, in the order to offer them."""


def write(
    format_: str, shapes: Iterable[Shape], columns: Sequence[Column] = (), *, title: str
) -> Iterator[bytes]:
    """Write shapes as one map file, piece by piece.

    `columns` announces what the shapes tell beside their name, its kind and its label.
    Raises: Invalid("table.format"); ValueError, while writing, for a shape that tells what no
    column announces or that the format cannot hold.
    """
    found = FORMATS.get(format_)
    if found is None:
        params = {"format": format_[:20], "formats": ", ".join(FORMATS)}
        raise Invalid([Finding("table.format", params, field="format")])
    return found.writer(shapes, columns, title)
