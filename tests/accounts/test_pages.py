"""Signing in and out in a browser."""

import re
from datetime import datetime

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sealing, sign_in
from accounts.access_models import KnownDevice
from accounts.models import Person
from accounts.sign_in import SignIn
from foundation import clock
from tests.accounts.browser import form_token, post, sign_in_as, text_of
from tests.accounts.factories import PASSWORD, actor_of, make_person


@pytest.fixture
def person(session: Session) -> Person:
    made = make_person(session, clock.now(), email="co@vidu.vn", password=PASSWORD)
    session.commit()
    return made


def test_signing_in_leads_to_the_page_that_was_wanted(client: FlaskClient, person: Person) -> None:
    wanted = client.get("/account")
    assert wanted.status_code == 303
    assert wanted.location.endswith("/sign-in?next=/account")

    answer = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD, next="/account")

    assert (answer.status_code, answer.location) == (303, "/account")
    assert person.name in text_of(client.get("/account"))


def test_the_session_cookie_is_out_of_scripts_reach(client: FlaskClient, person: Person) -> None:
    answer = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)

    cookies = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("nguon=")]
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert "Path=/" in cookies[0]


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_nobody_is_led_off_the_site(client: FlaskClient, person: Person, bad: str) -> None:
    answer = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD, next=bad)

    assert answer.location == "/workspace"


def test_a_wrong_password_keeps_the_login_and_tells_nothing(
    client: FlaskClient, person: Person
) -> None:
    known = post(client, "/sign-in", login="co@vidu.vn", password="sai-mat-khau")
    unknown = post(client, "/sign-in", login="ai@vidu.vn", password="sai-mat-khau")

    assert known.status_code == unknown.status_code == 422
    assert 'value="co@vidu.vn"' in text_of(known)
    assert "sai-mat-khau" not in text_of(known)
    told = [
        re.sub(r"(co|ai)@vidu\.vn|csrf_token\" value=\"[^\"]*", "", text_of(answer))
        for answer in (known, unknown)
    ]
    assert told[0] == told[1]


def test_the_eleventh_guess_meets_429_with_the_wait(client: FlaskClient, person: Person) -> None:
    for _ in range(10):
        post(client, "/sign-in", login="co@vidu.vn", password="sai")

    answer = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)

    assert answer.status_code == 429
    assert 3000 < int(answer.headers["Retry-After"]) <= 3601


def test_the_owners_browser_still_gets_in(client: FlaskClient, person: Person) -> None:
    post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)
    post(client, "/sign-out")
    stranger = client.application.test_client()
    for _ in range(11):
        post(stranger, "/sign-in", login="co@vidu.vn", password="sai")

    answer = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)

    assert answer.status_code == 303


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, person: Person) -> None:
    post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)
    cookie = client.get_cookie("nguon")
    assert cookie is not None

    post(client, "/sign-out")
    client.set_cookie("nguon", cookie.value)

    assert client.get("/account").status_code == 303


def test_the_second_factor_stands_between_password_and_session(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())
    post(client, "/account/second-factor/begin")
    page = text_of(client.get("/account/second-factor"))
    session.refresh(person)
    secret = sealing.unseal("totp", person.totp_sealed or b"")
    assert secret in page
    moment = int(clock.now().timestamp())
    shown = post(client, "/account/second-factor/confirm", code=pyotp.TOTP(secret).at(moment))
    assert shown.status_code == 200
    client.delete_cookie("nguon")

    asked = post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD, next="/account")
    assert asked.location.startswith("/sign-in/second-factor")
    assert client.get("/account").status_code == 303
    assert client.get("/sign-in/second-factor").status_code == 200
    replay = post(client, "/sign-in/second-factor", code=pyotp.TOTP(secret).at(moment))
    assert replay.status_code == 422
    fresh = post(
        client, "/sign-in/second-factor", code=pyotp.TOTP(secret).at(moment + 30), next="/account"
    )

    assert (fresh.status_code, fresh.location) == (303, "/account")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"login": "x\x00", "password": "y"}),
        ("/sign-in", {"login": "x" * 5000, "password": "y" * 5000}),
        ("/sign-in", {"login": "x", "password": "y", "role": "admin"}),
        ("/sign-in", {}),
        ("/recover", {"login": ""}),
        ("/recover/code", {"login": "co@vidu.vn", "code": "1", "password": "\x00"}),
    ],
)
def test_odd_input_is_told_beside_the_form(
    client: FlaskClient, session: Session, path: str, fields: dict[str, str]
) -> None:
    assert post(client, path, **fields).status_code == 422


def test_a_page_for_the_signed_in_is_never_stored(
    client: FlaskClient, session: Session, person: Person, now: datetime
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())

    assert client.get("/account").headers["Cache-Control"] == "no-store"


def test_a_forged_forwarding_header_buys_no_other_address(
    client: FlaskClient, session: Session
) -> None:
    for number in range(200):
        tried = SignIn(f"n{number}@vidu.vn", "x", address="127.0.0.1")
        sign_in.begin(session, tried, now=clock.now())
    session.commit()

    answer = client.post(
        "/sign-in",
        data={"login": "n200@vidu.vn", "password": "x", "csrf_token": form_token(client)},
        headers={"X-Forwarded-For": "198.51.100.7"},
    )

    assert answer.status_code == 429


def test_no_two_browsers_of_one_person_pile_up_devices(
    client: FlaskClient, session: Session, person: Person
) -> None:
    for _ in range(3):
        post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)
        post(client, "/sign-out")

    assert len(session.scalars(select(KnownDevice)).all()) == 1


def test_a_changed_password_makes_every_browser_a_stranger(
    client: FlaskClient, session: Session, person: Person
) -> None:
    post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD)
    other = client.application.test_client()
    post(other, "/sign-in", login="co@vidu.vn", password=PASSWORD)

    answer = post(client, "/account/password", old_password=PASSWORD, password="vu-mua-moi-77")

    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert len(session.scalars(select(KnownDevice)).all()) == 1


def test_a_token_is_shown_once_and_works(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())

    page = text_of(post(client, "/account/tokens", name="Máy cân", days="30"))
    plain = page.split('id="token">')[1].split("<")[0]

    account = text_of(client.get("/account"))
    assert "Máy cân" in account
    assert plain not in account
    program = client.application.test_client()
    me = program.get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"}).json
    assert me
    assert me["email"] == "co@vidu.vn"
    # A token is for programs, a cookie for browsers: neither opens the other's door.
    assert program.get("/account", headers={"Authorization": f"Bearer {plain}"}).status_code == 303
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("what", ["renew", "off"])
def test_a_stolen_session_guesses_the_second_factor_no_faster(
    client: FlaskClient, session: Session, person: Person, what: str
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())
    post(client, "/account/second-factor/begin")
    session.refresh(person)
    code = pyotp.TOTP(sealing.unseal("totp", person.totp_sealed or b""))
    moment = int(clock.now().timestamp())
    post(client, "/account/second-factor/confirm", code=code.at(moment))
    for _ in range(10):
        assert post(client, f"/account/second-factor/{what}", code="000000").status_code == 422

    answer = post(client, f"/account/second-factor/{what}", code=code.at(moment + 30))

    assert answer.status_code == 429


def test_a_stolen_session_guesses_the_password_no_faster(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())
    new = "vu-mua-moi-77"
    for _ in range(10):
        wrong = post(client, "/account/password", old_password="sai", password=new)
        assert wrong.status_code == 422

    answer = post(client, "/account/password", old_password=PASSWORD, password=new)

    assert answer.status_code == 429
