"""What nobody should send to /epcis is refused by the standard's own exceptions."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.api.test_hostile_bodies import BODIES
from tests.app.hostile import TEXTS
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import Caller, make_caller
from traceability.epcis.querying import parameters

WRITES = ("/epcis/capture", "/epcis/events", "/epcis/queries", "/epcis/queries/all/subscriptions")
WRONG: tuple[Any, ...] = (
    None, 2**64, 1e308, True, [], {}, [[]], {"a": [1]}, ["a\x00"], "", "\u0000", "a" * 3_000,
    "2026-02-30T00:00:00Z", "9999-12-31T23:59:59.999-14:00", "0000-01-01T00:00:00Z", "urn:epc:",
    "https://id.gs1.org/01/1", "http://[", "urn:epc:id:sgtin:" + "9" * 400, "Chè", "%00", "-0",
)  # fmt: skip
SEED = 20261122
JSON = "application/json"


@pytest.fixture
def caller(session: Session, client: FlaskClient, now: object) -> Caller:
    made = make_caller(session, client)
    assert made.post("/epcis/queries", {"name": "all", "query": {}}).status_code == 201
    return made


def _fault(answer: TestResponse) -> str | None:
    """What is wrong with an answer to something hostile; None when it is in order."""
    if answer.status_code < 400:
        return None
    told_as = answer.get_json() or {}
    named = str(told_as.get("type", "")).startswith("epcisException:")
    fits = told_as.get("status") == answer.status_code
    is_problem = answer.content_type == "application/problem+json"
    versioned = "GS1-EPCIS-Version" in answer.headers
    if answer.status_code >= 500 and answer.status_code != 501:
        return f"{answer.status_code}"
    return None if named and fits and is_problem and versioned else f"{told_as} {answer.headers}"


def _send(caller: Caller, address: str, body: bytes, kind: str) -> TestResponse:
    return caller.client.post(
        address, data=body, content_type=kind, headers={"Authorization": f"Bearer {caller.bearer}"}
    )


def test_bodies_that_are_no_documents_are_refused(caller: Caller) -> None:
    wrong = {}
    for address in WRITES:
        for what, (body, kind) in BODIES.items():
            answer = _send(caller, address, body, kind)
            fault = _fault(answer)
            if fault or answer.status_code < 400:
                wrong[f"{address} {what}"] = fault or answer.status_code

    assert wrong == {}


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from _places(value, (*path, key))


def _spoilt(whole: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = deepcopy(whole)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return made


@pytest.mark.parametrize("kind", told.FULL)
def test_an_event_spoilt_anywhere_never_breaks_the_house(caller: Caller, kind: str) -> None:
    chance = random.Random(SEED)
    document = told.document(told.event(kind))
    wrong = {}
    for path in chance.sample(list(_places(document)), 40):
        value = chance.choice(WRONG)
        body = json.dumps(_spoilt(document, path, value)).encode()
        fault = _fault(_send(caller, "/epcis/capture", body, JSON))
        if fault:
            wrong[f"{path} {str(value)[:30]}"] = fault

    assert wrong == {}


def test_queries_that_are_none_are_refused(caller: Caller) -> None:
    chance = random.Random(SEED)
    texts = [text for text in TEXTS.values() if len(text) < 3_000]
    names = [*parameters.KNOWN, "perPage", "nextPageToken", "orderBy", "EQ_bizTransaction_po",
             "GE_value_CEL", "eventCountLimit", "maxEventCount", "nothing"]  # fmt: skip
    wrong = {}
    for name in names:
        for text in chance.sample(texts, 3):
            value = quote(text.encode("utf-8", "surrogatepass"), safe="")
            fault = _fault(caller.get(f"/epcis/events?{name}={value}"))
            if fault:
                wrong[f"{name}={text[:20]}"] = fault
            body = {"name": f"{name}{len(wrong)}", "query": {name: chance.choice(WRONG)}}
            fault = _fault(
                _send(caller, "/epcis/queries", json.dumps(body).encode(), "application/json")
            )
            if fault:
                wrong[f"query {body}"] = fault

    assert wrong == {}


def test_subscriptions_that_are_none_are_refused(caller: Caller) -> None:
    good = {
        "dest": "https://partner.example/hook",
        "signatureToken": "x" * 20,
        "schedule": {"hour": "1", "minute": "5"},
        "reportIfEmpty": True,
        "initialRecordTime": "2026-11-20T00:00:00Z",
    }
    chance = random.Random(SEED)
    wrong = {}
    for path in _places(good):
        for value in chance.sample(WRONG, 8):
            body = json.dumps(_spoilt(good, path, value)).encode()
            fault = _fault(_send(caller, WRITES[3], body, JSON))
            if fault:
                wrong[f"{path} {str(value)[:30]}"] = fault

    assert wrong == {}


@pytest.mark.parametrize(
    "header",
    ["Accept", "GS1-EPC-Format", "GS1-CBV-XML-Format", "GS1-EPCIS-Min", "GS1-EPCIS-Max",
     "GS1-CBV-Min", "GS1-CBV-Max", "GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions",
     "GS1-Capture-Error-Behaviour", "Content-Type", "Accept-Language", "If-None-Match"],
)  # fmt: skip
def test_headers_that_are_none_never_break_the_house(caller: Caller, header: str) -> None:
    body = json.dumps(told.document(told.plain())).encode()
    wrong = {}
    for value in ("", "x", "9" * 400, "2.0.0.0.0", "1.2", "-1", ";;;", "a=b,=,", "*/*;q=x", "%00"):
        headers = {"Authorization": f"Bearer {caller.bearer}", "Content-Type": "application/json"}
        headers[header] = value
        for answer in (
            caller.client.get("/epcis/events", headers=headers),
            caller.client.post("/epcis/capture", data=body, headers=headers),
        ):
            fault = _fault(answer)
            if fault:
                wrong[f"{value} {answer.request.method}"] = fault

    assert wrong == {}
