"""Each operation of the standard's own OpenAPI file answers as the file says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import Caller, make_caller

OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "standards" / "openapi.json"
_METHODS = ("get", "post", "delete", "options")
_PAGED = {"Link", "GS1-Next-Page-Token-Expires"}
# The file's own slips: a capture with `errors` fulfils both halves of a `oneOf`, one query is told
# as a list, and a subscription is said to have a `secret` where its property is `signatureToken`.
_NOT_AS_TOLD = {
    ("get", "/capture"),
    ("get", "/capture/{captureID}"),
    ("get", "/queries/{queryName}"),
    ("get", "/queries/{queryName}/subscriptions"),
    ("get", "/queries/{queryName}/subscriptions/{subscriptionID}"),
    ("post", "/queries/{queryName}/subscriptions"),
}


@pytest.fixture(scope="module")
def standard() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip("the standard's OpenAPI file is not here")
    found: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))
    return found


@pytest.fixture
def caller(session: Session, client: FlaskClient, now: object) -> Caller:
    return make_caller(session, client)


def _followed(standard: dict[str, Any], node: Any) -> Any:
    while "$ref" in node:
        found: Any = standard
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _operations(standard: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in standard["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield method, path, operations[method]


def _open(caller: Caller, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
    given = {"Authorization": f"Bearer {caller.bearer}", **headers}
    return caller.client.open(f"/epcis{path}", method=method.upper(), json=body, headers=given)


def _named(path: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _world(caller: Caller) -> tuple[dict[str, str], dict[str, Any]]:
    """What stands in the braces of the standard's paths, and a body for every POST."""
    event = told.event()
    taken = caller.post("/epcis/capture", told.document(event))
    assert caller.get(taken.headers["Location"]).get_json()["success"] is True
    query = {"name": "all", "query": {"eventType": ["ObjectEvent"]}}
    wish = {"dest": "https://receiver.example.com/new", "stream": True, "signatureToken": "x"}
    assert caller.post("/epcis/queries", query).status_code == 201
    made = caller.post("/epcis/queries/all/subscriptions", wish)
    page = caller.get("/epcis/eventTypes?perPage=1").headers["Link"]
    names = {
        "captureID": taken.headers["Location"].rpartition("/")[2],
        "eventID": event["eventID"],
        "eventType": "ObjectEvent",
        "epc": event["epcList"][0],
        "bizStep": event["bizStep"],
        "bizLocation": event["bizLocation"]["id"],
        "readPoint": event["readPoint"]["id"],
        "disposition": event["disposition"],
        "queryName": "all",
        "subscriptionID": made.get_json()["subscriptionID"],
        "token": page.partition("nextPageToken=")[2].partition(">")[0],
    }
    bodies = {
        "/capture": told.document(told.event("TransactionEvent")),
        "/events": {"@context": told.CONTEXT, **told.plain()},
        "/queries": {**query, "name": "another"},
        "/queries/{queryName}/subscriptions": {**wish, "signatureToken": "y"},
    }
    return names, bodies


def test_each_operation_succeeds_with_its_status_headers_and_body(
    caller: Caller, standard: dict[str, Any]
) -> None:
    names, bodies = _world(caller)
    # What is taken away at the end takes what hangs on it along.
    order = {"delete": 1}
    wrong = {}
    for method, path, operation in sorted(
        _operations(standard), key=lambda each: (order.get(each[0], 0), -len(each[1]))
    ):
        body = bodies.get(path) if method == "post" else None
        answer = _open(caller, method, _named(path, names), body)
        if faults := _faults(standard, (method, path), operation, answer):
            wrong[f"{method} {path}"] = faults

    assert wrong == {}


def _faults(
    standard: dict[str, Any],
    operation: tuple[str, str],
    said: dict[str, Any],
    answer: TestResponse,
) -> list[str]:
    status = str(answer.status_code)
    if status not in said["responses"] or status[0] != "2":
        return [f"{status} {answer.text[:200]}"]
    told_so = _followed(standard, said["responses"][status])
    missing = set(told_so.get("headers", {})) - {name for name, _ in answer.headers} - _PAGED
    faults = [f"no {name}" for name in sorted(missing)]
    shape = told_so.get("content", {}).get("application/json", {}).get("schema")
    if shape is not None and operation not in _NOT_AS_TOLD:
        whole = {**shape, "components": standard["components"]}
        check = jsonschema_rs.Draft7Validator(whole, validate_formats=True)
        faults += [error.message[:200] for error in check.iter_errors(answer.get_json())]
    return faults


def _refusals(path: str, method: str, said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(status that the standard foresees, how to call so that it comes)."""
    json_body: dict[str, Any] = {"body": {}} if method == "post" else {}
    if method != "options":
        yield "401", {"Authorization": "Bearer nobody", **json_body}
        yield "406", {"Accept": "application/xml", **json_body}
        if "GS1-EPCIS-Min" in json.dumps(said.get("parameters", [])):
            yield "406", {"GS1-EPCIS-Min": "3.0.0", **json_body}
    if method == "post":
        yield "415", {"Content-Type": "application/xml", "body": {}}
        yield "400", {"body": {}}
    if method == "get" and path.endswith("/events"):
        yield "414", {"query": "?EQ_bizStep=" + "a" * 8_000}
        yield "400", {"query": "?perPage=0"}


_EXCEPTIONS = {
    "400": ("ValidationException", "QueryParameterException", "QueryValidationException",
            "SubscriptionControlsException"),
    "401": ("SecurityException",),
    "404": ("NoSuchNameException",),
    "406": ("NotAcceptableException",),
    "414": ("URITooLongException",),
    "415": ("UnsupportedMediaTypeException",),
}  # fmt: skip


def test_each_operation_refuses_by_the_standards_exceptions(
    caller: Caller, standard: dict[str, Any]
) -> None:
    names, _ = _world(caller)
    wrong = []
    for method, path, said in _operations(standard):
        calls = list(_refusals(path, method, said))
        if "404" in said["responses"] and method in ("get", "delete"):
            calls.append(("404", {"names": dict.fromkeys(names, "urn:uuid:nothing")}))
        for status, call in calls:
            place = _named(path, call.pop("names", names)) + call.pop("query", "")
            answer = _open(caller, method, place, call.pop("body", None), **call)
            kind = answer.get_json().get("type", "").removeprefix("epcisException:")
            is_told = answer.content_type == "application/problem+json"
            if (str(answer.status_code), is_told) != (status, True) or (
                kind not in _EXCEPTIONS[status]
            ):
                wrong.append((method, path, status, answer.status_code, kind))

    assert wrong == []
