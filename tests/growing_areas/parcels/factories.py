"""Makers of parcels for tests: strips of the field of `tests.growing_areas.factories`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas.models import GrowingArea
from growing_areas.parcels import parcels
from growing_areas.parcels.models import Parcel
from growing_areas.parcels.parcels import ParcelTold

WEST, EAST = 105.2812, 105.2840
SOUTH, NORTH = 21.1208, 21.1232


def strip(place: int, of: int = 4, lon: float = 0.0, lat: float = 0.0) -> dict[str, Any]:
    """The ``place``-th of some north-south strips inside the field, side by side."""
    width = (EAST - WEST) / of
    west, south, north = WEST + place * width + lon, SOUTH + lat, NORTH + lat
    ring = [[west, south], [west + width, south], [west + width, north], [west, north]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def make_parcels(
    session: Session,
    area: GrowingArea,
    now: datetime,
    count: int = 2,
    *,
    lon: float = 0.0,
    lat: float = 0.0,
) -> list[Parcel]:
    """Some drawn parcels of an area moved by some degrees, side by side."""
    told = [ParcelTold(geometry=strip(place, lon=lon, lat=lat)) for place in range(count)]
    placed = parcels.add_all(session, SYSTEM, area.id, told, now=now)
    return [each.parcel for each in placed]
