"""Photos of a visit: taken with the phone in the field, private, stripped of all but the picture.

A photo is kept as soon as it arrives, before the form is right, so that a bad line or a mistyped
day loses nothing. Of where it was taken only the distance from the area stays, for officers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import shapely
from pyproj import Geod
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import files
from foundation.errors import NotFound, Refused
from foundation.inputs import INT64
from foundation.models import StoredFile
from growing_areas import areas
from growing_areas.dossiers import uploads
from growing_areas.dossiers.models import VisitPhoto
from growing_areas.dossiers.uploads import Judged
from growing_areas.models import GrowingArea
from growing_areas.shapes.measure import Outline

MOST_PHOTOS = 12
FORGOTTEN_AFTER = timedelta(days=30)
"""Photos of a visit that was never recorded are forgotten after so long."""
_GEOD = Geod(ellps="WGS84")


def add(
    session: Session, actor: Actor, area_id: int, judged: Judged, *, now: datetime
) -> VisitPhoto:
    """Keep a photo for the visit the actor is writing down.

    Raises: NotFound, Forbidden, Refused("inspection.too_many_photos").
    """
    area = areas.load_area(session, area_id)
    permissions.require(actor, "area.inspect", area)
    waiting = list_waiting(session, actor, area_id)
    kept = uploads.keep_photo(session, judged, now=now)
    same = next((photo for photo in waiting if photo.file_digest == kept.digest), None)
    if same is not None:
        return same
    if len(waiting) >= MOST_PHOTOS:
        raise Refused("inspection.too_many_photos", most=MOST_PHOTOS)
    photo = VisitPhoto(
        area_id=area.id,
        person_id=actor.person_id,
        file_digest=kept.digest,
        card_digest=kept.card_digest,
        distance_m=_distance_m(area, judged.position),
        added_at=now,
    )
    session.add(photo)
    session.flush()
    return photo


def remove(session: Session, actor: Actor, area_id: int, photo_id: int) -> None:
    """Take a photo off a visit not yet recorded. Raises: NotFound, Forbidden."""
    area = areas.load_area(session, area_id)
    permissions.require(actor, "area.inspect", area)
    mine = {photo.id: photo for photo in list_waiting(session, actor, area_id)}
    if photo_id not in mine:
        raise NotFound("file.not_found")
    session.delete(mine[photo_id])
    session.flush()


def list_waiting(session: Session, actor: Actor, area_id: int) -> list[VisitPhoto]:
    """The actor's photos of an area that belong to no recorded visit yet."""
    return list(
        session.scalars(
            select(VisitPhoto)
            .where(
                VisitPhoto.area_id == area_id,
                VisitPhoto.inspection_id.is_(None),
                VisitPhoto.person_id.is_not_distinct_from(actor.person_id),
            )
            .order_by(VisitPhoto.id)
        )
    )


def attach(session: Session, actor: Actor, area_id: int, inspection_id: int) -> None:
    """Give the actor's waiting photos to the visit just recorded."""
    session.execute(
        update(VisitPhoto)
        .where(
            VisitPhoto.area_id == area_id,
            VisitPhoto.inspection_id.is_(None),
            VisitPhoto.person_id.is_not_distinct_from(actor.person_id),
        )
        .values(inspection_id=inspection_id)
    )


def of_visits(session: Session, visit_ids: Iterable[int]) -> dict[int, list[VisitPhoto]]:
    """The photos of visits, by visit; one query."""
    found: dict[int, list[VisitPhoto]] = {}
    statement = select(VisitPhoto).where(VisitPhoto.inspection_id.in_(sorted(set(visit_ids))))
    for photo in session.scalars(statement.order_by(VisitPhoto.id)):
        found.setdefault(photo.inspection_id or 0, []).append(photo)
    return found


def get_file(
    session: Session, actor: Actor, area_id: int, photo_id: int, *, small: bool
) -> StoredFile:
    """A photo's picture, for whoever may see the area's inside. Raises: NotFound, Forbidden."""
    area = areas.get_area(session, actor, area_id)
    photo = session.get(VisitPhoto, photo_id) if 0 < photo_id <= INT64 else None
    if photo is None or photo.area_id != area.id:
        raise NotFound("file.not_found")
    if photo.inspection_id is None:
        permissions.require(actor, "area.inspect", area)
    return files.get_file(session, photo.card_digest if small else photo.file_digest)


def forget_waiting(session: Session, area_ids: Iterable[int]) -> None:
    """Forget photos of areas about to be thrown away; no visit was ever recorded of them."""
    session.execute(
        delete(VisitPhoto).where(
            VisitPhoto.inspection_id.is_(None), VisitPhoto.area_id.in_(list(area_ids))
        )
    )


def forget_abandoned(session: Session, *, now: datetime) -> None:
    """Forget photos of visits that were never recorded."""
    session.execute(
        delete(VisitPhoto).where(
            VisitPhoto.inspection_id.is_(None), VisitPhoto.added_at < now - FORGOTTEN_AFTER
        )
    )


def _distance_m(area: GrowingArea, position: tuple[float, float] | None) -> int | None:
    """How far from the area a photo was taken, in metres; 0 inside it."""
    if position is None:
        return None
    return round(distance_m(areas.outline_of(area.version), *position))


def distance_m(outline: Outline, lon: float, lat: float) -> Decimal:
    """How far a place lies from an outline along the ground, in metres; 0 inside it."""
    place = shapely.Point(lon, lat)
    if outline.covers(place):
        return Decimal(0)
    near = shapely.shortest_line(outline, place)
    (near_lon, near_lat), _ = near.coords
    _, _, metres = _GEOD.inv(near_lon, near_lat, lon, lat)
    return Decimal(str(round(metres, 1)))
