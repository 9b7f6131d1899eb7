"""Headers on every answer, forms only from our own pages, bodies within limits."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from foundation.web import safe_next


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
