"""Events as partners' programs ask for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock
from tests.growing_areas.factories import make_organisation
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.epcis.querying.told_events import GTIN, HAPPENED, ITEM, LOT, tell
from tests.traceability.epcis.told import document, plain
from traceability.epcis.index_models import VocabularyElement
from traceability.epcis.querying import reading


@pytest.fixture
def caller(session: Session, client: FlaskClient) -> Caller:
    return make_caller(session, client)


def _ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["eventID"] for event in events]


def test_an_answer_is_a_query_document_with_the_standards_context(
    session: Session, caller: Caller
) -> None:
    tell(session, caller.organisation, biz_step="shipping")

    answer = caller.get("/epcis/events")

    body = answer.get_json()
    assert answer.content_type == "application/json"
    assert body["type"] == "EPCISQueryDocument"
    assert body["schemaVersion"] == "2.0"
    assert body["@context"] == "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    assert body["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert "Link" not in answer.headers


def test_an_event_is_found_by_its_id_with_its_declarations(
    session: Session, caller: Caller
) -> None:
    name = "ni:///sha-256;df7bb3c3?ver=CBV2.0"
    tell(session, caller.organisation, event_id=name)
    tell(session, caller.organisation, event_id=name, error={"declared_at": HAPPENED})

    for path in (quote(name, safe=""), quote(name, safe=":/;="), quote(name, safe="/:;?=")):
        answer = caller.get(f"/epcis/events/{path}")
        assert answer.status_code == 200, path
        results = answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]
        assert _ids(results["eventList"]) == [name, name]
    missing = caller.get("/epcis/events/urn:uuid:nothing")
    assert missing.status_code == 404
    assert missing.get_json()["type"] == "epcisException:NoSuchNameException"


@pytest.fixture
def told(session: Session, caller: Caller) -> dict[str, str]:
    """One event of every kind that a filter can tell from the others, by a name for it."""
    own = caller.organisation
    made = {
        "shipping": tell(
            session,
            own,
            biz_step="shipping",
            disposition="in_transit",
            read_point="https://id.gs1.org/414/8930001000018/254/DOOR",
            biz_location="https://id.gs1.org/414/8930001000018",
            things={"object": [ITEM]},
            words=[
                ("bizTransaction", "po", "urn:x:po:1"),
                ("bizTransaction", "inv", "urn:x:inv:1"),
                ("source", "owning_party", "https://id.gs1.org/417/8930001000018"),
                ("destination", "possessing_party", "urn:x:taker"),
                ("set", "", "completeness_verified"),
                ("unset", "", "unknown"),
            ],
        ),
        "packing": tell(
            session,
            own,
            event_type="AggregationEvent",
            action="ADD",
            biz_step="https://example.org/boxing",
            things={"parent": ["https://id.gs1.org/00/089300010000000018"], "child": [ITEM]},
            amounts={"child": [(LOT, Decimal("12.5"), "KGM"), (GTIN, 3, None)]},
        ),
        "making": tell(
            session,
            own,
            event_type="TransformationEvent",
            action=None,
            transformation_id="urn:x:making:1",
            things={"input": [f"{GTIN}/21/2"], "output": [f"{GTIN}/21/3"]},
            amounts={"input": [(LOT, 40, "KGM")], "output": [(f"{GTIN}/10/L2", 20, "GRM")]},
        ),
        "sensing": tell(
            session,
            own,
            reports=[
                {
                    "value": Decimal("4.5"),
                    "uom": "CEL",
                    "device_id": "https://id.gs1.org/8004/8930001",
                    "time": HAPPENED,
                    "max_value": 9,
                    "perc_rank": 50,
                },
                {
                    "type": "https://example.org/Taste",
                    "string_value": "sweet",
                    "boolean_value": True,
                    "metadata_device_id": "urn:x:device",
                    "start_time": HAPPENED,
                    "end_time": HAPPENED + timedelta(hours=1),
                },
            ],
        ),
        "wrong": tell(
            session,
            own,
            error={"declared_at": HAPPENED, "reason": "did_not_occur"},
            words=[("correctiveEventID", "", "urn:uuid:right")],
        ),
    }
    session.add(
        VocabularyElement(
            organisation_id=own.id,
            type="urn:epcglobal:epcis:vtype:ReadPoint",
            uri="urn:x:site",
            attributes={},
            children=["urn:x:hall"],
            told_at=HAPPENED,
        )
    )
    session.add(
        VocabularyElement(
            organisation_id=own.id,
            type="urn:epcglobal:epcis:vtype:ReadPoint",
            uri="urn:x:hall",
            attributes={},
            children=["https://id.gs1.org/414/8930001000018/254/DOOR", "urn:x:site"],
            told_at=HAPPENED,
        )
    )
    session.commit()
    return {event.event_id: name for name, event in made.items()}


FILTERS = {
    "eventType=TransformationEvent|AggregationEvent": {"making", "packing"},
    "EQ_action=ADD": {"packing"},
    "EQ_bizStep=shipping": {"shipping"},
    "EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping": {"shipping"},
    "EQ_bizStep=urn:epcglobal:cbv:bizstep:shipping|https://example.org/boxing": {
        "shipping",
        "packing",
    },
    "EQ_disposition=in_transit": {"shipping"},
    "EQ_persistentDisposition_set=completeness_verified": {"shipping"},
    "EQ_persistentDisposition_unset=unknown": {"shipping"},
    "EQ_persistentDisposition_set=unknown": set(),
    "EQ_readPoint=urn:epc:id:sgln:8930001.00001.DOOR": {"shipping"},
    "EQ_readPoint=https://example.org/414/8930001000018/254/DOOR": {"shipping"},
    "EQ_readPoint=urn:x:site": set(),
    "WD_readPoint=urn:x:site": {"shipping"},
    "WD_readPoint=https://id.gs1.org/414/8930001000018/254/DOOR": {"shipping"},
    "EQ_bizLocation=urn:epc:id:sgln:8930001.00001.0": {"shipping"},
    "EQ_transformationID=urn:x:making:1": {"making"},
    "MATCH_epc=urn:epc:id:sgtin:8930001.000001.1": {"shipping", "packing"},
    f"MATCH_epc={GTIN}/21/2": set(),
    f"MATCH_epc={LOT}": set(),
    "MATCH_epc=urn:epc:idpat:sgtin:8930001.000001.*": {"shipping", "packing"},
    "MATCH_epc=urn:epc:idpat:sgtin:8930001.*.*": {"shipping", "packing"},
    "MATCH_epc=urn:epc:idpat:sgtin:8930002.*.*": set(),
    "MATCH_parentID=urn:epc:id:sscc:8930001.0000000001": {"packing"},
    "MATCH_parentID=https://id.gs1.org/00/089300010000000018": {"packing"},
    f"MATCH_inputEPC={GTIN}/21/2": {"making"},
    f"MATCH_outputEPC={GTIN}/21/3": {"making"},
    f"MATCH_anyEPC={GTIN}/21/3|{ITEM}": {"making", "shipping", "packing"},
    f"MATCH_epcClass={LOT}": {"packing"},
    "MATCH_epcClass=urn:epc:class:lgtin:8930001.000001.L1": {"packing"},
    f"MATCH_inputEPCClass={LOT}": {"making"},
    f"MATCH_outputEPCClass={GTIN}/10/L2": {"making"},
    f"MATCH_anyEPCClass={LOT}": {"making", "packing"},
    "EQ_quantity=3": {"packing"},
    "EQ_quantity_KGM=12.5": {"packing"},
    "GE_quantity_KGM=12.5": {"packing", "making"},
    "GT_quantity_KGM=12.5": {"making"},
    "LT_quantity=20&GT_quantity=4": {"packing"},
    "LE_quantity_GRM=20": {"making"},
    "EQ_bizTransaction_po=urn:x:po:1": {"shipping"},
    "EQ_bizTransaction_urn:epcglobal:cbv:btt:po=urn:x:po:1": {"shipping"},
    "EQ_bizTransaction_po=urn:x:inv:1": set(),
    "EQ_source_owning_party=urn:epc:id:pgln:8930001.00001": {"shipping"},
    "EQ_destination_possessing_party=urn:x:taker": {"shipping"},
    "EQ_destination_owning_party=urn:x:taker": set(),
    "EXISTS_errorDeclaration=true": {"wrong"},
    "EQ_errorReason=did_not_occur": {"wrong"},
    "EQ_correctiveEventID=urn:uuid:right": {"wrong"},
    "GE_errorDeclarationTime=2026-11-20T10:00:00%2B07:00": {"wrong"},
    "LT_errorDeclaration_Time=2026-11-20T03:00:00Z": set(),
    "EXISTS_sensorElementList": {"sensing"},
    "EQ_type=Temperature": {"sensing"},
    "EQ_type=https://example.org/Taste": {"sensing"},
    "EQ_deviceID=urn:epc:id:giai:8930001.": set(),
    "EQ_deviceID=https://id.gs1.org/8004/8930001": {"sensing"},
    "EQ_deviceID=urn:x:device": {"sensing"},
    "EQ_value_CEL=4.5": {"sensing"},
    "EQ_value_FAH=4.5": set(),
    "GE_value_CEL=4.5&LT_value_CEL=5": {"sensing"},
    "GT_value_CEL=4.5": set(),
    "LE_maxValue_CEL=9": {"sensing"},
    "GE_percRank=50": {"sensing"},
    "EQ_stringValue=sweet": {"sensing"},
    "EQ_booleanValue=true": {"sensing"},
    "EQ_booleanValue=false": set(),
    "GE_time=2026-11-20T03:00:00Z": {"sensing"},
    "GE_startTime=2026-11-20T03:00:00Z&LT_endTime=2026-11-20T04:00:01Z": {"sensing"},
    "EQ_bizStep=shipping&EQ_action=ADD": set(),
}


def test_every_filter_finds_exactly_what_it_means(caller: Caller, told: dict[str, str]) -> None:
    wrong = {}
    for query, wanted in FILTERS.items():
        found = {told[name] for name in _ids(caller.events(query))}
        if found != wanted:
            wrong[query] = found

    assert wrong == {}


def test_filters_by_time_and_id(session: Session, caller: Caller) -> None:
    event = tell(session, caller.organisation)
    other = tell(session, caller.organisation)
    at, recorded = (quote(m.isoformat()) for m in (other.event_time, other.record_time))

    assert _ids(caller.events(f"GE_eventTime={at}")) == [other.event_id]
    assert _ids(caller.events(f"LT_eventTime={at}")) == [event.event_id]
    assert _ids(caller.events(f"GE_recordTime={recorded}")) == [other.event_id]
    assert _ids(caller.events(f"LT_recordTime={recorded}")) == [event.event_id]
    assert _ids(caller.events(f"EQ_eventID={event.event_id}|urn:uuid:x")) == [event.event_id]


@pytest.mark.parametrize(
    ("query", "status", "exception"),
    [
        ("EQ_bizstep=shipping", 400, "QueryParameterException"),
        ("EQ_bizStep=shiping", 400, "QueryParameterException"),
        ("EQ_bizStep=", 400, "QueryParameterException"),
        ("EQ_bizStep=shipping&EQ_bizStep=packing", 400, "QueryParameterException"),
        ("EQ_action=SHIP", 400, "QueryParameterException"),
        ("GE_eventTime=2026-01-01", 400, "QueryParameterException"),
        ("perPage=0", 400, "QueryParameterException"),
        ("perPage=abc", 400, "QueryParameterException"),
        ("nextPageToken=abc", 400, "QueryParameterException"),
        ("MATCH_epc=urn:epc:idpat:sgtin:*.000001.*", 400, "QueryParameterException"),
        ("maxEventCount=1&eventCountLimit=1&orderBy=eventTime", 400, "QueryParameterException"),
        ("orderBy=example:field", 501, "ImplementationException"),
        ("EQ_example:field=1", 501, "ImplementationException"),
        ("HASATTR_bizLocation=urn:x", 501, "ImplementationException"),
    ],
)
def test_what_cannot_be_asked_is_refused_as_the_standard_says(
    caller: Caller, query: str, status: int, exception: str
) -> None:
    answer = caller.get(f"/epcis/events?{query}")

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["type"] == f"epcisException:{exception}"


def test_pages_follow_each_other_without_gap_or_double(session: Session, caller: Caller) -> None:
    moment = HAPPENED
    made = [tell(session, caller.organisation, event_time=moment).event_id for _ in range(5)]

    seen: list[str] = []
    address = "/epcis/events?perPage=2&EQ_action=OBSERVE"
    while address:
        answer = caller.get(address)
        assert answer.status_code == 200, answer.get_json()
        seen += _ids(answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
        link = answer.headers.get("Link", "")
        assert bool(link) is ("GS1-Next-Page-Token-Expires" in answer.headers)
        assert not link or link.endswith('; rel="next"')
        address = link[1 : link.index(">")] if link else ""

    assert seen == made[::-1]


def test_a_token_is_good_for_its_own_question_and_owner_only(
    session: Session, client: FlaskClient, caller: Caller
) -> None:
    for _ in range(3):
        tell(session, caller.organisation)
    link = caller.get("/epcis/events?perPage=1").headers["Link"]
    token = link[link.index("nextPageToken=") + 14 : link.index(">")]
    other = make_caller(session, client)

    assert caller.get(f"/epcis/events?perPage=1&nextPageToken={token}").status_code == 200
    for asked in (
        caller.get(f"/epcis/events?EQ_action=ADD&nextPageToken={token}"),
        other.get(f"/epcis/events?nextPageToken={token}"),
        caller.get(f"/epcis/epcs?nextPageToken={token}"),
    ):
        assert asked.get_json()["type"] == "epcisException:QueryParameterException"
    assert other.delete(f"/epcis/nextPageToken/{token}").status_code == 404
    assert caller.delete("/epcis/nextPageToken/abc").status_code == 404
    assert caller.delete(f"/epcis/nextPageToken/{token}").status_code == 204
    assert caller.get(f"/epcis/events?perPage=1&nextPageToken={token}").status_code == 400


@pytest.mark.parametrize("resource", ["events", "eventTypes", "queries", "capture"])
def test_a_token_is_good_for_an_hour_as_the_answer_says(
    session: Session, caller: Caller, monkeypatch: pytest.MonkeyPatch, resource: str
) -> None:
    for number in range(2):
        tell(session, caller.organisation)
        caller.post("/epcis/queries", {"name": f"q{number}", "query": {}})
        caller.post("/epcis/capture", document(plain()))
    asked_at = clock.now()
    answer = caller.get(f"/epcis/{resource}?perPage=1")
    expires = datetime.fromisoformat(answer.headers["GS1-Next-Page-Token-Expires"])
    following = answer.headers["Link"][1:].partition(">")[0]

    assert abs(expires - asked_at - timedelta(hours=1)) < timedelta(seconds=30)
    monkeypatch.setattr(clock, "now", lambda: expires - timedelta(seconds=1))
    assert caller.get(following).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: expires + timedelta(seconds=2))
    late = caller.get(following)
    assert (late.status_code, late.get_json()["code"]) == (400, "epcis.page_token")


@pytest.mark.parametrize("resource", ["events", "epcs", "queries", "capture"])
def test_the_size_of_a_page_is_a_whole_number_and_has_its_limit(
    session: Session, caller: Caller, monkeypatch: pytest.MonkeyPatch, resource: str
) -> None:
    address = f"/epcis/{resource}?perPage="
    for wrong in ("0", "-1", "1.5", "1e2", "", "ten", "%EF%BC%91", "9" * 20, "1&perPage=2"):
        answer = caller.get(address + wrong)
        assert answer.status_code == 400, wrong
        assert answer.get_json()["type"] == "epcisException:QueryParameterException"
    monkeypatch.setattr(reading, "LARGEST_PAGE", 2)
    for number in range(3):
        tell(session, caller.organisation, things={"object": [f"urn:thing:{number}"]})
        caller.post("/epcis/queries", {"name": f"q{number}", "query": {}})
        caller.post("/epcis/capture", document(plain()))
    assert 'rel="next"' in caller.get(address + "1000").headers["Link"]


def test_order_and_limits(session: Session, caller: Caller) -> None:
    made = [tell(session, caller.organisation).event_id for _ in range(4)]

    assert _ids(caller.events("orderBy=recordTime&orderDirection=ASC")) == made
    assert _ids(caller.events("orderBy=eventTime")) == made[::-1]
    limited = caller.get("/epcis/events?orderBy=eventTime&eventCountLimit=3&perPage=2")
    link = limited.headers["Link"]
    rest = caller.get(link[1 : link.index(">")])
    results = rest.get_json()["epcisBody"]["queryResults"]["resultsBody"]
    assert _ids(results["eventList"]) == [made[1]]
    assert "Link" not in rest.headers
    assert len(caller.events("maxEventCount=4")) == 4
    too_many = caller.get("/epcis/events?maxEventCount=3")
    assert too_many.status_code == 413
    assert too_many.get_json()["type"] == "epcisException:QueryTooLargeException"


def test_identifiers_are_told_as_the_caller_wants_them(session: Session, caller: Caller) -> None:
    name = "urn:epc:id:sgtin:8930001.000001.1"
    tell(session, caller.organisation, document={"epcList": [name]}, things={"object": [name]})

    def told(wanted: str | None) -> list[str]:
        headers = {"GS1-EPC-Format": wanted} if wanted else None
        found: list[str] = caller.events("", headers)[0]["epcList"]
        return found

    assert told(None) == [ITEM]
    assert told("Always_GS1_Digital_Link") == [ITEM]
    assert told("Always_EPC_URN") == [name]
    assert told("Never_Translates") == [name]


def test_own_contexts_are_lifted_unless_they_contradict(session: Session, caller: Caller) -> None:
    mine = {"ex": "https://example.org/"}
    tell(session, caller.organisation, document={"@context": [mine], "ex:a": 1})
    tell(session, caller.organisation, document={"@context": [mine], "ex:a": 2})

    body = caller.get("/epcis/events").get_json()
    assert body["@context"][1:] == [mine]
    assert all("@context" not in event for event in caller.events())

    tell(session, caller.organisation, document={"@context": [{"ex": "urn:x:"}], "ex:a": 3})
    body = caller.get("/epcis/events").get_json()
    assert isinstance(body["@context"], str)
    assert all("@context" in event for event in caller.events())


def test_a_strangers_events_are_not_there(
    session: Session, client: FlaskClient, caller: Caller
) -> None:
    theirs = tell(session, make_organisation(session, datetime.now(UTC)), biz_step="packing")

    assert caller.events() == []
    assert caller.get(f"/epcis/events/{theirs.event_id}").status_code == 404
    assert make_caller(session, client, "admin").events()
