"""Roles on the platform itself: who decides where. Given by admins, or by accepted invitation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import audit, permissions, sessions
from accounts.models import Person, RoleGrant
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid, NotFound, Refused
from territory import units


def grant(
    session: Session,
    actor: Actor,
    person_id: int,
    role: str,
    scope_unit_code: str | None,
    *,
    now: datetime,
) -> RoleGrant:
    """Give a person a role over a territory ("" is the whole country); they sign in anew.

    Raises: Forbidden unless the actor is an admin, Invalid for an unknown territory.
    """
    permissions.require(actor, "person.manage")
    return put(session, actor, person_id, role, scope_unit_code, now=now)


def put(
    session: Session,
    actor: Actor,
    person_id: int,
    role: str,
    scope_unit_code: str | None,
    *,
    now: datetime,
) -> RoleGrant:
    """Write a grant that somebody entitled has decided (an invitation, the command line)."""
    scope = checked_scope(session, role, scope_unit_code, now=now)
    row = RoleGrant(
        person_id=person_id,
        role=role,
        scope_unit_code=scope,
        granted_at=now,
        granted_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    sessions.end_all(session, person_id, now=now)
    details = {"role": role, "scope": scope}
    audit.record(session, actor, "role.granted", f"person:{person_id}", now=now, details=details)
    return row


def revoke(
    session: Session, actor: Actor, grant_id: int, reason: str, *, now: datetime
) -> RoleGrant:
    """Take a role back; its holder is signed out everywhere. Raises: Refused("role.last_admin")."""
    permissions.require(actor, "person.manage")
    row = session.get(RoleGrant, grant_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        raise NotFound
    if row.role == "admin":
        refuse_last_admin(session, row.person_id)
    row.revoked_at = now
    row.revoked_by_id = actor.person_id
    sessions.end_all(session, row.person_id, now=now)
    details = {"role": row.role, "scope": row.scope_unit_code}
    subject = f"person:{row.person_id}"
    audit.record(session, actor, "role.revoked", subject, reason, now=now, details=details)
    return row


def list_grants(session: Session, person_ids: list[int]) -> list[RoleGrant]:
    """The living grants of several people."""
    return list(
        session.scalars(
            select(RoleGrant)
            .where(RoleGrant.person_id.in_(person_ids), RoleGrant.revoked_at.is_(None))
            .order_by(RoleGrant.id)
        )
    )


def checked_scope(
    session: Session, role: str, scope_unit_code: str | None, *, now: datetime
) -> str | None:
    """The territory a role may be given over; an admin has none. Raises Invalid."""
    if role == "admin":
        return None
    if scope_unit_code is None:
        raise Invalid([Finding("input.required", {}, "scope_unit_code")])
    if scope_unit_code:
        unit = units.find_unit(session, scope_unit_code, clock.business_day(now))
        if unit is None or unit.level == "district":
            params = {"code": scope_unit_code}
            raise Invalid([Finding("role.no_such_unit", params, "scope_unit_code")])
    return scope_unit_code


def refuse_last_admin(session: Session, person_id: int) -> None:
    """Raises Refused("role.last_admin") when this person is the only admin who can come in."""
    # All admin rows are locked in id order: two admins cannot remove each other at once.
    rows = session.scalars(
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == "admin", RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None)
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    if set(rows) == {person_id}:
        raise Refused("role.last_admin")


def is_within(session: Session, scopes: tuple[str, ...], unit_code: str, *, now: datetime) -> bool:
    """Whether a territory lies in one of an officer's territories."""
    if "" in scopes or unit_code in scopes:
        return True
    if not unit_code:
        return False
    unit = units.find_unit(session, unit_code, clock.business_day(now))
    return unit is not None and unit.province_code in scopes
