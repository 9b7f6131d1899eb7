"""Households entered by a community technology team on their behalf, with their consent.

The team gains no role in the household: it acts by its territory, as long as the consent stands.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit, consents, organisations, permissions
from accounts.consents import Given
from accounts.models import Organisation
from accounts.organisations import OrganisationDetails
from accounts.permissions import Actor

PURPOSE = "entered_by_team"
TEXT_VERSION = "2026-1"


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
