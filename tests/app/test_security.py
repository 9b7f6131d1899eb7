"""Headers on every answer, forms only from our own pages, bodies within limits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import TemplateError

from foundation import config
from foundation.form_tokens import COOKIE
from foundation.web import safe_next
from tests.accounts.browser import form_token


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    for path in ("/", "/healthz", "/no-such-page", "/api/v1/no-such-call"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-Id"]


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"csrf_token": "x" * 43})

    assert answer.status_code == 403


def test_a_form_of_our_own_page_passes(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found

    answer = client.post("/sign-in", data={"csrf_token": found[1]})

    assert answer.status_code == 422


def test_programs_get_problems_people_get_pages(client: FlaskClient) -> None:
    machine = client.get("/api/v1/no-such-call")
    person = client.get("/no-such-page")

    assert machine.content_type == "application/problem+json"
    assert machine.json
    assert machine.json["code"] == "http.404"
    assert "text/html" in person.content_type


def test_a_wrong_token_is_told_apart_from_none(client: FlaskClient) -> None:
    for header in ("Bearer nothing", "Basic abc", "Bearer é"):
        answer = client.get("/api/v1/me", headers={"Authorization": header.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.json
        assert answer.json["code"] == "token.unknown"


def test_a_huge_body_is_refused_as_too_large(client: FlaskClient) -> None:
    answer = client.post(
        "/api/v1/organisations", data=b"x" * (13 * 1024 * 1024), content_type="application/json"
    )

    assert answer.status_code in (401, 413)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/workspace?x=1", "/workspace?x=1"),
        ("//evil.example", "/"),
        ("//[evil", "/"),
        ("/x/..\\\\evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_the_way_back_stays_on_this_site(target: str | None, expected: str) -> None:
    assert safe_next(target, "/") == expected


def test_a_view_without_guard_is_not_there(app: Flask) -> None:
    app._got_first_request = False
    app.add_url_rule("/bare", "bare", lambda: "open")
    try:
        assert app.test_client().get("/bare").status_code == 404
    finally:
        del app.view_functions["bare"]
        app.url_map._rules[:] = [r for r in app.url_map._rules if r.endpoint != "bare"]
        app.url_map._rules_by_endpoint.pop("bare", None)
        app._got_first_request = True


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_neighbours_form_is_refused_even_with_a_planted_cookie(
    client: FlaskClient, site: str
) -> None:

    answer = client.post(
        "/sign-in", data={"csrf_token": form_token(client)}, headers={"Sec-Fetch-Site": site}
    )

    assert answer.status_code == 403


def test_over_tls_the_forms_cookie_is_bound_to_this_host(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = replace(app.config["NGUON"], base_url="https://nguon.example")
    monkeypatch.setitem(app.config, "NGUON", secure)
    monkeypatch.setattr(config, "_current", secure)

    cookies = client.get("/sign-in", base_url="https://nguon.example").headers.getlist("Set-Cookie")
    planted = client.post(
        "/sign-in",
        data={"csrf_token": "x" * 43},
        headers={"Cookie": f"{COOKIE}={'x' * 43}"},
        base_url="https://nguon.example",
    )

    assert len(cookies) == 1
    assert cookies[0].startswith("__Host-nguon-csrf=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookies[0].split("; "))
    assert "Domain" not in cookies[0]
    assert planted.status_code == 403


def test_a_broken_error_page_still_tells_its_sentence(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise TemplateError("broken")

    monkeypatch.setattr("app.errors.render", broken)
    monkeypatch.setattr("app.home_pages.desks.front_figures", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    answer = app.test_client().get("/")

    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi" in answer.get_data(as_text=True)


@pytest.mark.parametrize("header", [{"X-Forwarded-For": "203.0.113.9"}, {}])
def test_figures_are_told_to_this_machine_only(client: FlaskClient, header: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=header)

    assert answer.status_code == (403 if header else 200)


def test_a_token_of_odd_letters_is_refused_not_stumbled_over(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "NGUON", replace(app.config["NGUON"], metrics_token="mã"))
    far = {"REMOTE_ADDR": "203.0.113.9"}

    wrong = client.get("/metrics", headers={"Authorization": "Bearer \xe9"}, environ_base=far)

    assert wrong.status_code == 403
