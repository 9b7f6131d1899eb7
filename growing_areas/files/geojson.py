"""GeoJSON files: the raw coordinates, and the old crs member honoured.

Source: RFC 7946; the 2008 specification for `crs`, which desktop programs still write.
"""

from __future__ import annotations

import json
from typing import Any

from growing_areas.files.features import (
    DoubledKey,
    Feature,
    Unreadable,
    check_count,
    feature,
    json_of,
    text_of,
)
from growing_areas.files.projecting import named, project


def read(raw: bytes, declared: str | None = None) -> list[Feature]:
    """Every feature of a FeatureCollection, or the one feature or geometry the file is.

    `declared` is the system a person chose, for a file that states none.
    """
    try:
        document = json_of(text_of(raw))
    except json.JSONDecodeError as error:
        raise Unreadable("file.not_parsable", line=error.lineno) from None
    except DoubledKey as doubled:
        raise Unreadable("file.doubled_key", key=doubled.key) from None
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
    chosen = declared if crs is None else named(crs)
    if chosen is not None:
        project(features, chosen)
    return features


def _feature(row: Any, number: int) -> Feature:
    if not isinstance(row, dict):
        raise Unreadable("file.bad_feature", feature=number)
    if row.get("type") != "Feature":
        return feature({}, row)
    properties = row.get("properties")
    return feature(properties if isinstance(properties, dict) else {}, row.get("geometry"))


def _crs_name(document: dict[str, Any]) -> str | None:
    """The name of the system the file states; None where it states none."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
