"""Every example in the standard's own OpenAPI file goes through /epcis and comes back as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.traceability.epcis.querying.callers import Caller, make_caller

OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "standards" / "openapi.json"
VERSIONS = {"GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions"}
AS_IT_CAME = {"GS1-EPC-Format": "Never_Translates"}


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
    while isinstance(node, dict) and "$ref" in node:
        found: Any = standard
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _documents(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        if "@context" in node and str(node.get("type")).startswith("EPCIS"):
            return [node]
        return [each for value in node.values() for each in _documents(value)]
    return [each for value in node for each in _documents(value)] if isinstance(node, list) else []


def _events(document: dict[str, Any]) -> list[dict[str, Any]]:
    body = document["epcisBody"]
    found: list[dict[str, Any]] = (
        body["eventList"]
        if "eventList" in body
        else body["queryResults"]["resultsBody"]["eventList"]
    )
    return found


def _headers(standard: dict[str, Any], path: str, method: str, answer: TestResponse) -> set[str]:
    """Headers the standard promises for an answer that we do not give."""
    operation = standard["paths"][path][method]
    told = _followed(standard, operation["responses"][str(answer.status_code)])
    paged = {"Link", "GS1-Next-Page-Token-Expires"}
    return set(told.get("headers", {})) - {name for name, _ in answer.headers} - paged


def test_documents_are_captured_and_read_back_field_by_field(
    caller: Caller, standard: dict[str, Any]
) -> None:
    documents = _documents(standard)
    assert len(documents) >= 3
    events: dict[str, dict[str, Any]] = {}
    for number, document in enumerate(documents):
        text = json.dumps(document)
        for place, event in enumerate(_events(document)):
            name = f"urn:uuid:00000000-0000-4000-8000-{number:06}{place:06}"
            text = text.replace(json.dumps(event["eventID"]), json.dumps(name))
        given = json.loads(text)
        answer = caller.post("/epcis/capture", given)
        assert answer.status_code == 202, answer.text
        assert _headers(standard, "/capture", "post", answer) == set()
        assert caller.get(answer.headers["Location"]).get_json()["success"] is True
        events |= {event["eventID"]: event for event in _events(given)}

    for name, event in events.items():
        told = caller.get(f"/epcis/events/{quote(name, safe='')}", AS_IT_CAME)
        (back,) = _events(told.get_json())
        assert _headers(standard, "/events/{eventID}", "get", told) == set()
        assert {**back, "recordTime": 0} == {**event, "recordTime": 0}


def test_an_event_alone_is_stored_once(caller: Caller, standard: dict[str, Any]) -> None:
    body = standard["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]

    made, again = (caller.post("/epcis/events", body["example"]) for _ in range(2))

    assert made.status_code == 201
    assert _headers(standard, "/events", "post", made) == set()
    assert caller.get(made.headers["Location"]).status_code == 200
    assert again.status_code == 409
    assert again.get_json()["type"] == "epcisException:ResourceAlreadyExistsException"


def test_queries_and_subscriptions_of_the_standard_are_kept(
    caller: Caller, standard: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/queries/{queryName}/subscriptions"
    wish = standard["paths"][address]["post"]["requestBody"]["content"]["application/json"]
    query = {"name": "Goods received", "query": {"eventType": ["ObjectEvent"]}}

    kept = caller.post("/epcis/queries", query)
    one = kept.headers["Location"]
    told = caller.get(f"{one}/events")

    assert kept.status_code == 201
    assert _headers(standard, "/queries", "post", kept) == set()
    assert caller.get(one).get_json() == query
    assert told.get_json()["epcisBody"]["queryResults"]["queryName"] == query["name"]
    assert _headers(standard, "/queries/{queryName}/events", "get", told) == set()
    made = caller.post(f"{one}/subscriptions", wish["example"])
    assert made.status_code == 201, made.text
    found = caller.get(made.headers["Location"])
    assert "GS1-Query-Min-Record-Time" in found.headers
    assert found.get_json()["schedule"] == wish["example"]["schedule"]
    assert "signatureToken" not in found.get_json()
    assert caller.delete(one).status_code == 204
    assert caller.get(made.headers["Location"]).status_code == 404


def test_refusals_tell_the_limits_and_versions_too(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = b'{"a": "' + b"a" * 11_000_000 + b'"}'
    for address in ("/epcis/capture", "/epcis/events"):
        answer = caller.client.post(
            address, data=too_long, content_type="application/json", headers=caller._with(None)
        )
        assert answer.status_code in (400, 413)
        assert {"GS1-EPCIS-Capture-Limit", "GS1-EPCIS-Capture-File-Size-Limit"} <= {
            name for name, _ in answer.headers
        }
    for answer in (
        caller.get("/epcis/events?nothing=1"),
        caller.get("/epcis/events", {"Accept": "application/xml"}),
        caller.get("/epcis/queries/nothing"),
    ):
        assert answer.content_type == "application/problem+json"
        assert {name for name, _ in answer.headers} >= VERSIONS
