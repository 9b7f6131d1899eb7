"""Every way somebody, or a thief of theirs, is in already: sessions, known devices, tokens."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import sessions, tokens


def close_all(session: Session, person_id: int, *, now: datetime) -> None:
    """End them all: a password or factor was reset, or the person was shut out."""
    sessions.end_all(session, person_id, now=now)
    sessions.forget_devices(session, person_id)
    tokens.end_all(session, person_id, now=now)
