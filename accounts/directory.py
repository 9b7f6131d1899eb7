"""Finding people, for those who appoint them: every look at somebody's contacts is written down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, exists, or_, select
from sqlalchemy.orm import Session

from accounts import audit, people, permissions
from accounts.models import Membership, Organisation, Person, RoleGrant
from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from foundation.vietnamese import fold


@dataclass(frozen=True)
class PeopleSearch:
    """A name, a number or an address; a role on the platform."""

    q: str | None = None
    role: str | None = None
    cursor: str | None = None


@dataclass(frozen=True)
class PersonSeen:
    """One person with everything they hold."""

    person: Person
    grants: list[RoleGrant]
    memberships: list[tuple[Membership, Organisation]]


def list_people(session: Session, actor: Actor, search: PeopleSearch) -> Page[Person]:
    """All people, for admins."""
    permissions.require(actor, "person.manage")
    statement = select(Person)
    if search.q:
        contact = people.read_contact(search.q)
        matches = Person.name_key.contains(fold(search.q), autoescape=True)
        if contact is not None:
            matches = or_(
                matches,
                Person.email == (contact.email or ""),
                Person.phone == (contact.phone or ""),
            )
        statement = statement.where(matches)
    if search.role:
        statement = statement.where(_holds(search.role))
    return paging.fetch(session, statement, (Person.name_key, Person.id), cursor=search.cursor)


def list_officials(session: Session, actor: Actor) -> list[tuple[RoleGrant, str]]:
    """Those who hold a role in the actor's own territory, by name; no contacts."""
    permissions.require(actor, "person.read")
    statement = (
        select(RoleGrant, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.revoked_at.is_(None), RoleGrant.role != "admin")
        .order_by(Person.name_key, RoleGrant.id)
        .limit(1000)
    )
    scopes = actor.scopes("officer")
    if not actor.has_role("admin") and "" not in scopes:
        statement = statement.where(RoleGrant.scope_unit_code.in_(scopes))
    return [(row, name) for row, name in session.execute(statement)]


def see_person(session: Session, actor: Actor, person_id: int, *, now: datetime) -> PersonSeen:
    """Somebody with contacts and roles, for admins; the look is written down."""
    permissions.require(actor, "person.manage")
    person = people.get_person(session, person_id)
    if person.id != actor.person_id:
        audit.record(session, actor, "person.seen", f"person:{person.id}", now=now)
    grants = session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    held = session.execute(
        select(Membership, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return PersonSeen(person, list(grants), [(row, at) for row, at in held])


def _holds(role: str) -> Exists:
    return exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None)
    )


def names_of(session: Session, ids: set[int]) -> dict[int, str]:
    """Names for a list that holds ids."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
