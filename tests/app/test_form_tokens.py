"""Forms are ours only when their token was made for this very browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Person
from foundation import clock
from foundation.form_tokens import COOKIE, SESSION_COOKIE
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import PASSWORD, actor_of, make_person


@pytest.fixture
def person(session: Session) -> Person:
    made = make_person(session, clock.now(), email="co@vidu.vn", password=PASSWORD)
    session.commit()
    return made


def token_on(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def rename(client: FlaskClient, token: str, **headers: str) -> TestResponse:
    form = {"name": "Tên mới", "locale": "vi", "csrf_token": token}
    return client.post("/account", data=form, headers=headers)


def test_a_planted_cookie_is_no_key_to_its_own_form(client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "x" * 43)

    answer = client.post("/sign-in", data={"login": "a", "password": "b", "csrf_token": "x" * 43})

    assert answer.status_code == 403


def test_a_pair_the_attacker_was_given_opens_no_session_of_another(
    app: Flask, client: FlaskClient, session: Session, person: Person
) -> None:
    attacker = app.test_client()
    token = token_on(attacker, "/sign-in")
    theirs = attacker.get_cookie(COOKIE)
    assert theirs
    sign_in_as(client, session, actor_of(session, person), clock.now())

    client.set_cookie(COOKIE, theirs.value)

    assert rename(client, token).status_code == 403
    session.refresh(person)
    assert person.name != "Tên mới"


def test_one_sessions_token_is_no_good_in_another(
    app: Flask, client: FlaskClient, session: Session, person: Person
) -> None:
    attacker = app.test_client()
    sign_in_as(attacker, session, actor_of(session, make_person(session, clock.now())), clock.now())
    sign_in_as(client, session, actor_of(session, person), clock.now())

    assert rename(client, token_on(attacker, "/account")).status_code == 403
    assert rename(client, token_on(client, "/account")).status_code == 303


def test_a_token_looks_different_each_time(client: FlaskClient) -> None:
    assert token_on(client, "/sign-in") != token_on(client, "/sign-in")


@pytest.mark.parametrize("origin", ["http://neighbour.localhost", "https://evil.example"])
def test_without_tls_the_origin_tells_a_strangers_form(client: FlaskClient, origin: str) -> None:
    token = token_on(client, "/sign-in")

    foreign = client.post("/sign-in", data={"csrf_token": token}, headers={"Origin": origin})
    own = client.post(
        "/sign-in", data={"csrf_token": token}, headers={"Origin": "http://localhost"}
    )

    assert (foreign.status_code, own.status_code) == (403, 422)


def test_a_form_open_since_before_sign_in_is_sent_again_with_one_tap(
    client: FlaskClient, session: Session, person: Person
) -> None:
    stale = token_on(client, "/sign-in")
    sign_in_as(client, session, actor_of(session, person), clock.now())

    shown = rename(client, stale, Origin="http://localhost")

    page = text_of(shown)
    assert shown.status_code == 403
    assert "Trang này đã mở từ trước" in page
    assert '<input type="hidden" name="name" value="Tên mới">' in page
    fresh = re.search(r'action="/account"[^>]*> <input[^>]*name="csrf_token" value="([^"]+)"', page)
    assert fresh
    assert rename(client, fresh[1]).status_code == 303


def test_a_stale_sign_in_keeps_no_password(client: FlaskClient) -> None:
    form = {"login": "co@vidu.vn", "password": "bi-mat-lam", "csrf_token": "x"}

    answer = client.post(
        "/sign-in",
        data=form,
        headers={"Origin": "http://localhost", "Referer": "http://localhost/sign-in?next=/account"},
    )

    assert answer.status_code == 403
    assert "bi-mat-lam" not in answer.text
    assert 'href="/sign-in"' in answer.text


def test_a_stale_form_that_came_from_nowhere_is_told_so_all_the_same(client: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Referer": "http://["}

    answer = client.post("/sign-in", data={"csrf_token": "x"}, headers=headers)

    assert answer.status_code == 403


def test_a_strangers_form_is_not_offered_for_sending_again(
    client: FlaskClient, session: Session, person: Person
) -> None:
    sign_in_as(client, session, actor_of(session, person), clock.now())

    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = rename(client, "x", **headers)
        assert answer.status_code == 403
        assert "Tên mới" not in answer.text


def test_our_own_pages_forms_pass(client: FlaskClient, person: Person) -> None:
    assert post(client, "/sign-in", login="co@vidu.vn", password=PASSWORD).status_code == 303
    assert client.get_cookie(SESSION_COOKIE)
    assert post(client, "/sign-out").status_code == 303
