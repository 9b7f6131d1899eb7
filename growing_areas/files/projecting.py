"""Projecting: from the file's reference system (VN-2000 zones and others) to WGS 84.

VN-2000 goes by the official parameters (EPSG:6960, see `growing_areas.reference_systems`),
named outright: left to itself PROJ takes, in the Mekong delta, a set made for oil fields that
is "academic research, not officially adopted" and lies 0.8 m off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import Transformer, TransformerGroup

from growing_areas.files.features import Feature, Unreadable

WGS84 = "EPSG:4326"
_NAMED = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?EPSG[:/][^:/]{0,8}[:/]?(\d{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?(?:OGC:[\d.]{0,5}:?)?CRS84", re.IGNORECASE)
_LARGEST = 1e12
_FARTHEST_EAST_M = 850_000.0
"""In Vietnam's zones no place lies farther east, and none less far north."""


def named(crs: str) -> str:
    """A system told by name in a file, as EPSG:number. Raises: Unreadable for anything else.

    A name is looked up, never run: PROJ would take whole pipelines and paths of files for one.
    """
    if _CRS84.fullmatch(crs.strip()):
        return WGS84
    match = _NAMED.fullmatch(crs.strip())
    if match is None:
        raise Unreadable("file.unknown_crs", crs=_shown(crs))
    return f"EPSG:{int(match[1])}"


def project(features: list[Feature], crs: str) -> None:
    """Put features into WGS 84, lon before lat; what is no position stays as it is.

    Tells on the first feature which system was left, and when its datum is unknown.
    """
    if crs == WGS84 or not features:
        return
    system, transformer = _way(crs)
    positions = [
        position for row in features for position in _positions(_coordinates(row["geometry"]))
    ]
    notices = features[0].setdefault("notices", [])
    if positions:
        places = np.array([position[:2] for position in positions], dtype=np.float64)
        if system.is_projected and _is_north_first(places):
            places = places[:, ::-1]
            notices.append({"code": "file.north_first", "params": {}})
        lons, lats = transformer.transform(places[:, 0], places[:, 1])
        for position, lon, lat in zip(positions, lons.tolist(), lats.tolist(), strict=True):
            position[0], position[1] = lon, lat
    code = "file.datum_unknown" if "Ballpark" in transformer.description else "file.projected"
    notices.append({"code": code, "params": {"crs": _shown(system.name)}})


def leave(places: Sequence[tuple[float, float]], crs: str) -> list[tuple[float, float]]:
    """Places (lon, lat; WGS 84) in a system of a map (east, north): the same way back."""
    _system, transformer = _way(crs)
    lons, lats = zip(*places, strict=True) if places else ((), ())
    east, north = transformer.transform(lons, lats, direction="INVERSE")
    return list(zip(east, north, strict=True))


def _is_north_first(places: Any) -> bool:
    """Land certificates write x (north) before y (east); in Vietnam the two cannot be mistaken."""
    north, east = places[:, 0], places[:, 1]
    return bool((north > _FARTHEST_EAST_M).all() and (east < _FARTHEST_EAST_M).all())


@lru_cache(maxsize=8)
def _way(crs: str) -> tuple[CRS, Transformer]:
    try:
        system = CRS.from_user_input(crs)
        ways = TransformerGroup(system, WGS84, always_xy=True).transformers
    except (CRSError, ProjError):
        ways = []
    if not ways:
        raise Unreadable("file.unknown_crs", crs=_shown(crs))
    return system, ways[0]


def _coordinates(geometry: Any) -> Any:
    return geometry.get("coordinates") if isinstance(geometry, dict) else None


def _positions(value: Any) -> Iterator[list[Any]]:
    """Every position in nested lists, in their order, without recursion."""
    pending = [value]
    while pending:
        item = pending.pop()
        if not isinstance(item, list):
            continue
        if len(item) >= 2 and all(_is_number(number) for number in item[:2]):
            yield item
        else:
            pending.extend(reversed(item))


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and abs(value) < _LARGEST


def _shown(crs: str) -> str:
    return "".join(sign for sign in crs if sign.isprintable())[:80]
