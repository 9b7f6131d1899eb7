"""The story's people and organisations."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import actors, grants, members, organisations, people, verification
from accounts.models import Membership, Organisation, Person
from accounts.organisations import OrganisationDetails
from accounts.people import NewPerson
from accounts.permissions import SYSTEM, Actor
from accounts.register import profiles
from accounts.register.profiles import ProfileAnswers
from app.demo.cast import PASSWORD, script


def admin(session: Session, cast: list[dict[str, Any]], *, now: datetime) -> Actor:
    """The administrator, in whose hand the story's official acts are."""
    person = _person(session, cast[0], now=now)
    if not actors.find_actor(session, person.id).has_role("admin"):  # type: ignore[union-attr]
        grants.put(session, SYSTEM, person.id, "admin", "", now=now)
    return _actor(session, person)


def join(
    session: Session,
    cast: list[dict[str, Any]],
    found: dict[str, Organisation],
    *,
    now: datetime,
) -> None:
    """The people one can sign in as, with their roles and memberships."""
    for entry in cast:
        person = _person(session, entry, now=now)
        held = {(h.role, h.scope, h.organisation_id) for h in _actor(session, person).held}
        for role, scope in entry.get("roles", ()):
            if (role, scope, None) not in held:
                grants.put(session, SYSTEM, person.id, role, scope, now=now)
        for key, roles in entry.get("member", {}).items():
            for role in roles:
                if (role, None, found[key].id) not in held:
                    members.add(session, found[key].id, person.id, role, now=now)


def organisation(
    session: Session, admin: Actor, part: dict[str, Any], *, now: datetime
) -> tuple[Organisation, bool]:
    """The organisation, entered and verified; and whether it is new."""
    known = session.scalar(select(Organisation).where(Organisation.name == part["name"]))
    if known is not None:
        return known, False
    entered_at = now - timedelta(days=320)
    details = OrganisationDetails(
        name=part["name"],
        kind=part["kind"],
        commune_code=part["commune"],
        representative=part["representative"],
        introduction=part["introduction"],
    )
    made = organisations.create(session, admin, details, now=entered_at)
    if made.verified_at is None:
        verification.verify(
            session, admin, made.code, "Hồ sơ trình diễn", now=entered_at + timedelta(days=2)
        )
    if "profile" in part:
        profiles.save(session, admin, made.code, _answers(part["profile"]), now=now)
    return made, True


def manager(
    session: Session, organisation: Organisation, part: dict[str, Any], *, now: datetime
) -> Actor:
    """The organisation's representative, who writes its diary and opens its batches.

    Who of the cast manages it under that very name is the representative: one account, not two.
    """
    email = f"{part['key']}@demo.nguon.vn"
    entry = {"name": part["representative"], "email": email}
    person = _person(session, _of_cast(part) or entry, now=now)
    known = session.scalar(select(Membership.id).where(Membership.person_id == person.id).limit(1))
    if known is None:
        for role in ("manager", "seller"):
            members.add(session, organisation.id, person.id, role, now=now)
    return _actor(session, person)


def _of_cast(part: dict[str, Any]) -> dict[str, Any] | None:
    mine = (
        entry
        for entry in script()["people"]
        if part["key"] in entry.get("member", {}) and entry["name"] == part["representative"]
    )
    return next(mine, None)


def _answers(profile: dict[str, Any]) -> ProfileAnswers:
    known = dict(profile)
    known["land_ha"] = Decimal(known["land_ha"])
    return ProfileAnswers(**known)


def _person(session: Session, entry: dict[str, Any], *, now: datetime) -> Person:
    contact = people.Contact(email=entry["email"])
    known = people.find_by_contact(session, contact)
    if known is not None:
        return known
    new = NewPerson(
        name=entry["name"], email=entry["email"], phone=entry.get("phone"), password=PASSWORD
    )
    return people.create(session, new, now=now)


def _actor(session: Session, person: Person) -> Actor:
    session.flush()
    actor = actors.find_actor(session, person.id)
    if actor is None:
        raise RuntimeError(f"{person.name} was shut out")
    return actor
