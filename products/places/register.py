"""The register of rural-tourism places: officers enter, publish, confirm and close them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, codes, vietnamese
from foundation.errors import Conflict, Finding, Invalid, NotFound
from ledger import log
from products.places import details as told
from products.places.details import PlaceDetails, Where
from products.places.models import TourismPlace

CODE_LENGTH = 8
STALE_AFTER = timedelta(days=365)
"""What nobody confirmed for a year is told to the officer; visitors see the day."""
_CHANCE = secrets.SystemRandom()


def create(
    session: Session,
    actor: Actor,
    details: PlaceDetails,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> TourismPlace:
    """Enter a place; it is a draft until somebody publishes it. Raises: Forbidden, Invalid."""
    permissions.require(actor, "place.write")
    code = "DL" + codes.new_code(CODE_LENGTH, chance)
    place = TourismPlace(code=code, status="draft", created_at=now)
    told.fill(session, actor, place, details, now)
    place.slug = _slug(session, details.name, code)
    try:
        with session.begin_nested():
            session.add(place)
            session.flush()
    except IntegrityError:
        place.slug = f"{place.slug[:100]}-{code.lower()}"
        session.add(place)
        session.flush()
    told.sell(session, place, details.products)
    _log(session, "place.entered", place, now)
    return place


def update(
    session: Session, actor: Actor, code: str, details: PlaceDetails, *, now: datetime
) -> TourismPlace:
    """Change what is told about a place; its address on the web stays.

    Whoever changes it has looked at it: it counts as confirmed today.
    Raises: Forbidden, NotFound, Invalid.
    """
    place = get_place(session, actor, code, lock=True)
    told.fill(session, actor, place, details, now)
    told.sell(session, place, details.products)
    session.flush()
    _log(session, "place.changed", place, now)
    return place


def publish(session: Session, actor: Actor, code: str, *, now: datetime) -> TourismPlace:
    """Show a place to everybody, also one that was closed. Raises: Conflict("place.published")."""
    place = get_place(session, actor, code, lock=True)
    if place.status == "published":
        raise Conflict("place.published")
    place.status, place.closed_reason = "published", None
    return _touched(session, "place.published", place, now)


def close(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> TourismPlace:
    """Say that a place receives nobody any more; its page stays and says so.

    Raises: Conflict("place.closed"); Invalid("place.reason_needed").
    """
    place = get_place(session, actor, code, lock=True)
    if place.status == "closed":
        raise Conflict("place.closed")
    if not reason.strip():
        raise Invalid([Finding("place.reason_needed", {}, "reason")])
    place.status, place.closed_reason = "closed", reason.strip()
    return _touched(session, "place.closed", place, now)


def confirm(session: Session, actor: Actor, code: str, *, now: datetime) -> TourismPlace:
    """Say that what the page tells is true today."""
    place = get_place(session, actor, code, lock=True)
    return _touched(session, "place.confirmed", place, now)


def get_place(session: Session, actor: Actor, code: str, *, lock: bool = False) -> TourismPlace:
    """A place for those who keep it. Raises: NotFound, Forbidden."""
    statement = select(TourismPlace).where(TourismPlace.code == codes.normalise(code))
    place = session.scalar(statement.with_for_update() if lock else statement)
    permissions.require(actor, "place.write")
    # Another territory's drafts are nobody else's to know of.
    if place is None or not permissions.may(
        actor, "place.write", Where(place.commune_code, place.province_code)
    ):
        raise NotFound("place.not_found")
    return place


def _slug(session: Session, name: str, code: str) -> str:
    slug = "-".join(vietnamese.words(name))[:100].strip("-")
    taken = session.scalar(select(TourismPlace.id).where(TourismPlace.slug == slug))
    return f"{slug}-{code.lower()}" if taken else slug


def _touched(session: Session, kind: str, place: TourismPlace, now: datetime) -> TourismPlace:
    place.confirmed_on, place.updated_at = clock.business_day(now), now
    session.flush()
    _log(session, kind, place, now)
    return place


def _log(session: Session, kind: str, place: TourismPlace, now: datetime) -> None:
    body = {"kind": place.kind, "commune": place.commune_code, "status": place.status}
    log.append(session, kind=kind, subject=place.code, body=body, now=now)
