"""Recipients: who answers for an organisation, and how a message reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.models import Membership, Person, RoleGrant
from accounts.people import Contact
from foundation.i18n import speaking


def managers_of(session: Session, organisation_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Those who answer for each organisation, by organisation; one query."""
    found: dict[int, list[Person]] = {}
    statement = (
        select(Membership.organisation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(sorted(set(organisation_ids))),
            Membership.role == "manager",
            Membership.ended_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .order_by(Membership.organisation_id, Person.id)
    )
    for organisation_id, person in session.execute(statement):
        found.setdefault(organisation_id, []).append(person)
    return found


def officers_of(session: Session, places: Iterable[str | None]) -> list[Person]:
    """The officers of some communes or provinces, and those of the whole country; nobody twice."""
    return list(dict.fromkeys(person for _place, person in officers_by_place(session, places)))


def officers_by_place(
    session: Session, places: Iterable[str | None]
) -> Sequence[tuple[str, Person]]:
    """Each officer with each of these places that is theirs; "" is the whole country. One query."""
    statement = (
        select(RoleGrant.scope_unit_code, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == "officer",
            RoleGrant.revoked_at.is_(None),
            RoleGrant.scope_unit_code.in_({"", *(place for place in places if place)}),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id, RoleGrant.scope_unit_code)
    )
    return [(place or "", person) for place, person in session.execute(statement)]


def tell(session: Session, people: Iterable[Person], words: Callable[[], tuple[str, str]]) -> None:
    """Send everybody one message (subject, text), in each reader's language.

    It leaves once the caller's transaction has committed.
    """
    for person in people:
        with speaking(person.locale):
            subject, text = words()
        # Mail first: it carries links, and telephones are reached only where a gateway is set.
        contact = Contact(email=person.email) if person.email else Contact(phone=person.phone)
        messages.send(session, contact, subject, text)
