"""GeoJSON files: the raw coordinates, and the old crs member honoured.

Source: RFC 7946; the 2008 specification for `crs`, which desktop programs still write.
"""

from __future__ import annotations

import json
from typing import Any

from growing_areas.files.features import (
    Feature,
    Unreadable,
    check_count,
    feature,
    json_of,
    text_of,
)
from growing_areas.files.projecting import to_wgs84


def read(raw: bytes) -> list[Feature]:
    """Every feature of a FeatureCollection, or the one feature or geometry the file is."""
    try:
        document = json_of(text_of(raw))
    except json.JSONDecodeError as error:
        raise Unreadable("file.not_parsable", line=error.lineno) from None
    except ValueError:
        raise Unreadable("file.not_parsable", line=1) from None
    if not isinstance(document, dict):
        raise Unreadable("file.not_geojson")
    is_collection = document.get("type") == "FeatureCollection"
    rows = document.get("features") if is_collection else [document]
    if not isinstance(rows, list):
        raise Unreadable("file.not_geojson")
    check_count(len(rows))
    features = [_feature(row, number) for number, row in enumerate(rows, start=1)]
    crs = _crs_name(document)
    if crs is not None:
        for row in features:
            row["geometry"] = to_wgs84(row["geometry"], crs)
    return features


def _feature(row: Any, number: int) -> Feature:
    if not isinstance(row, dict):
        raise Unreadable("file.bad_feature", feature=number)
    if row.get("type") != "Feature":
        return feature({}, row)
    properties = row.get("properties")
    return feature(properties if isinstance(properties, dict) else {}, row.get("geometry"))


def _crs_name(document: dict[str, Any]) -> str | None:
    """The name of a reference system other than WGS 84, if the file states one."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or name.rsplit(":", 1)[-1] in ("CRS84", "4326"):
        return None
    return name
