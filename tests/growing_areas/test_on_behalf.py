"""A technology team writes for a household only while the household's consent stands."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import consents, households
from accounts.models import Consent
from accounts.organisations import OrganisationDetails
from foundation.errors import Refused
from growing_areas import diary, registration
from growing_areas.diary import Work
from tests.accounts.factories import make_official
from tests.growing_areas import factories


def test_a_team_writes_for_a_household_until_consent_is_withdrawn(
    session: Session, now: datetime
) -> None:
    team = make_official(session, now, role="tech_team", scope=factories.COMMUNE)
    details = OrganisationDetails("Hộ Đinh Thị Bưởi", "household", factories.COMMUNE)
    household = households.enter(session, team, details, "paper", now=now)
    proposal = factories.make_proposal()
    area = registration.propose(session, team, household.code, proposal, now=now).area
    work = Work("weeding", now.date())
    diary.record(session, team, area.id, work, now=now)
    consent = session.scalars(select(Consent).where(Consent.organisation_id == household.id)).one()

    consents.withdraw(session, team, consent.id, now=now)

    with pytest.raises(Refused) as caught:
        diary.record(session, team, area.id, work, now=now)
    assert caught.value.code == "consent.missing"
    with pytest.raises(Refused):
        registration.propose(session, team, household.code, factories.make_proposal(), now=now)


def test_a_team_does_not_write_for_a_cooperative_that_never_asked(
    session: Session, now: datetime
) -> None:
    team = make_official(session, now, role="tech_team", scope=factories.COMMUNE)
    cooperative = factories.make_organisation(session, now)

    with pytest.raises(Refused):
        registration.propose(session, team, cooperative.code, factories.make_proposal(), now=now)
