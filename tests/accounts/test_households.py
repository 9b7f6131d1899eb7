"""Households entered by a technology team on their behalf."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import consents, households
from accounts.models import AuditEntry, Consent, Organisation
from accounts.organisations import OrganisationDetails
from foundation import clock
from foundation.errors import Forbidden, NotFound, Refused
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import (
    THANG_BINH,
    VE_GIANG,
    actor_of,
    make_member,
    make_official,
    make_person,
)

DETAILS = OrganisationDetails("Hộ Nguyễn Văn Lúa", "household", VE_GIANG)


def test_a_team_enters_a_household_with_its_consent_and_gains_no_role(
    session: Session, now: datetime
) -> None:
    team = make_official(session, now, role="tech_team")

    made = households.enter(session, team, DETAILS, "paper", now=now)

    assert (made.kind, made.status) == ("household", "unverified")
    assert team.organisation_ids() == ()
    consents.require_from_household(session, made, households.PURPOSE)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "household.entered")
    ).one()
    assert (entry.person_id, entry.subject) == (team.person_id, made.code)


def test_a_team_enters_none_elsewhere(session: Session, now: datetime) -> None:
    team = make_official(session, now, role="tech_team", scope=THANG_BINH)

    with pytest.raises((Forbidden, NotFound)), session.begin_nested():
        households.enter(session, team, DETAILS, "paper", now=now)
    with pytest.raises(Forbidden):
        households.enter(
            session, actor_of(session, make_person(session, now)), DETAILS, "paper", now=now
        )

    assert session.scalars(select(Organisation)).all() == []


def test_nothing_is_entered_without_the_tick(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, make_official(session, now, role="tech_team"), clock.now())
    page = text_of(client.get("/workspace/households/new"))
    assert "Tôi đồng ý để tổ công nghệ cộng đồng" in page
    assert "checked" not in page
    form = {"name": "Hộ A", "commune_code": "Vệ Giang", "channel": "in_person"}

    assert post(client, "/workspace/households/new", **form).status_code == 422
    answer = post(client, "/workspace/households/new", **form, agreed="1")

    assert answer.status_code == 303
    assert "Hộ A" in text_of(client.get(answer.location))


def test_the_household_takes_its_consent_back_in_the_browser(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    made = households.enter(
        session, make_official(session, now, role="tech_team"), DETAILS, "telephone", now=now
    )
    sign_in_as(client, session, make_member(session, made, now), clock.now())
    assert "Hộ Nguyễn Văn Lúa" in text_of(client.get("/account/consents"))
    row = session.scalars(select(Consent)).one()

    assert post(client, f"/account/consents/{row.id}/withdraw").status_code == 303

    with pytest.raises(Refused):
        consents.require_from_household(session, made, households.PURPOSE)
    assert "Đã rút lại" in text_of(client.get("/account/consents"))
    stranger = client.application.test_client()
    sign_in_as(stranger, session, actor_of(session, make_person(session, now)), clock.now())
    assert post(stranger, f"/account/consents/{row.id}/withdraw").status_code == 404
