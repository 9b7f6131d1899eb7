"""Somebody shut out at once, by whatever door, and let in again; both audited."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit, grants, people, permissions, ways_in
from accounts.permissions import Actor


def disable(session: Session, actor: Actor, person_id: int, reason: str, *, now: datetime) -> None:
    """Shut somebody out at once, on every device; audited. Raises: Refused("role.last_admin")."""
    permissions.require(actor, "person.manage")
    person = people.get_person(session, person_id)
    grants.refuse_last_admin(session, person_id)
    person.disabled_at = now
    ways_in.close_all(session, person.id, now=now)
    audit.record(session, actor, "person.disabled", f"person:{person.id}", reason, now=now)


def enable(session: Session, actor: Actor, person_id: int, reason: str, *, now: datetime) -> None:
    """Let somebody in again; audited."""
    permissions.require(actor, "person.manage")
    person = people.get_person(session, person_id)
    person.disabled_at = None
    audit.record(session, actor, "person.enabled", f"person:{person.id}", reason, now=now)
