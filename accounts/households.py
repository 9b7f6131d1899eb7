"""Households entered by a community technology team on their behalf, with their consent.

The team gains no role in the household: it acts by its territory, as long as the consent stands.
"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from accounts import audit, consents, organisations, permissions
from accounts.consents import Given
from accounts.models import Organisation
from accounts.organisations import OrganisationDetails
from accounts.permissions import Actor

PURPOSE = "entered_by_team"
TEXT_VERSION = "2026-1"


class OfOrganisation(Protocol):
    """A record that belongs to an organisation (or the organisation itself)."""

    @property
    def organisation_id(self) -> int:
        """Whose record it is."""


def enter(
    session: Session, actor: Actor, details: OrganisationDetails, channel: str, *, now: datetime
) -> Organisation:
    """Enter a household that has just agreed; an officer verifies it afterwards.

    Raises: Forbidden or NotFound outside the team's territory, Invalid.
    """
    permissions.require(actor, "household.enter")
    household = organisations.enter_for_another(
        session, actor, replace(details, kind="household"), now=now
    )
    permissions.require(actor, "household.enter", household)
    given = Given(PURPOSE, TEXT_VERSION, channel)
    consents.record_for_household(session, actor, household, given, now=now)
    audit.record(session, actor, "household.entered", household.code, now=now)
    return household


def require_entry(session: Session, actor: Actor, action: str, subject: OfOrganisation) -> None:
    """Let the actor write into an organisation's records.

    Who is there only as a technology team writes on its behalf, which it must have agreed to.
    Raises: Unauthenticated, Forbidden, NotFound, Refused("consent.missing").
    """
    permissions.require(actor, action, subject)
    own_right = replace(actor, held=tuple(h for h in actor.held if h.role != "tech_team"))
    if not permissions.may(own_right, action, subject):
        organisation = session.get_one(Organisation, subject.organisation_id)
        consents.require_from_household(session, organisation, PURPOSE)
