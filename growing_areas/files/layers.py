"""Layers: zipped Shapefiles and GeoPackages, read through GDAL (pyogrio)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from growing_areas.files import archives
from growing_areas.files.features import MAX_FEATURES, Feature, Unreadable, check_count, feature
from growing_areas.files.projecting import to_wgs84


def read_shapefiles(path: Path) -> list[Feature]:
    """Every feature of every Shapefile in a zip archive."""
    names = [m.filename for m in archives.check(path) if m.filename.casefold().endswith(".shp")]
    features: list[Feature] = []
    for name in names:
        features += _layer(f"/vsizip/{path}/{name}", None)
        check_count(len(features))
    return features


def read_geopackage(path: Path) -> list[Feature]:
    """Every feature of every layer of a GeoPackage."""
    if not path.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise Unreadable("file.wrong_content", expected="GeoPackage")
    features: list[Feature] = []
    for name, kind in _gdal(pyogrio.list_layers, path):
        if kind is not None:
            features += _layer(str(path), name)
            check_count(len(features))
    return features


def _layer(source: str, layer: str | None) -> list[Feature]:
    meta, _, shapes, columns = _gdal(
        pyogrio.raw.read, source, layer=layer, max_features=MAX_FEATURES + 1
    )
    crs = meta["crs"]
    if crs is None:
        raise Unreadable("file.crs_missing")
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    fields = list(
        zip(meta["fields"], meta["ogr_types"], meta["ogr_subtypes"], columns, strict=True)
    )
    features = []
    for row, shape in enumerate(geometries):
        properties = {
            str(name): _plain(column[row], kind, subtype) for name, kind, subtype, column in fields
        }
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        features.append(feature(properties, to_wgs84(geometry, crs)))
    return features


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
