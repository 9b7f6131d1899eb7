"""Who works in an organisation, in which roles; its managers see to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from accounts import actors, audit, organisations, permissions, sessions, ways_in
from accounts.models import Membership, Organisation, Person
from accounts.permissions import Actor
from foundation.errors import NotFound, Refused


@dataclass(frozen=True)
class Member:
    """One person in an organisation with every role they hold there."""

    person: Person
    roles: tuple[str, ...]


def list_members(session: Session, actor: Actor, organisation: Organisation) -> list[Member]:
    """The present members, managers first."""
    permissions.require(actor, "member.manage", organisation)
    rows = session.scalars(
        _current(organisation.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.joined_at, Membership.id)
    )
    found: dict[int, list[Membership]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    members = [Member(own[0].person, tuple(row.role for row in own)) for own in found.values()]
    return sorted(members, key=lambda member: "manager" not in member.roles)


def add(
    session: Session, organisation_id: int, person_id: int, role: str, *, now: datetime
) -> None:
    """Give a person a role here (an accepted invitation, the command line)."""
    held = session.scalar(
        _current(organisation_id).where(Membership.person_id == person_id, Membership.role == role)
    )
    if held is None:
        session.add(
            Membership(
                organisation_id=organisation_id, person_id=person_id, role=role, joined_at=now
            )
        )
        session.flush()


def set_roles(
    session: Session,
    actor: Actor,
    code: str,
    person_id: int,
    roles: frozenset[str],
    *,
    now: datetime,
) -> None:
    """Let a member hold exactly these roles; none of them: they leave. Their sessions end.

    Raises: NotFound for a stranger, Refused("member.last_manager").
    """
    organisation = organisations.get_organisation(session, code, lock=True)
    permissions.require(actor, "member.manage", organisation)
    rows = list(session.scalars(_current(organisation.id).with_for_update()))
    own = {row.role: row for row in rows if row.person_id == person_id}
    if not own:
        raise NotFound("member.not_found")
    others = any(row.role == "manager" and row.person_id != person_id for row in rows)
    if "manager" in own and "manager" not in roles and not others:
        raise Refused("member.last_manager")
    for role, row in own.items():
        if role not in roles:
            row.ended_at = now
    for role in sorted(roles - own.keys()):
        add(session, organisation.id, person_id, role, now=now)
    if roles != own.keys():
        sessions.end_all(session, person_id, now=now)


def get_resettable(session: Session, actor: Actor, code: str, person_id: int) -> Person:
    """A member whose entry their manager may open anew.

    Only somebody who holds nothing anywhere else: else a manager could enter another
    organisation in their place. Raises: NotFound, Refused("member.reset_elsewhere").
    """
    organisation = organisations.get_organisation(session, code)
    permissions.require(actor, "member.manage", organisation)
    is_member = session.scalar(
        _current(organisation.id).where(Membership.person_id == person_id).limit(1)
    )
    if is_member is None:
        raise NotFound("member.not_found")
    member = actors.find_actor(session, person_id)
    if member is None:
        raise NotFound("member.not_found")
    elsewhere = member.organisation_ids() != (organisation.id,)
    if elsewhere or member.has_role("manager", *permissions.GLOBAL_ROLES[:-1]):
        raise Refused("member.reset_elsewhere")
    return session.get_one(Person, person_id)


def record_reset(
    session: Session, actor: Actor, code: str, person: Person, *, now: datetime
) -> None:
    """After a reset: every device and token is out, and it is written down who did it."""
    ways_in.close_all(session, person.id, now=now)
    audit.record(session, actor, "member.reset", f"person:{person.id}", code, now=now)


def _current(organisation_id: int) -> Select[Membership]:
    return select(Membership).where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
    )
