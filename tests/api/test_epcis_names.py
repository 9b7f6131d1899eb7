"""What events speak of, listed, and the events of each."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import config
from foundation.config import Config
from tests.growing_areas.factories import make_organisation
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.epcis.querying.told_events import GTIN, HAPPENED, ITEM, LOT, tell

PLACE = "https://example.org/kho/1?x=y"
STEP = "https://example.org/boxing"


@pytest.fixture(params=["manager", "admin"])
def caller(request: pytest.FixtureRequest, session: Session, client: FlaskClient) -> Caller:
    """Somebody who sees their own events, and somebody who sees all."""
    found = make_caller(session, client, request.param)
    giver = found.house or make_organisation(session, HAPPENED)
    tell(
        session,
        giver,
        event_id="urn:x:1",
        biz_step=STEP,
        disposition="in_transit",
        read_point=PLACE,
        biz_location=f"{GTIN}/21/PLACE",
        things={"object": [ITEM, "https://id.gs1.org/01/08930001000018/21/A%2FB"]},
        amounts={"object": [(LOT, 1, None)]},
    )
    tell(session, giver, event_id="urn:x:2", biz_step="shipping", things={"object": [ITEM]})
    return found


def _members(caller: Caller, address: str, headers: dict[str, str] | None = None) -> list[str]:
    answer = caller.get(address, headers)
    assert answer.status_code == 200, answer.get_json()
    body = answer.get_json()
    assert body["type"] == "Collection"
    return list(body["member"])


def test_things_and_places_are_listed_once(caller: Caller) -> None:
    assert _members(caller, "/epcis/epcs") == [ITEM, f"{GTIN}/21/A%2FB"]
    assert _members(caller, "/epcis/readPoints") == [PLACE]
    urns = _members(caller, "/epcis/epcs", {"GS1-EPC-Format": "Always_EPC_URN"})
    assert urns == _members(caller, "/epcis/epcs"), "whose company prefix nobody told of"


def test_epc_names_are_told_where_company_prefixes_are_known(
    caller: Caller, test_config: Config
) -> None:
    config.use(replace(test_config, gs1_prefixes=(("893", 7),)))
    try:
        urns = _members(caller, "/epcis/epcs", {"GS1-EPC-Format": "Always_EPC_URN"})
    finally:
        config.use(test_config)

    assert urns[0].startswith("urn:epc:id:sgtin:8930001.")


def test_standard_words_are_listed_with_those_that_events_use(caller: Caller) -> None:
    assert {"ObjectEvent", "AssociationEvent"} <= set(_members(caller, "/epcis/eventTypes"))
    steps = _members(caller, "/epcis/bizSteps?perPage=100")
    assert {STEP, "shipping", "sampling"} <= set(steps)
    assert steps == sorted(set(steps))
    assert "recalled" in _members(caller, "/epcis/dispositions?perPage=100")


def test_lists_are_paged_without_gap(caller: Caller) -> None:
    whole = _members(caller, "/epcis/bizSteps?perPage=100")

    found: list[str] = []
    address = "/epcis/bizSteps?perPage=7"
    while address:
        answer = caller.get(address)
        found += answer.get_json()["member"]
        link = answer.headers.get("Link", "")
        address = link[1 : link.index(">")] if link else ""

    assert found == whole


@pytest.mark.parametrize(
    ("kind", "name", "events"),
    [
        ("epcs", ITEM, {"urn:x:1", "urn:x:2"}),
        ("epcs", "urn:epc:id:sgtin:8930001.000001.1", {"urn:x:1", "urn:x:2"}),
        ("epcs", LOT, {"urn:x:1"}),
        ("epcs", f"{GTIN}/21/A%2FB", {"urn:x:1"}),
        ("bizSteps", STEP, {"urn:x:1"}),
        ("bizSteps", "shipping", {"urn:x:2"}),
        ("bizSteps", "urn:epcglobal:cbv:bizstep:shipping", {"urn:x:2"}),
        ("bizSteps", "sampling", set()),
        ("dispositions", "https://ref.gs1.org/cbv/Disp-in_transit", {"urn:x:1"}),
        ("readPoints", PLACE, {"urn:x:1"}),
        ("eventTypes", "ObjectEvent", {"urn:x:1", "urn:x:2"}),
    ],
)
def test_each_has_its_events_however_its_address_is_encoded(
    caller: Caller, kind: str, name: str, events: set[str]
) -> None:
    for part in (quote(name, safe=""), quote(name, safe="/:")):
        assert _members(caller, f"/epcis/{kind}/{part}") == ["events"]
        answer = caller.get(f"/epcis/{kind}/{part}/events?perPage=10")
        results = answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert {event["eventID"] for event in results} == events


@pytest.mark.parametrize(
    "address",
    [
        "epcs/urn:x:nothing",
        "epcs/urn:x:nothing/events",
        "bizSteps/shiping",
        "bizSteps/https%3A%2F%2Fexample.org%2Fnone/events",
        "eventTypes/QuantityEvent",
        "readPoints/x",
    ],
)
def test_what_nobody_spoke_of_is_no_such_name(caller: Caller, address: str) -> None:
    answer = caller.get(f"/epcis/{address}")

    assert answer.status_code == 404
    assert answer.get_json()["type"] == "epcisException:NoSuchNameException"


def test_the_paths_own_filter_is_not_said_twice(caller: Caller) -> None:
    twice = caller.get("/epcis/bizSteps/shipping/events?EQ_bizStep=packing")
    beside = caller.get("/epcis/bizSteps/shipping/events?EQ_action=OBSERVE&orderBy=eventTime")
    strange = caller.get("/epcis/bizSteps?EQ_bizStep=packing")

    assert twice.status_code == strange.status_code == 400
    assert twice.get_json()["type"] == "epcisException:QueryParameterException"
    assert beside.status_code == 200


def test_strangers_do_not_see_each_others_names(session: Session, client: FlaskClient) -> None:
    giver = make_organisation(session, HAPPENED)
    tell(session, giver, read_point=PLACE, biz_step=STEP, things={"object": [ITEM]})
    stranger = make_caller(session, client)

    assert _members(stranger, "/epcis/epcs") == []
    assert _members(stranger, "/epcis/readPoints") == []
    assert STEP not in _members(stranger, "/epcis/bizSteps?perPage=100")
    assert stranger.get(f"/epcis/epcs/{quote(ITEM, safe='')}").status_code == 404


def test_options_tell_the_methods_of_every_address(client: FlaskClient) -> None:
    for address, allowed in (
        ("events/urn:x:1", "GET, HEAD, OPTIONS"),
        ("bizSteps/shipping/events", "GET, HEAD, OPTIONS"),
        ("queries", "GET, HEAD, OPTIONS, POST"),
        ("queries/a", "DELETE, GET, HEAD, OPTIONS"),
        ("queries/a/events", "GET, HEAD, OPTIONS"),
        ("queries/a/subscriptions/b", "DELETE, GET, HEAD, OPTIONS"),
    ):
        answer = client.options(f"/epcis/{address}")
        assert answer.status_code == 204, address
        assert answer.headers["Allow"] == allowed
        assert answer.headers["GS1-EPCIS-Max"] == "2.0.0"
