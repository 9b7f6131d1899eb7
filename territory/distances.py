"""How far provinces lie from one another, roughly: from their middles and reaches. PURE.

The table `territory/data/province_centres.csv` is made by `tools/make_province_centres.py`; islands
of special zones are left out of it.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

_EARTH_KM = 6371.0


@dataclass(frozen=True)
class Middle:
    """Where a province lies: its middle (lon, lat) and how far its farthest corner is from it."""

    lon: float
    lat: float
    reach_km: float


@cache
def middles() -> dict[str, Middle]:
    """Every province in force, by code."""
    table = resources.files("territory").joinpath("data/province_centres.csv").read_text("utf-8")
    return {
        row["code"]: Middle(float(row["lon"]), float(row["lat"]), float(row["reach_km"]))
        for row in csv.DictReader(table.splitlines())
        if not row["valid_to"]
    }


@cache
def apart_km(one: str, other: str) -> float | None:
    """From middle to middle, in kilometres; None when a code is of no province in force."""
    here, there = middles().get(one), middles().get(other)
    if here is None or there is None:
        return None
    low, high = math.radians(here.lat), math.radians(there.lat)
    half = (
        math.sin((high - low) / 2) ** 2
        + math.cos(low) * math.cos(high) * math.sin(math.radians(there.lon - here.lon) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


@cache
def least_km(one: str, other: str) -> float | None:
    """What lies between two provinces at the least, wherever in them somebody stands.

    0 for neighbours; None when a code is of no province in force.
    """
    apart = apart_km(one, other)
    if apart is None or one == other:
        return None if apart is None else 0.0
    known = middles()
    return max(0.0, apart - known[one].reach_km - known[other].reach_km)
