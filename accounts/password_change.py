"""A new password by whoever knows the old one; its owner is told."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import alerts, one_time_codes, passwords, people, sessions, tokens
from accounts.models import Person
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid


def change(session: Session, actor: Actor, old: str, new: str, *, now: datetime) -> Person:
    """Change one's own password and close every way in: stolen cookies and tokens open nothing.

    Raises: Invalid when the old one is wrong or the new one too weak.
    """
    person = change_keeping_tokens(session, actor, old, new, now=now)
    tokens.end_all(session, person.id, now=now)
    return person


def change_keeping_tokens(
    session: Session, actor: Actor, old: str, new: str, *, now: datetime
) -> Person:
    """The same for somebody who says that their programs' tokens are in good hands."""
    person = people.get_person(session, people.own_id(actor))
    if person.password_hash is not None and not passwords.matches(person.password_hash, old):
        raise Invalid([Finding("password.old_wrong", {}, "old_password")])
    people.put_password(person, new, now=now)
    sessions.end_all(session, person.id, now=now)
    sessions.forget_devices(session, person.id)
    one_time_codes.end_for_person(session, person.id, now=now)
    alerts.tell(session, person, "password.changed", now=now)
    return person
