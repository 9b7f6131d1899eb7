"""A cooperative's profile, kept and confirmed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.register import profiles
from accounts.register.models import CooperativeConfirmation
from accounts.register.profiles import ProfileAnswers
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tests.accounts.factories import make_member, make_official, make_organisation

ANSWERS = ProfileAnswers(
    registration_number="12A", members=120, women_members=50, land_ha=Decimal("35.5")
)


def test_its_manager_keeps_it_and_sees_what_is_missing(session: Session, now: datetime) -> None:
    cooperative = make_organisation(session, now)
    manager = make_member(session, cooperative, now)

    profiles.save(session, manager, cooperative.code, ANSWERS, now=now)

    row = profiles.get_row(session, manager, cooperative.code, now=now)
    assert row.profile is not None
    assert row.profile.land_ha == Decimal("35.5")
    assert 0 < row.completeness.percent < 100
    assert "capital_vnd" in row.completeness.missing
    assert "members" not in row.completeness.missing


@pytest.mark.parametrize("role", ["staff", "seller"])
def test_others_of_the_cooperative_do_not_change_it(
    session: Session, now: datetime, role: str
) -> None:
    cooperative = make_organisation(session, now)

    with pytest.raises(Forbidden):
        profiles.save(
            session, make_member(session, cooperative, now, role=role), cooperative.code,
            ANSWERS, now=now,
        )  # fmt: skip


def test_an_officer_elsewhere_finds_none(session: Session, now: datetime) -> None:
    cooperative = make_organisation(session, now)

    with pytest.raises(NotFound):
        profiles.save(
            session, make_official(session, now, scope="48"), cooperative.code, ANSWERS, now=now
        )


def test_what_cannot_be_true_is_told_at_once(session: Session, now: datetime) -> None:
    cooperative = make_organisation(session, now)
    wrong = ProfileAnswers(
        members=3, women_members=4, member_households=5, registered_on=date(2030, 1, 1)
    )

    with pytest.raises(Invalid) as raised:
        profiles.save(
            session, make_member(session, cooperative, now), cooperative.code, wrong, now=now
        )

    assert {f.field for f in raised.value.findings} == {
        "women_members", "member_households", "registered_on",
    }  # fmt: skip


def test_a_year_is_confirmed_once_with_the_figures_as_they_stood(
    session: Session, now: datetime
) -> None:
    cooperative = make_organisation(session, now)
    manager = make_member(session, cooperative, now)
    with pytest.raises(Refused, match=r"cooperative\.empty"):
        profiles.confirm(session, manager, cooperative.code, now=now)
    profiles.save(session, manager, cooperative.code, ANSWERS, now=now)

    profiles.confirm(session, manager, cooperative.code, now=now)
    profiles.save(session, manager, cooperative.code, ProfileAnswers(members=121), now=now)

    with pytest.raises(Conflict):
        profiles.confirm(session, manager, cooperative.code, now=now)
    row = session.scalars(select(CooperativeConfirmation)).one()
    assert (row.year, row.figures["members"], row.figures["land_ha"]) == (2026, 120, "35.500")
    next_year = now + timedelta(days=60)
    assert profiles.get_row(session, manager, cooperative.code, now=next_year).confirmed_at is None
    profiles.confirm(session, manager, cooperative.code, now=next_year)


def test_officers_do_not_confirm_in_a_managers_place(session: Session, now: datetime) -> None:
    cooperative = make_organisation(session, now)
    profiles.save(
        session, make_member(session, cooperative, now), cooperative.code, ANSWERS, now=now
    )

    with pytest.raises(Forbidden):
        profiles.confirm(session, make_official(session, now), cooperative.code, now=now)


def test_only_cooperatives_have_one(session: Session, now: datetime) -> None:
    household = make_organisation(session, now, kind="household")

    with pytest.raises(Refused, match=r"cooperative\.only"):
        profiles.save(
            session, make_member(session, household, now), household.code, ANSWERS, now=now
        )
