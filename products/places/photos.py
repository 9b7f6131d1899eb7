"""Photos of rural-tourism places; the first one is the cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import NotFound, Refused
from products import keeping
from products.places import register
from products.places.models import TourismPlace, TourismPlacePhoto

MOST_PHOTOS = 8


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
    count, last = session.execute(
        select(func.count(), func.max(TourismPlacePhoto.position)).where(
            TourismPlacePhoto.place_id == place.id
        )
    ).one()
    if count >= MOST_PHOTOS:
        raise Refused("photo.too_many", most=MOST_PHOTOS)
    row = insert(TourismPlacePhoto).values(
        place_id=place.id,
        position=(last or 0) + 1,
        caption=caption,
        added_at=now,
        **asdict(keeping.keep(session, stream, now=now)),
    )
    session.execute(row.on_conflict_do_nothing())
    return place


def remove(session: Session, actor: Actor, place_code: str, photo_id: int) -> TourismPlace:
    """Take a photo off a place. Raises: Forbidden, NotFound."""
    place = register.get_place(session, actor, place_code)
    session.delete(_photo_of(session, place, photo_id))
    session.flush()
    return place


def make_cover(session: Session, actor: Actor, place_code: str, photo_id: int) -> TourismPlace:
    """Show this photo first. Raises: Forbidden, NotFound."""
    place = register.get_place(session, actor, place_code, lock=True)
    photo = _photo_of(session, place, photo_id)
    first = session.scalar(
        select(func.min(TourismPlacePhoto.position)).where(TourismPlacePhoto.place_id == place.id)
    )
    photo.position = (first or 0) - 1
    session.flush()
    return place


def of_place(session: Session, place_id: int) -> list[TourismPlacePhoto]:
    """A place's photos, the cover first."""
    return of_places(session, [place_id]).get(place_id, [])


def of_places(session: Session, place_ids: Iterable[int]) -> dict[int, list[TourismPlacePhoto]]:
    """The photos of many places, the cover first."""
    found: dict[int, list[TourismPlacePhoto]] = defaultdict(list)
    for photo in session.scalars(
        select(TourismPlacePhoto)
        .where(TourismPlacePhoto.place_id.in_(list(place_ids)))
        .order_by(TourismPlacePhoto.position, TourismPlacePhoto.id)
    ):
        found[photo.place_id].append(photo)
    return found


def covers(session: Session, place_ids: Iterable[int]) -> dict[int, TourismPlacePhoto]:
    """The cover of each place that has a photo."""
    statement = (
        select(TourismPlacePhoto)
        .where(TourismPlacePhoto.place_id.in_(list(place_ids)))
        .ext(distinct_on(TourismPlacePhoto.place_id))
        .order_by(TourismPlacePhoto.place_id, TourismPlacePhoto.position, TourismPlacePhoto.id)
    )
    return {photo.place_id: photo for photo in session.scalars(statement)}


def _photo_of(session: Session, place: TourismPlace, photo_id: int) -> TourismPlacePhoto:
    photo = session.get(TourismPlacePhoto, photo_id)
    if photo is None or photo.place_id != place.id:
        raise NotFound
    return photo
