"""Browsers their owners have signed in with: known from the first time on, which is told."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import alerts, sessions
from accounts.models import Person


def remember(session: Session, person_id: int, cookie: str | None, *, now: datetime) -> str | None:
    """Know this browser from now on; the new cookie's value, or None when it is known."""
    known = sessions.find_device(session, cookie)
    if known is not None and known.person_id == person_id:
        return None
    return sessions.remember_device(session, person_id, now=now)


def greet(
    session: Session, person_id: int, cookie: str | None, label: str, *, now: datetime
) -> str | None:
    """The same after a sign-in by password: of a browser never seen before its owner is told."""
    made = remember(session, person_id, cookie, now=now)
    if made is not None:
        person = session.get_one(Person, person_id)
        alerts.tell(session, person, "device.new", now=now, what=label)
    return made
