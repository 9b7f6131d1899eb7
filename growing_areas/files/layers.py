"""Layers: zipped Shapefiles and GeoPackages, read through GDAL (pyogrio)."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from growing_areas.files import archives, letters
from growing_areas.files.features import MAX_FEATURES, Feature, Unreadable, check_count, feature
from growing_areas.files.projecting import project


@dataclass(frozen=True)
class Layer:
    """A layer as GDAL gave it: what it is, its shapes, its columns."""

    meta: Mapping[str, Any]
    shapes: Any
    columns: Sequence[Any]


_SHP_MAGIC = b"\x00\x00\x27\x0a"
_BYTES = "ISO-8859-1"
"""Read so, each byte of a text stays itself and can be read again in its own letters."""


def read_shapefiles(path: Path, declared: str | None = None) -> list[Feature]:
    """Every feature of every Shapefile in a zip archive."""
    features: list[Feature] = []
    for name in archives.members_ending(path, ".shp"):
        # GDAL goes by content: a text called .shp could send it to other files, or abroad.
        if not archives.content(path, name).startswith(_SHP_MAGIC):
            raise Unreadable("file.wrong_content", expected="Shapefile")
        layer = _open(f"/vsizip/{path}/{name}", encoding=_BYTES)
        writing = _writing_of(layer, archives.find_content(path, f"{name[:-4]}.cpg"))
        found = _features(layer, writing, declared)
        if writing in (letters.TCVN3, letters.WINDOWS) and found:
            notice = {"code": "file.letters_guessed", "params": {"letters": writing}}
            found[0].setdefault("notices", []).append(notice)
        features += found
        check_count(len(features))
    return features


def read_geopackage(path: Path, declared: str | None = None) -> list[Feature]:
    """Every feature of every layer of a GeoPackage."""
    if not path.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise Unreadable("file.wrong_content", expected="GeoPackage")
    features: list[Feature] = []
    for name, kind in _gdal(pyogrio.list_layers, path):
        if kind is not None:
            features += _features(_open(str(path), layer=name), None, declared)
            check_count(len(features))
    return features


def _open(source: str, **options: Any) -> Layer:
    meta, _, shapes, columns = _gdal(
        pyogrio.raw.read, source, max_features=MAX_FEATURES + 1, **options
    )
    return Layer(meta, shapes, columns)


def _features(layer: Layer, writing: str | None, declared: str | None) -> list[Feature]:
    """The layer's features in WGS 84, its texts in their own letters."""
    meta = layer.meta
    crs = meta["crs"] or declared
    if crs is None:
        raise Unreadable("file.crs_missing")
    geometries = shapely.from_wkb(layer.shapes, on_invalid="ignore")
    names = [_again(str(name), writing) for name in meta["fields"]]
    kinds = zip(names, meta["ogr_types"], meta["ogr_subtypes"], layer.columns, strict=True)
    fields = list(kinds)
    features = []
    for row, shape in enumerate(geometries):
        properties = {
            name: _again(_plain(column[row], kind, subtype), writing)
            for name, kind, subtype, column in fields
        }
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        features.append(feature(properties, geometry))
    project(features, crs)
    return features


def _writing_of(layer: Layer, told: bytes | None) -> str | None:
    """The letters a table is in: those its .cpg names, else those that make it Vietnamese."""
    encoding = letters.find_named(told.decode("ascii", "replace")) if told else None
    if encoding is not None:
        return encoding
    texts = {str(name) for name in layer.meta["fields"]}
    for column in layer.columns:
        if column.dtype == object:
            texts.update(text for text in column if isinstance(text, str))
    raw = "\n".join(texts).encode("latin-1", "replace")
    return None if raw.isascii() else letters.find_writing(raw)


def _again(value: Any, writing: str | None) -> Any:
    """A text read again from its bytes; what cannot be stays as it was."""
    if writing is None or not isinstance(value, str) or value.isascii():
        return value
    raw = value.encode("latin-1", "replace")
    if writing in (letters.TCVN3, letters.WINDOWS, letters.UTF8):
        try:
            return letters.decoded(raw, writing)
        except UnicodeDecodeError:
            return value
    text = raw.decode(writing, "replace")
    return unicodedata.normalize("NFC", text) if writing == "cp1258" else text


def _gdal(call: Any, *args: Any, **kwargs: Any) -> Any:
    """Call GDAL; whatever it cannot read is the file's fault, not ours."""
    try:
        return call(*args, **kwargs)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, OSError):
        raise Unreadable("file.bad_layer") from None


def _plain(value: Any, kind: str, subtype: str) -> Any:
    """A cell as its column means it: numpy makes whole numbers with gaps into floats."""
    item = value.item() if hasattr(value, "item") else value
    if isinstance(item, float) and not math.isfinite(item):
        return None
    if subtype == "OFSTBoolean":
        return None if item is None else bool(item)
    if kind in ("OFTInteger", "OFTInteger64") and isinstance(item, float):
        return int(item)
    return item if isinstance(item, (str, int, float, bool)) or item is None else str(item)
