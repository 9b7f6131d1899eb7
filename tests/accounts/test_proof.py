"""Asked again who one is, before what would outlive a stolen session."""

from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import second_factor, sessions
from accounts.access_models import ApiToken, LoginSession
from accounts.models import Person
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import PASSWORD, actor_of, make_official, make_person


@pytest.fixture
def person(client: FlaskClient, session: Session) -> Person:
    """Somebody whose browser has been signed in for eleven minutes."""
    made = make_person(session, clock.now(), email="co@vidu.vn", password=PASSWORD)
    sign_in_as(client, session, actor_of(session, made), clock.now())
    grow_old(session)
    return made


def grow_old(session: Session) -> None:
    long_ago = clock.now() - timedelta(minutes=11)
    session.execute(update(LoginSession).values(proved_at=long_ago))
    session.commit()


def tokens_made(session: Session) -> list[str]:
    return list(session.scalars(select(ApiToken.name)))


def test_a_token_is_made_only_after_the_password_and_the_form_is_kept(
    client: FlaskClient, session: Session, person: Person
) -> None:
    asked = post(client, "/account/tokens", name="Máy cân", days="30")

    assert asked.status_code == 403
    assert tokens_made(session) == []
    assert '<input type="hidden" name="name" value="Máy cân">' in text_of(asked)
    assert 'action="/account/tokens"' in text_of(asked)
    made = post(client, "/account/tokens", name="Máy cân", days="30", proof=PASSWORD)
    assert made.status_code == 200
    assert 'id="token"' in text_of(made)
    again = post(client, "/account/tokens", name="Điện thoại")
    assert again.status_code == 200
    assert tokens_made(session) == ["Máy cân", "Điện thoại"]


def test_a_wrong_password_does_not_act_and_is_not_shown_again(
    client: FlaskClient, session: Session, person: Person
) -> None:
    answer = post(client, "/account/tokens", name="Máy cân", proof="doan-mo-77")

    assert answer.status_code == 422
    assert tokens_made(session) == []
    assert 'value="Máy cân"' in text_of(answer)
    assert "doan-mo-77" not in text_of(answer)


def test_a_stolen_session_guesses_here_no_faster_than_at_the_door(
    client: FlaskClient, session: Session, person: Person
) -> None:
    for _ in range(10):
        assert post(client, "/account/tokens", name="x", proof="sai").status_code == 422

    assert post(client, "/account/tokens", name="x", proof=PASSWORD).status_code == 429
    assert tokens_made(session) == []


@pytest.mark.parametrize("act", ["begin", "confirm"])
def test_a_stolen_session_sets_up_no_second_factor(
    client: FlaskClient, session: Session, person: Person, act: str
) -> None:
    answer = post(client, f"/account/second-factor/{act}", code="123456")

    session.refresh(person)
    assert answer.status_code == 403
    assert person.totp_sealed is None


def test_a_drawn_secret_is_not_shown_to_a_browser_that_proved_nothing(
    client: FlaskClient, session: Session, person: Person
) -> None:
    secret = second_factor.begin_enrolment(session, actor_of(session, person)).secret
    session.commit()

    assert secret not in text_of(client.get("/account/second-factor"))
    post(client, "/account/tokens", name="x", proof=PASSWORD)
    assert secret in text_of(client.get("/account/second-factor"))


def test_a_code_of_the_second_factor_proves_as_well_and_only_once(
    client: FlaskClient, session: Session, person: Person
) -> None:
    actor, now = actor_of(session, person), clock.now()
    code = pyotp.TOTP(second_factor.begin_enrolment(session, actor).secret)
    moment = int(now.timestamp())
    second_factor.confirm_enrolment(session, actor, code.at(moment - 30), now=now)
    session.commit()

    first = post(client, "/account/tokens", name="x", proof=code.at(moment))
    grow_old(session)
    replay = post(client, "/account/tokens", name="y", proof=code.at(moment))

    assert (first.status_code, replay.status_code) == (200, 422)
    assert tokens_made(session) == ["x"]


def test_an_admins_open_browser_appoints_nobody(client: FlaskClient, session: Session) -> None:
    admin = make_official(session, clock.now(), role="admin")
    friend = make_person(session, clock.now())
    sign_in_as(client, session, admin, clock.now())
    grow_old(session)

    granted = post(client, f"/admin/people/{friend.id}/roles", role="admin")
    reset = post(client, f"/admin/people/{friend.id}/reset-second-factor", reason="Mất máy")

    assert (granted.status_code, reset.status_code) == (403, 403)
    assert not actor_of(session, friend).has_role("admin")


def test_a_session_opened_anew_for_a_new_role_proves_nothing_by_it(
    session: Session, person: Person
) -> None:
    cookie = sessions.open_session(session, person, device_label="", now=clock.now()).cookie
    grow_old(session)

    opened = sessions.rotate(session, cookie, now=clock.now())

    assert opened is not None
    row = sessions.find_session(session, opened.cookie, clock.now())
    assert row is not None
    session.refresh(row)
    assert row.proved_at is not None
    assert row.proved_at < clock.now() - timedelta(minutes=10)
