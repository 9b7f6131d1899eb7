"""Consents."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts import consents
from accounts.consents import Given
from foundation.errors import NotFound, Refused
from tests.accounts.factories import (
    THANG_BINH,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)

TEAM = Given("entered_by_team", "2026-1", "in_person")


def test_a_team_records_a_households_consent_before_it_enters_anything(
    session: Session, now: datetime
) -> None:
    household = make_organisation(session, now, kind="household")
    team = make_official(session, now, role="tech_team")
    with pytest.raises(Refused, match=r"consent\.missing"):
        consents.require_from_household(session, household, "entered_by_team")

    row = consents.record_for_household(session, team, household, TEAM, now=now)

    consents.require_from_household(session, household, "entered_by_team")
    assert (row.recorded_by_id, row.channel, row.text_version) == (
        team.person_id, "in_person", "2026-1",
    )  # fmt: skip
    with pytest.raises(Refused):
        consents.require_from_household(session, household, "publish_contact")


def test_a_withdrawn_consent_counts_no_more(session: Session, now: datetime) -> None:
    household = make_organisation(session, now, kind="household")
    head = make_member(session, household, now)
    row = consents.record_for_household(session, head, household, TEAM, now=now)

    consents.withdraw(session, head, row.id, now=now)

    with pytest.raises(Refused):
        consents.require_from_household(session, household, "entered_by_team")
    assert row.withdrawn_by_id == head.person_id


def test_a_team_of_another_place_finds_no_household(session: Session, now: datetime) -> None:
    household = make_organisation(session, now, kind="household")
    team = make_official(session, now, role="tech_team", scope=THANG_BINH)

    with pytest.raises(NotFound):
        consents.record_for_household(session, team, household, TEAM, now=now)


def test_ones_own_consent_is_ones_own_to_withdraw(session: Session, now: datetime) -> None:
    owner, other = (actor_of(session, make_person(session, now)) for _ in range(2))
    row = consents.give(session, owner, Given("statistics", "2026-1", "web"), now=now)

    with pytest.raises(NotFound):
        consents.withdraw(session, other, row.id, now=now)
    assert consents.is_given_by_person(session, owner.person_id or 0, "statistics")
    consents.withdraw(session, owner, row.id, now=now)

    assert not consents.is_given_by_person(session, owner.person_id or 0, "statistics")
    assert consents.list_visible(session, owner) == [(row, None)]
