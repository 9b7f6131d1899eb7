"""What entering a register row shares: whose territory it is, which organisation is meant."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Forbidden, Invalid, NotFound
from indicators.models import ChannelClaim, LinkageModel
from territory import picking

Row = TypeVar("Row", LinkageModel, ChannelClaim)


@dataclass(frozen=True)
class Place:
    """Where a register row belongs; an officer's territory must cover it."""

    commune_code: str | None
    province_code: str


def place_for(session: Session, actor: Actor, typed: str, on: date) -> Place:
    """Return the commune that was typed, if the actor may write there.

    Raises: Invalid, Forbidden, Unauthenticated.
    """
    unit = picking.resolve(session, typed, on)
    place = Place(unit.code, unit.province_code)
    permissions.require(actor, "register.write", place)
    return place


def get_locked(session: Session, actor: Actor, register: type[Row], row_id: int) -> Row:
    """Return a register row to be changed, held against others.

    Raises: Forbidden, Unauthenticated; NotFound for a row of another territory too: officers are
    not to learn by its number that it exists.
    """
    permissions.require(actor, "register.write")
    row = session.get(register, row_id, with_for_update=True)
    if row is None or not permissions.may(actor, "register.write", row):
        raise NotFound
    return row


def person_of(actor: Actor) -> int:
    """Return who enters a row. Raises: Forbidden for the system itself, which vouches for none."""
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def organisation_id(session: Session, code: str | None) -> int | None:
    """Return the organisation of a code. Raises: Invalid("register.no_such_organisation")."""
    if code is None:
        return None
    found = session.scalar(select(Organisation.id).where(Organisation.code == code))
    if found is None:
        finding = Finding("register.no_such_organisation", {"code": code}, "organisation")
        raise Invalid([finding])
    return found


def refuse_backwards(first: date, last: date | None, field: str) -> None:
    """Refuse an end before its beginning. Raises: Invalid("register.ends_before")."""
    if last is not None and last < first:
        raise Invalid([Finding("register.ends_before", {"first": first}, field)])


def scopes(actor: Actor) -> tuple[str, ...]:
    """Return the unit codes an actor may write registers for; "" is the whole country."""
    if actor.system or actor.has_role("admin"):
        return ("",)
    return actor.scopes("officer", "survey_taker")
