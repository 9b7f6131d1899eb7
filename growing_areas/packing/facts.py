"""What higher rooms may read of packing houses: for maps and open data. No person, no gate.

Positions are rounded to three decimals (about 100 m); where a household is the operator, its yard
is its home, so they are rounded to two (about 1 km) and the address is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from growing_areas.packing import houses
from growing_areas.packing.models import IN_FORCE, PackingHouse

PUBLIC_DECIMALS = 3
HOUSEHOLD_DECIMALS = 2
_ROUNDED_BY = 0.01


@dataclass(frozen=True)
class PublicPackingHouse:
    """A house in force as everybody may see it; ``lon``, ``lat`` rounded, WGS 84."""

    code: str
    name: str
    crop_codes: tuple[str, ...]
    markets: tuple[str, ...]
    organisation_id: int
    organisation_name: str
    organisation_slug: str
    commune_code: str
    province_code: str
    address: str
    capacity_kg: Decimal | None
    valid_until: date | None
    lon: float
    lat: float


def public_packing_houses(
    session: Session,
    *,
    on: date,
    bbox: tuple[float, float, float, float] | None = None,
    province_code: str | None = None,
    commune_code: str | None = None,
    crop_codes: tuple[str, ...] = (),
    limit: int = 5_000,
) -> list[PublicPackingHouse]:
    """The houses in force on a day, by id; ``bbox`` is (west, south, east, north) in degrees."""
    statement = (
        select(PackingHouse)
        .options(joinedload(PackingHouse.organisation))
        .where(houses.has_status(IN_FORCE, on), PackingHouse.lon.is_not(None))
        .order_by(PackingHouse.id)
        .limit(limit)
    )
    if bbox is not None:
        west, south, east, north = bbox
        statement = statement.where(
            PackingHouse.lon.between(west - _ROUNDED_BY, east + _ROUNDED_BY),
            PackingHouse.lat.between(south - _ROUNDED_BY, north + _ROUNDED_BY),
        )
    if province_code is not None:
        statement = statement.where(PackingHouse.province_code == province_code)
    if commune_code is not None:
        statement = statement.where(PackingHouse.commune_code == commune_code)
    if crop_codes:
        statement = statement.where(PackingHouse.crops.overlap(list(crop_codes)))
    found = [_public(house) for house in session.scalars(statement)]
    # By what is shown, not by the true gate: small frames asked one by one would find it out.
    return [house for house in found if bbox is None or _is_within(house, bbox)]


def _is_within(house: PublicPackingHouse, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    return west <= house.lon <= east and south <= house.lat <= north


def public_position(house: PackingHouse) -> tuple[float, float] | None:
    """Where the public may know a house to be (lon, lat), or None before it has a position."""
    if house.lon is None or house.lat is None:
        return None
    digits = HOUSEHOLD_DECIMALS if is_a_home(house) else PUBLIC_DECIMALS
    return round(house.lon, digits), round(house.lat, digits)


def public_address(house: PackingHouse) -> str:
    """The business address; nothing where it is somebody's home."""
    return "" if is_a_home(house) else house.address


def is_a_home(house: PackingHouse) -> bool:
    """Whether a household is the operator: the house stands in its yard."""
    return house.organisation.kind == "household"


def _public(house: PackingHouse) -> PublicPackingHouse:
    lon, lat = public_position(house) or (0.0, 0.0)
    return PublicPackingHouse(
        str(house.code),
        house.name,
        tuple(house.crops),
        tuple(house.markets),
        house.organisation_id,
        house.organisation.name,
        house.organisation.slug,
        house.commune_code,
        house.province_code,
        public_address(house),
        house.capacity_kg,
        house.valid_until,
        lon,
        lat,
    )
