"""Projecting: from the file's reference system (VN-2000 zones and others) to WGS 84."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError

from growing_areas.files.features import Unreadable


def to_wgs84(geometry: Any, crs: str) -> Any:
    """The same GeoJSON geometry in WGS 84, lon before lat; what is no position stays as it is."""
    if not isinstance(geometry, dict):
        return geometry
    transformer = _transformer(crs)
    return {**geometry, "coordinates": _move(geometry.get("coordinates"), transformer)}


@lru_cache(maxsize=8)
def _transformer(crs: str) -> Transformer:
    try:
        return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except (CRSError, ProjError):
        raise Unreadable("file.unknown_crs", crs=crs[:80]) from None


def _move(value: Any, transformer: Transformer) -> Any:
    if not isinstance(value, list):
        return value
    if len(value) >= 2 and all(_is_number(item) for item in value[:2]):
        lon, lat = transformer.transform(float(value[0]), float(value[1]))
        return [lon, lat]
    return [_move(item, transformer) for item in value]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12
