"""GeoPackage and zipped Shapefile through GDAL, some thousand shapes at a time.

The file grows in a folder of its own and is sent from there: memory does not grow with it.
Source: OGC 12-128r19 (GeoPackage 1.4); ESRI Shapefile Technical Description, July 1998.
"""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from shapely import Point

from foundation import tables
from foundation.tables import Column
from growing_areas.writing.shapes import NAME, Shape, Value, plain, told

BATCH = 5_000
LAYER = "areas"
DBF_NAME, DBF_TEXT = 10, 254
"""Bytes of a column's name and of a text in a Shapefile's table."""
_CHUNK = 256 * 1024
_NAME = Column(NAME, "Tên")
_NUMBERS: dict[str, Any] = {
    "integer": np.int64,
    "money": np.int64,
    "decimal": np.float64,
    "percent": np.float64,
    "boolean": np.bool_,
    "date": "datetime64[D]",
}


def write_geopackage(
    shapes: Iterable[Shape], columns: Sequence[Column], title: str
) -> Iterator[bytes]:
    """One layer `areas`; what is told keeps its kind (times are ISO text)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{LAYER}.gpkg")
        names = [column.code for column in (_NAME, *columns)]
        options = {"identifier": title[:200], "description": title[:200]}
        _write(path, shapes, columns, names, "GPKG", options)
        yield from _sent(path)


def write_shapefile(
    shapes: Iterable[Shape], columns: Sequence[Column], title: str
) -> Iterator[bytes]:
    """One layer with .prj and .cpg (UTF-8); `areas.columns.csv` tells the columns' full names.

    Texts are cut at 254 bytes, as the format demands. Raises: ValueError for places among
    outlines, which one Shapefile cannot hold.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = dbf_names([column.code for column in (_NAME, *columns)])
        path = Path(folder, f"{LAYER}.shp")
        _write(path, shapes, columns, names, "ESRI Shapefile", {"encoding": "UTF-8"})
        _tell_names(path.with_suffix(".columns.csv"), names, columns)
        packed = Path(folder, f"{LAYER}.zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in sorted(Path(folder).glob(f"{LAYER}.*")):
                if member != packed:
                    archive.write(member, member.name)
        yield from _sent(packed)


def dbf_names(codes: Sequence[str]) -> list[str]:
    """Names of at most ten bytes, each once: `certificate_number` becomes `certificat`."""
    names: list[str] = []
    for code in codes:
        stem = code.encode("ascii", "replace").decode().replace("?", "_")
        name, number = stem[:DBF_NAME], 1
        while name.casefold() in (taken.casefold() for taken in names):
            number += 1
            name = f"{stem[: DBF_NAME - 1 - len(str(number))]}_{number}"
        names.append(name)
    return names


def _write(
    path: Path,
    shapes: Iterable[Shape],
    columns: Sequence[Column],
    names: list[str],
    driver: str,
    options: dict[str, str],
) -> None:
    """Write all shapes, batch after batch; an empty layer when there are none."""
    cut = DBF_TEXT if driver == "ESRI Shapefile" else None
    kind: str | None = None
    waiting = iter(shapes)
    while (batch := list(islice(waiting, BATCH))) or kind is None:
        found = _kind_of(batch, driver)
        if kind not in (None, found):
            raise ValueError("outlines and places cannot share this file")
        cells = _cells(batch, columns, cut)
        pyogrio.raw.write(
            str(path), shapely.to_wkb(np.array([shape.drawing for shape in batch], dtype=object)),
            [values for values, _ in cells], names, field_mask=[empty for _, empty in cells],
            layer=LAYER, driver=driver, geometry_type=found, crs="EPSG:4326",
            append=kind is not None, **({} if kind else options),
        )  # fmt: skip
        kind = found


def _kind_of(batch: Sequence[Shape], driver: str) -> str:
    """What the layer holds; a GeoPackage may mix, a Shapefile may not."""
    if driver == "GPKG":
        return "Unknown"
    places = sum(isinstance(shape.drawing, Point) for shape in batch)
    if places not in (0, len(batch)):
        raise ValueError("outlines and places cannot share this file")
    return "Point" if places else "Polygon"


def _cells(
    batch: Sequence[Shape], columns: Sequence[Column], cut: int | None
) -> list[tuple[Any, Any]]:
    """Each column's values, and which of them say nothing."""
    rows = [[shape.name, *(value for _, value in told(shape, columns))] for shape in batch]
    cells = []
    for place, column in enumerate((_NAME, *columns)):
        values = [row[place] for row in rows]
        cells.append(_column(values, column, cut))
    return cells


def _column(values: Sequence[Value], column: Column, cut: int | None) -> tuple[Any, Any]:
    empty = np.array([value is None for value in values], dtype=np.bool_)
    kind = _NUMBERS.get(column.kind)
    if kind is None:
        texts = [None if value is None else _cut(_text(value), cut) for value in values]
        return np.array(texts, dtype=object), empty
    blank: Any = "1970-01-01" if column.kind == "date" else 0
    numbers = [blank if value is None else _number(value, column) for value in values]
    return np.array(numbers, dtype=kind), empty


def _number(value: Value, column: Column) -> Any:
    """A value as the column's kind takes it. Raises: ValueError for another kind of value."""
    if column.kind == "date":
        if not isinstance(value, date):
            raise ValueError(f"{column.code} takes days")
        return value.isoformat()[:10]
    if not isinstance(value, (int, float, Decimal)):
        raise ValueError(f"{column.code} takes numbers")
    return plain(value)


def _text(value: Value) -> str:
    return str(value) if isinstance(value, float) else tables.plain(value)


def _cut(words: str, most: int | None) -> str:
    """At most so many bytes of UTF-8, never half a character."""
    return words if most is None else words.encode()[:most].decode(errors="ignore")


def _tell_names(path: Path, names: list[str], columns: Sequence[Column]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["field", "column", "label"])
        for name, column in zip(names, (_NAME, *columns), strict=True):
            writer.writerow([name, column.code, tables.disarmed(column.label)])


def _sent(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
