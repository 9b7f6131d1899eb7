"""Who somebody is to the permission table: every role they hold.

Cookies and programs' tokens are looked up thousands of times a minute: whose they are and what
those may do is read in one statement (``ROLES``).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Result, null, select, union_all
from sqlalchemy.orm import Session

from accounts.models import Membership, Person, RoleGrant
from accounts.permissions import Actor, Held
from foundation import config

# Those who decide over others, or see everybody's data, sign in with a second factor.
SECOND_FACTOR_ROLES = ("admin", "officer")
# Addresses of the demonstration story, whose password stands in every manual.
DEMONSTRATION = "@demo.nguon.vn"
ROLES = """
(SELECT json_agg(json_build_array(held.role, held.scope, held.organisation_id)) FROM (
  SELECT role, NULL AS scope, organisation_id FROM memberships
  WHERE person_id = people.id AND ended_at IS NULL
  UNION ALL SELECT role, scope_unit_code, NULL FROM role_grants
  WHERE person_id = people.id AND revoked_at IS NULL) AS held)
"""
"""The roles of a row of ``people``, for a statement that reads one: a list for ``known``."""


class Account(Protocol):
    """What of a person decides whether, and as whom, they may come in."""

    @property
    def id(self) -> int:
        """Their number."""

    @property
    def name(self) -> str:
        """What they are called."""

    @property
    def email(self) -> str | None:
        """Their e-mail address, if they gave one."""

    @property
    def disabled_at(self) -> datetime | None:
        """Since when they are shut out."""

    @property
    def totp_confirmed_at(self) -> datetime | None:
        """Since when they have a second factor."""


def find_actor(session: Session, person_id: int) -> Actor | None:
    """The person as an actor, or None when there is none or they are shut out.

    Whoever decides over others and has set up no second factor keeps only their other roles
    until they do; a demonstration lets them look around without.
    """
    person = session.get(Person, person_id)
    if person is None:
        return None
    return known(person, _roles(session, person_id))


def known(person: Account, roles: Iterable[tuple[str, str | None, int | None]]) -> Actor | None:
    """The person as an actor with these roles (role, territory, organisation); see find_actor."""
    if is_shut_out(person):
        return None
    # Everybody who can sign in can buy.
    held = (*(Held(*role) for role in roles), Held("buyer"))
    passed = person.totp_confirmed_at is not None or not needs_second_factor(held)
    if not passed and config.current().production:
        held = tuple(role for role in held if role.role not in SECOND_FACTOR_ROLES)
    return Actor(person.id, person.name, held, second_factor=passed)


def is_shut_out(person: Account) -> bool:
    """Whether somebody may not come in, by whatever door, nor act.

    Nobody of the demonstration may in production: its database may have been restored there.
    """
    is_told = (person.email or "").endswith(DEMONSTRATION)
    return person.disabled_at is not None or (is_told and config.current().production)


def needs_second_factor(held: tuple[Held, ...]) -> bool:
    """Whether these roles may only be used with a second factor."""
    return any(role.role in SECOND_FACTOR_ROLES for role in held)


def has_lost_since(session: Session, person_id: int, moment: datetime) -> bool:
    """Whether a person lost a role anywhere since some moment: what waits for them is stale."""
    memberships = select(Membership.id).where(
        Membership.person_id == person_id, Membership.ended_at >= moment
    )
    grants = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.revoked_at >= moment
    )
    return session.execute(union_all(memberships, grants).limit(1)).first() is not None


def _roles(session: Session, person_id: int) -> list[tuple[str, str | None, int | None]]:
    memberships = select(Membership.role, null().label("scope"), Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_at.is_(None)
    )
    grants = select(RoleGrant.role, RoleGrant.scope_unit_code, null()).where(
        RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)
    )
    rows: Result[Any] = session.execute(union_all(memberships, grants))
    return [(row.role, row.scope, row.organisation_id) for row in rows]
