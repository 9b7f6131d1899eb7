"""Photos of rural-tourism places; the first one is the cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from products.albums import Album
from products.places import register
from products.places.models import TourismPlace, TourismPlacePhoto

MOST_PHOTOS = 8
_ALBUM = Album(TourismPlacePhoto, TourismPlacePhoto.place_id)


def add(
    session: Session,
    actor: Actor,
    place_code: str,
    stream: IO[bytes],
    caption: str | None,
    *,
    now: datetime,
) -> TourismPlace:
    """Add a photo to a place. The same picture twice is one photo.

    Raises: Forbidden, NotFound, Invalid("photo.…"), Refused("photo.too_many").
    """
    place = register.get_place(session, actor, place_code, lock=True)
    _ALBUM.add(session, place.id, stream, caption, most=MOST_PHOTOS, now=now)
    return place


def remove(session: Session, actor: Actor, place_code: str, photo_id: int) -> TourismPlace:
    """Take a photo off a place. Raises: Forbidden, NotFound."""
    place = register.get_place(session, actor, place_code)
    _ALBUM.remove(session, place.id, photo_id)
    return place


def make_cover(session: Session, actor: Actor, place_code: str, photo_id: int) -> TourismPlace:
    """Show this photo first. Raises: Forbidden, NotFound."""
    place = register.get_place(session, actor, place_code, lock=True)
    _ALBUM.make_cover(session, place.id, photo_id)
    return place


def of_place(session: Session, place_id: int) -> list[TourismPlacePhoto]:
    """A place's photos, the cover first."""
    return of_places(session, [place_id]).get(place_id, [])


def of_places(session: Session, place_ids: Iterable[int]) -> dict[int, list[TourismPlacePhoto]]:
    """The photos of many places, the cover first."""
    return _ALBUM.of(session, place_ids)


def covers(session: Session, place_ids: Iterable[int]) -> dict[int, TourismPlacePhoto]:
    """The cover of each place that has a photo."""
    return _ALBUM.covers(session, place_ids)
