"""What maps and open data may read of rural-tourism places. Everything here is public."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from products.places.listing import PlaceWish, wanted
from products.places.models import TourismPlace


@dataclass(frozen=True)
class PublicPlace:
    """A published place: position is (lon, lat), WGS 84; None where nobody gave one."""

    code: str
    slug: str
    kind: str
    name: str
    name_en: str | None
    commune_code: str
    province_code: str
    position: tuple[float, float] | None


def public_places(
    session: Session,
    *,
    wish: PlaceWish | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    limit: int = 5_000,
) -> list[PublicPlace]:
    """The places that receive visitors, within (west, south, east, north) if given, by name."""
    wish = wish or PlaceWish()
    statement = (
        select(TourismPlace)
        .where(
            *wanted(PlaceWish(wish.q, wish.kind, wish.province_code, wish.commune_code)),
            TourismPlace.status == "published",
        )
        .order_by(TourismPlace.name_key, TourismPlace.id)
        .limit(limit)
    )
    if bbox is not None:
        west, south, east, north = bbox
        statement = statement.where(
            TourismPlace.lon.between(west, east), TourismPlace.lat.between(south, north)
        )
    return [_public(place) for place in session.scalars(statement)]


def _public(place: TourismPlace) -> PublicPlace:
    known = place.lon is not None and place.lat is not None
    return PublicPlace(
        place.code,
        place.slug,
        place.kind,
        place.name,
        place.name_en,
        place.commune_code,
        place.province_code,
        (place.lon, place.lat) if known else None,  # type: ignore[arg-type]
    )
