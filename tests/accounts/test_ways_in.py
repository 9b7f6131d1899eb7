"""What a thief holds already opens nothing once the owner, or somebody for them, has acted."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import (
    members,
    password_change,
    recovery,
    second_factor,
    sessions,
    shutting_out,
    tokens,
)
from accounts.models import Person
from accounts.recovery import Recovery
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import (
    PASSWORD,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
    reader_of,
)
from tests.accounts.test_recovery import mailed_code

NEW = "vu-mua-moi-77"
Act = Callable[[Session, Person, datetime], None]


def disabled(session: Session, person: Person, now: datetime) -> None:
    admin = make_official(session, now, role="admin")
    shutting_out.disable(session, admin, person.id, "Mất máy", now=now)
    shutting_out.enable(session, admin, person.id, "Đã gặp", now=now)


def factor_reset(session: Session, person: Person, now: datetime) -> None:
    admin = make_official(session, now, role="admin")
    second_factor.reset(session, admin, person.id, "Mất máy", now=now)


def reset_by_manager(session: Session, person: Person, now: datetime) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    members.add(session, organisation.id, person.id, "staff", now=now)
    recovery.reset_member(session, manager, organisation.code, person.id, now=now)


def recovered(session: Session, person: Person, now: datetime) -> None:
    recovery.request_code(session, "co@vidu.vn", now=now)
    step = Recovery("co@vidu.vn", mailed_code(session), NEW, address="203.0.113.5")
    recovery.finish(session, step, recovery.begin(session, step, now=now), now=now)


def password_changed(session: Session, person: Person, now: datetime) -> None:
    password_change.change(session, actor_of(session, person), PASSWORD, NEW, now=now)


@pytest.mark.parametrize(
    "act", [disabled, factor_reset, reset_by_manager, recovered, password_changed]
)
def test_every_way_in_is_closed(session: Session, now: datetime, act: Act) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    bearer = tokens.create(session, actor_of(session, person), "Máy cân", now=now).plain
    cookie = sessions.open_session(session, person, device_label="", now=now).cookie
    device = sessions.remember_device(session, person.id, now=now)
    assert tokens.authenticate(bearer, now) is not None

    act(session, person, now)
    session.expire_all()

    assert tokens.authenticate(bearer, now) is None
    assert reader_of(session, cookie, now) is None
    assert sessions.find_device(session, device) is None


@pytest.fixture
def bearer(client: FlaskClient, session: Session) -> str:
    """The token of somebody whose browser is signed in."""
    now = clock.now()
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    actor = actor_of(session, person)
    made = tokens.create(session, actor, "Máy cân", now=now).plain
    tokens.create(session, actor, "Kho lạnh", now=now)
    sign_in_as(client, session, actor, now)
    return made


def status_of(client: FlaskClient, bearer: str) -> int:
    program = client.application.test_client()
    answer = program.get("/api/v1/me", headers={"Authorization": f"Bearer {bearer}"})
    return answer.status_code


@pytest.mark.parametrize(("said", "then"), [({}, 401), ({"tokens": "keep"}, 200)])
@pytest.mark.parametrize("where", ["/account/password", "/account/devices/end-all"])
def test_tokens_end_unless_their_owner_says_to_keep_them(
    client: FlaskClient, bearer: str, where: str, said: dict[str, str], then: int
) -> None:
    fields = {"old_password": PASSWORD, "password": NEW} if "password" in where else {}
    assert status_of(client, bearer) == 200

    assert post(client, where, **fields, **said).status_code == 303

    assert status_of(client, bearer) == then


def test_the_password_page_asks_about_tokens_with_ending_them_chosen(
    client: FlaskClient, bearer: str
) -> None:
    page = text_of(client.get("/account/password"))

    assert 'name="tokens" value="end" checked' in page
    assert 'name="tokens" value="keep">' in page


def test_all_tokens_are_revoked_at_once_and_only_ones_own(
    client: FlaskClient, session: Session, bearer: str
) -> None:
    other = make_person(session, clock.now())
    theirs = tokens.create(session, actor_of(session, other), "x", now=clock.now()).plain
    session.commit()

    assert post(client, "/account/tokens/revoke-all").status_code == 303

    assert status_of(client, bearer) == 401
    assert status_of(client, theirs) == 200


def test_a_token_tells_the_day_of_its_last_use(client: FlaskClient, bearer: str) -> None:
    assert text_of(client.get("/account")).count("Chưa dùng") == 2

    status_of(client, bearer)

    page = text_of(client.get("/account"))
    assert page.count("Chưa dùng") == 1
    assert f"{clock.today():%d/%m/%Y}" in page
