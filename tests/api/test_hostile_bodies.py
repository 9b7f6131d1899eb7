"""Every write of the API with bodies nobody should send: 4xx, and 422 names the field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from foundation import db
from foundation.config import Config
from tests.app.hostile import TEXTS, Known, share
from tests.app.told_house import ToldHouse, told_house

JSON = "application/json"
BODIES = {
    "nothing": (b"", JSON),
    "no JSON": (b"{", JSON),
    "wrong UTF-8": (b'{"name": "\xff\xfe"}', JSON),
    "another encoding": ('{"name": "a"}'.encode("utf-16"), JSON),
    "a byte order mark": (b"\xef\xbb\xbf{}", JSON),
    "a list": (b"[]", JSON),
    "a text": (b'"a"', JSON),
    "null": (b"null", JSON),
    "a number": (b"1", JSON),
    "deep": (b"[" * 200_000, JSON),
    "deep and closed": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON),
    "a long number": (b'{"name": ' + b"9" * 10_000 + b"}", JSON),
    "not finite": (b'{"name": NaN, "quantity": Infinity}', JSON),
    "half a pair": (rb'{"name": "\ud800"}', JSON),
    "unknown fields": (b'{"nothing": 1, "__class__": 2, "": 3, "\\u0000": 4}', JSON),
    "too long": (b'{"name": "' + b"a" * 13_000_000 + b'"}', JSON),
    "XML": (b"<a/>", "application/xml"),
    "a form": (b"name=a", "application/x-www-form-urlencoded"),
    "no type": (b"{}", ""),
    "broken parts": (b"--x", "multipart/form-data; boundary=x"),
}
WRONG: tuple[Any, ...] = (
    None, 2**64, -(2**64), 1e308, 0.1, True, [], {}, [[]], {"a": [1]}, ["a\x00"], "\ud800",
    *(text for what, text in TEXTS.items() if what != "deep JSON"),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


@pytest.fixture(scope="module")
def known(house: ToldHouse) -> Known:
    with db.reading() as session:
        return Known(session)


@pytest.fixture(scope="module")
def token(house: ToldHouse) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.token('admin@demo.nguon.vn')}"}


def _writes(house: ToldHouse) -> Iterator[tuple[Rule, str]]:
    for rule in house.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            if rule.rule.startswith("/api/v1/"):
                yield rule, method


@cache
def _document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    return found


def _operation(house: ToldHouse, rule: Rule, method: str) -> dict[str, Any]:
    document = _document(house.app)
    path = rule.rule
    for name in rule.arguments:
        start = path.rindex("<", 0, path.index(f"{name}>"))
        path = f"{path[:start]}{{{name}}}{path[path.index('>', start) + 1 :]}"
    found: dict[str, Any] = document["paths"][path][method.lower()]
    content = found.get("requestBody", {}).get("content", {}).get(JSON)
    if content is None:
        return {}
    shape: dict[str, Any] = document["components"]["schemas"][
        content["schema"]["$ref"].rpartition("/")[2]
    ]
    properties: dict[str, Any] = shape["properties"]
    return properties


def _findings(answer: TestResponse) -> list[str]:
    return [line.get("field", "") for line in (answer.get_json() or {}).get("errors", [])]


def test_bodies_that_are_no_input_are_refused(
    house: ToldHouse, known: Known, token: dict[str, str]
) -> None:
    client = house.app.test_client()
    wrong: dict[str, Any] = {}
    for rule, method in _writes(house):
        path = known.address(rule)
        takes = _operation(house, rule, method)
        for what, (body, kind) in BODIES.items():
            answer = client.open(path, method=method, data=body, content_type=kind, headers=token)
            harmless = not takes or what == "nothing"
            if answer.status_code >= 500 or (answer.status_code < 400 and not harmless):
                wrong[f"{method} {path} {what}"] = answer.status_code
            if answer.status_code >= 400 and answer.content_type != "application/problem+json":
                wrong[f"{method} {path} {what}"] = answer.content_type

    assert wrong == {}


def _wrong_bodies(names: list[str], turn: int) -> Iterator[dict[str, Any]]:
    """Each wrong value in every field at once, and some of them in one field alone."""
    for value in WRONG:
        yield dict.fromkeys(names, value)
    for number, name in enumerate(names):
        for value in share(WRONG, turn + number):
            yield {name: value}


def test_every_wrong_field_is_named(house: ToldHouse, known: Known, token: dict[str, str]) -> None:
    client = house.app.test_client()
    wrong: dict[str, Any] = {}
    for turn, (rule, method) in enumerate(_writes(house)):
        path = known.address(rule)
        for fields in _wrong_bodies([*_operation(house, rule, method), "nothing_of_ours"], turn):
            body = json.dumps(fields)
            answer = client.open(path, method=method, data=body, content_type=JSON, headers=token)
            if answer.status_code >= 500:
                wrong[f"{method} {path} {body[:60]}"] = answer.status_code
            if answer.status_code == 422 and not all(_findings(answer)):
                wrong[f"{method} {path} {body[:60]}"] = answer.get_json()

    assert wrong == {}


def test_unknown_fields_are_refused_by_name(
    house: ToldHouse, known: Known, token: dict[str, str]
) -> None:
    client = house.app.test_client()
    # What only owners answer is nothing for whoever runs the house.
    manager = {"Authorization": f"Bearer {house.token('coop@demo.nguon.vn')}"}
    for rule, method in _writes(house):
        if _operation(house, rule, method):
            path, body = known.address(rule), {"nothing_of_ours": 1}
            answer = client.open(path, method=method, json=body, headers=token)
            if answer.status_code == 403:
                answer = client.open(path, method=method, json=body, headers=manager)
            assert answer.status_code == 422, rule.rule
            assert "nothing_of_ours" in _findings(answer), rule.rule
