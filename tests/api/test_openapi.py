"""The OpenAPI document is whole: every call told, guarded, with its errors; nothing dangles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.document import METHODS, resolved
from foundation.web import guard_of


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item, item[method]


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    # Imported by the one process that needs it.
    from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []


def test_every_route_of_the_api_is_told(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        f"{method} {_template(rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }

    assert routes - {name for name, _, _ in _operations(document)} == {"GET /api/v1/openapi.json"}


def _template(rule: str) -> str:
    while "<" in rule:
        start, end = rule.index("<"), rule.index(">")
        rule = f"{rule[:start]}{{{rule[start + 1 : end].rpartition(':')[2]}}}{rule[end + 1 :]}"
    return rule


def test_every_call_has_its_words_and_a_name_of_its_own(document: dict[str, Any]) -> None:
    wordless = [name for name, _, told in _operations(document) if not told.get("summary")]
    names = [told["operationId"] for _, _, told in _operations(document)]

    assert wordless == []
    assert len(names) == len(set(names))


def test_guarded_calls_want_a_token_and_name_their_permission(
    app: Flask, document: dict[str, Any]
) -> None:
    told = {name: operation for name, _, operation in _operations(document)}
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        for method in rule.methods or ():
            operation = told.get(f"{method} {_template(rule.rule)}")
            if operation is not None and guard is not None:
                assert ({} in operation["security"]) is (guard.kind == "public"), rule.rule
                assert operation.get("x-permission") == guard.action


def test_every_answer_is_told_and_errors_are_problems(document: dict[str, Any]) -> None:
    for name, _, operation in _operations(document):
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), name
        assert "default" in answers, name
        for status, answer in answers.items():
            if status == "204":
                assert "content" not in resolved(document, answer), name
                continue
            content = resolved(document, answer)["content"]
            problem = not status.startswith("2")
            assert (list(content) == ["application/problem+json"]) is problem, (name, status)


def test_every_part_of_a_path_is_a_parameter(document: dict[str, Any]) -> None:
    for name, item, operation in _operations(document):
        given = [*item.get("parameters", []), *operation.get("parameters", [])]
        placed = {
            parameter["name"]
            for parameter in (resolved(document, node) for node in given)
            if parameter["in"] == "path"
        }
        assert placed == {part.partition("}")[0] for part in name.split("{")[1:]}, name


def test_no_reference_dangles(document: dict[str, Any]) -> None:
    def check(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                assert resolved(document, node), node["$ref"]
            for inner in node.values():
                check(inner)
        elif isinstance(node, list):
            for inner in node:
                check(inner)

    check(document)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_its_page_shows_every_call(
    client: FlaskClient, document: dict[str, Any], language: str
) -> None:
    page = client.get("/api/docs", headers={"Accept-Language": language})

    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert len(text) < 300_000
    assert [
        told["operationId"]
        for _, _, told in _operations(document)
        if f'id="{told["operationId"]}"' not in text
    ] == []
    assert "<script" not in text


def test_every_group_has_a_page_with_the_shapes_of_its_calls(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    calls: dict[str, list[str]] = {}
    for _, _, told in _operations(document):
        calls.setdefault(told["tags"][0], []).append(told["operationId"])

    pages = {tag: client.get(f"/api/docs/{tag}").get_data(as_text=True) for tag in calls}

    for tag, names in calls.items():
        assert [name for name in names if f'id="{name}"' not in pages[tag]] == []
        assert len(pages[tag]) < 300_000
    assert "pre_harvest_days" in pages["diary"]
    assert client.get("/api/docs/nothing").status_code == 404


def test_calls_are_found_by_address_words_and_fields(client: FlaskClient) -> None:
    by_field = client.get("/api/docs?q=pre_harvest").get_data(as_text=True)
    by_words = client.get("/api/docs?q=POST+recalls").get_data(as_text=True)
    nothing = client.get("/api/docs?q=xyzzy").get_data(as_text=True)

    assert 'href="/api/docs/diary#' in by_field
    assert 'href="/api/docs/territory#' not in by_field
    assert 'href="/api/docs/recalls#' in by_words
    assert "Không có lệnh nào như vậy" in nothing


# What can be made but not read alone: it stands in the list, or on the page, of what it belongs to.
_WITHOUT_ADDRESS = {
    "POST /api/v1/growing-areas/import": "many at once",
    "POST /api/v1/diary": "many at once, in the diary of each area",
    "POST /api/v1/diary/{entry_id}/telling/corrections": "many at once",
    "POST /api/v1/diary/{entry_id}/telling/strike-out": "many at once",
    "POST /api/v1/materials/imports": "many at once",
    "POST /api/v1/diary-imports": "many at once",
    "POST /api/v1/growing-areas/{area_id}/certificates": "the area's certificates",
    "POST /api/v1/growing-areas/{area_id}/parcels": "the area's parcels",
    "POST /api/v1/growing-areas/{area_id}/visit-photos": "the visit it is taken for",
    "POST /api/v1/products/{code}/certificates": "the product",
    "POST /api/v1/places": "nobody's to read before it is published",
    "POST /api/v1/batches/{code}/split": "many at once",
    "POST /api/v1/batches/{code}/transform": "many at once",
    "POST /api/v1/products/{code}/recoveries": "the product's statements",
    "POST /api/v1/sensors/{code}/keys": "told once; the list holds no key",
    "POST /api/v1/sensor-limits": "the product's limits, on their page",
    "POST /api/v1/sensor-alarms/{alarm_id}/answers": "the alarm",
}


def test_whatever_is_made_tells_its_address(document: dict[str, Any]) -> None:
    mute = {
        name
        for name, _, told in _operations(document)
        for status, answer in told["responses"].items()
        if status in ("201", "202") and "Location" not in answer.get("headers", {})
    }

    assert mute == set(_WITHOUT_ADDRESS)
