"""Documents from outside: what is read, what is refused, and that the official schema agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from foundation.errors import Invalid
from foundation.places import ROOT
from tests.traceability.epcis import told
from traceability.epcis import documents

STANDARDS = ROOT.parent / "shared" / "standards"


def _codes(given: Any) -> set[str]:
    with pytest.raises(Invalid) as refused:
        documents.read_document(given)
    return {finding.code for finding in refused.value.findings}


@pytest.mark.parametrize("kind", told.FULL)
def test_every_field_of_every_kind_of_event_is_read(kind: str) -> None:
    read = documents.read_document(told.document(told.event(kind)))

    assert [each.event for each in read.events] == [told.FULL[kind]]


def test_a_query_document_is_taken_like_a_document() -> None:
    read = documents.read_document(told.query_document(told.plain(), told.plain()))

    assert [each.index for each in read.events] == [0, 1]


@pytest.mark.parametrize("spelling", told.SPELLINGS)
def test_the_standard_context_is_known_in_each_of_its_spellings(spelling: str) -> None:
    given = told.document(told.plain(), **{"@context": spelling})

    assert len(documents.read_document(given).events) == 1


def test_a_context_elsewhere_is_refused_and_not_fetched() -> None:
    elsewhere = [told.CONTEXT, "https://example.org/context.jsonld"]

    assert _codes(told.document(told.plain(), **{"@context": elsewhere})) == {
        "epcis.context_remote"
    }


def test_a_document_without_the_standard_context_is_refused() -> None:
    assert _codes(told.document(told.plain(), **{"@context": told.OWN_CONTEXT})) == {
        "epcis.context_missing"
    }


def test_a_prefix_that_nobody_declared_is_refused_wherever_it_stands() -> None:
    events = [
        told.plain(**{"farm:a": 1}),
        told.plain(readPoint={"id": "https://example.org/a", "farm:b": 1}),
        told.plain(action="ADD", ilmd={"farm:c": 1}),
        told.plain(**{"coop:ok": {"farm:d": 1}}),
    ]

    with pytest.raises(Invalid) as refused:
        documents.read_document(told.document(*events))

    assert [finding.field for finding in refused.value.findings] == [
        "epcisBody.eventList.0.farm:a",
        "epcisBody.eventList.1.readPoint.farm:b",
        "epcisBody.eventList.2.ilmd.farm:c",
        "epcisBody.eventList.3.coop:ok.farm:d",
    ]


def test_an_event_may_declare_prefixes_for_itself_alone() -> None:
    own = told.plain(**{"@context": {"farm": "https://farm.example/"}, "farm:a": 1})

    read = documents.read_document(told.document(own))

    assert read.events[0].names.expand("farm:a") == "https://farm.example/a"
    assert _codes(told.document(own, told.plain(**{"farm:a": 1}))) == {"epcis.prefix_undeclared"}


INVALID: dict[str, dict[str, Any]] = {
    "time without an offset": told.plain(eventTime="2026-11-20T03:00:00"),
    "time that is a date": told.plain(eventTime="2026-11-20"),
    "impossible day": told.plain(eventTime="2026-02-30T03:00:00Z"),
    "offset without a sign": told.plain(eventTimeZoneOffset="07:00"),
    "offset beyond the world": told.plain(eventTimeZoneOffset="+15:00"),
    "no offset": told.plain(eventTimeZoneOffset=None),
    "no time": told.plain(eventTime=None),
    "no action": told.plain(action=None),
    "unknown action": told.plain(action="LOOK"),
    "unknown word": told.plain(bizStep="harvesting"),
    "old name of a word": told.plain(bizStep="urn:epcglobal:cbv:bizstep:shipping"),
    "disposition of no vocabulary": told.plain(disposition="sold"),
    "id that is no address": told.plain(eventID="event 7"),
    "EPC that is no address": told.plain(epcList=["8930001000018"]),
    "same EPC twice": told.plain(epcList=["urn:x:1", "urn:x:1"]),
    "nothing named": told.plain(epcList=None),
    "nothing named, empty list": told.plain(epcList=[]),
    "unknown bare field": told.plain(colour="green"),
    "field of another event type": told.plain(childEPCs=["urn:x:1"]),
    "ilmd on an observation": told.plain(ilmd={"cbvmda:lotNumber": "1"}),
    "quantity as text": told.plain(quantityList=[{"epcClass": "urn:x:1", "quantity": "7"}]),
    "unit of no form": told.plain(quantityList=[{"epcClass": "urn:x:1", "uom": "kilogram"}]),
    "extra field in a quantity": told.plain(quantityList=[{"epcClass": "urn:x:1", "n": 1}]),
    "empty lasting disposition": told.plain(persistentDisposition={}),
    "sensor element without report": told.plain(sensorElementList=[{"sensorMetadata": {}}]),
    "report without a type": told.plain(sensorElementList=[{"sensorReport": [{"value": 1}]}]),
    "source without a type": told.plain(sourceList=[{"source": "urn:x:1"}]),
    "error declared at no time": told.plain(errorDeclaration={"reason": "did_not_occur"}),
    "error for no known reason": told.plain(
        errorDeclaration={"declarationTime": "2026-11-20T03:00:00Z", "reason": "typo"}
    ),
    "contents added to no unit": told.event("AggregationEvent", parentID=None),
    "contents taken from no unit": told.event("AggregationEvent", parentID=None, action="DELETE"),
    "nothing added to a unit": told.event("AggregationEvent", childEPCs=[], childQuantityList=None),
    "association with nobody": told.event("AssociationEvent", parentID=None),
    "transaction without papers": told.event("TransactionEvent", bizTransactionList=[]),
    "transformation from nothing": told.event(
        "TransformationEvent",
        inputEPCList=None,
        inputQuantityList=None,
        transformationID=None,
    ),
    "transformation with an action": told.event("TransformationEvent", action="ADD"),
    "kind of event that is no address": told.plain(type="HarvestEvent"),
    "address too long for an index": told.plain(epcList=["urn:x:" + "a" * 1_000]),
    "year before the calendar": told.plain(eventTime="0000-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("why", INVALID)
def test_an_invalid_event_is_refused_with_its_place(why: str) -> None:
    given = told.document(told.plain(), INVALID[why])

    with pytest.raises(Invalid) as refused:
        documents.read_document(given)

    assert all(
        (finding.field or "").startswith("epcisBody.eventList.1")
        for finding in refused.value.findings
    )


VALID: dict[str, dict[str, Any]] = {
    "time with nanoseconds": told.plain(eventTime="2026-11-20T03:00:00.123456789+07:00"),
    "leap second": told.plain(eventTime="2016-12-31T23:59:60Z"),
    "empty contents observed with a sensor": told.plain(
        epcList=None, readPoint={"id": "urn:x:1"}, sensorElementList=told.SENSORS
    ),
    "unit emptied wholly": told.event(
        "AggregationEvent", action="DELETE", childEPCs=None, childQuantityList=None
    ),
    "unit seen from inside": told.event("AggregationEvent", action="OBSERVE", parentID=None),
    "first half of a transformation": told.event(
        "TransformationEvent", outputEPCList=None, outputQuantityList=None
    ),
    "event of somebody's own kind": told.plain(type="coop:HarvestEvent"),
    "word by its web address": told.plain(bizStep="https://ref.gs1.org/cbv/BizStep-shipping"),
    "single certificate": told.plain(certificationInfo="https://example.org/c"),
    "field named by a whole address": told.plain(**{"https://farm.example/row": 7}),
    "hash as id": told.plain(eventID="ni:///sha-256;00ff?ver=CBV2.0"),
}


@pytest.mark.parametrize("why", VALID)
def test_a_valid_event_is_read_as_it_stands(why: str) -> None:
    read = documents.read_document(told.document(VALID[why]))

    assert read.events[0].event == VALID[why]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        7,
        None,
        {},
        {"type": "EPCISDocument"},
        told.document(told.plain(), schemaVersion="1.2"),
        told.document(told.plain(), creationDate="yesterday"),
        told.document(told.plain(), remark="no"),
        told.document(told.plain(), epcisBody={}),
        told.document(told.plain(), epcisBody={"eventList": {}}),
        told.document(told.plain(), **{"farm:a": 1}),
        {**told.query_document(told.plain()), "epcisBody": {"eventList": []}},
    ],
)
def test_what_is_no_document_is_refused(wrong: Any) -> None:
    assert _codes(wrong)


@pytest.mark.parametrize(
    "body",
    [b"", b"<EPCISDocument/>", b"\xff\xfe", b'{"a": NaN}', b'{"a": "\\u0000"}',
     b'{"a": "\\ud800"}', b"[" * 100_000],
)  # fmt: skip
def test_a_body_that_cannot_be_read_or_kept_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        documents.parse(body)


def test_half_a_thousand_faults_are_told_up_to_a_hundred() -> None:
    given = told.document(*(told.plain(action="LOOK") for _ in range(500)))

    with pytest.raises(Invalid) as refused:
        documents.read_document(given)

    assert len(refused.value.findings) == 100


def test_a_header_describes_places_and_what_lies_in_them() -> None:
    element: dict[str, Any] = {
        "id": "https://id.gs1.org/414/8930001000018",
        "attributes": [{"id": "cbvmda:name", "attribute": "Kho 1"}],
        "children": ["https://id.gs1.org/414/8930001000018/254/A"],
    }
    vocabulary: dict[str, Any] = {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [element],
    }
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}}

    read = documents.read_document(told.document(epcisHeader=header))

    assert read.vocabulary == (
        documents.VocabularyElement(
            vocabulary["type"],
            element["id"],
            {"cbvmda:name": "Kho 1"},
            ("https://id.gs1.org/414/8930001000018/254/A",),
        ),
    )


# --- the official schema, where it lies beside the clone


_STRANGE: tuple[Any, ...] = (None, "", "x", 7, True, [], {}, ["x"], [7], {"x": 1}, "urn:x:1", "ADD")


def _changed(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place of an event, with what else might stand there."""
    if path:
        for other in _STRANGE:
            yield path, other
        yield path, _Nothing
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _changed(value, (*path, name))
        yield (*path, "stranger"), 1
        yield (*path, "coop:own"), 1
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _changed(value, (*path, index))
        yield (*path, len(node)), _Twice


class _Nothing:
    """The place is left out."""


class _Twice:
    """The item stands twice."""


def _with(event: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = deepcopy(event)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    if value is _Nothing:
        del node[path[-1]]
    elif value is _Twice:
        node.append(deepcopy(node[0]) if node else 7)
    else:
        node[path[-1]] = value
    return made


def _official() -> jsonschema_rs.Draft7Validator:
    if not STANDARDS.exists():
        pytest.skip("the standards' own files are not beside this clone")
    schema = json.loads(Path(STANDARDS / "EPCIS-JSON-Schema.json").read_text())
    return jsonschema_rs.Draft7Validator(schema)


@pytest.mark.parametrize("kind", told.FULL)
def test_our_shapes_judge_every_changed_event_as_the_official_schema_does(kind: str) -> None:
    official = _official()
    context = {"@context": [told.CONTEXT, told.OWN_CONTEXT]}
    declared = {
        "declarationTime": "2026-11-21T00:00:00Z",
        "reason": "did_not_occur",
        "correctiveEventIDs": ["urn:uuid:66666666-6666-4666-8666-666666666666"],
    }
    full = {**context, **told.event(kind, errorDeclaration=declared)}
    differing, refused = [], 0

    for path, value in _changed(full):
        if path == ("@context",):
            continue  # an event alone needs one, an event in a document does not
        made = _with(full, path, value)
        ours = documents._EVENT_CHECKS.get(str(made.get("type")), documents._OTHER_CHECK)
        verdict = official.is_valid(made)
        refused += not verdict
        if ours.is_valid(made) != verdict:
            differing.append((path, value, verdict))

    assert differing == []
    assert refused > 500


@pytest.mark.parametrize("made", [told.document, told.query_document])
def test_our_envelopes_judge_changed_documents_as_the_official_schema_does(made: Any) -> None:
    official = _official()
    full = made()
    differing = [
        (path, value)
        for path, value in _changed(full)
        if "type" not in path[:1] and (changed := _with(full, path, value)) is not None
        if documents._DOCUMENT_CHECKS[full["type"]].is_valid(changed) != official.is_valid(changed)
    ]

    assert differing == []
