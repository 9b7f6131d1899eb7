"""The event hash, held against a second writing of its rules over events of every kind."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.traceability.epcis import hash_oracle, told
from traceability.epcis import contexts, event_hash

NAMES, _ = contexts.read([told.CONTEXT, told.OWN_CONTEXT])

_serials = st.text("Aa059-._!'()*+,:;=", min_size=1, max_size=6)
_quoted = st.sampled_from(["L%2F1", "a%22b", "x%25", "TRA-26", "0", "%3C1%3E"])
_number = st.one_of(
    st.integers(-(10**6), 10**6),
    st.decimals(-1000, 1000, places=3).map(float),
    st.sampled_from([0, 0.5, 10, 1.10, 1e-7, 100000.0]),
)
_links = st.builds(
    "{}/01/08930001000018{}{}".format,
    st.sampled_from(["https://id.gs1.org", "http://shop.example", "https://a.example/vn"]),
    st.sampled_from(
        ["", "/22/V1", "/22/V1/10/L1", "/10/%2F", "/10/L1/21/7", "/22/V1/21/7", "/21/7", "/235/X9"]
    ),
    st.sampled_from(["", "?15=270101", "?linkType=all"]),
)
_epcs = st.one_of(
    st.builds("urn:epc:id:sgtin:8930001.000001.{}".format, _serials | _quoted),
    st.builds("urn:epc:id:sgln:8930001.00001.{}".format, _serials),
    st.builds("urn:epc:id:giai:8930001.{}".format, _serials),
    st.sampled_from(
        [
            "urn:epc:id:sscc:8930001.0000000001",
            "urn:epc:id:gdti:8930001.00001.T-1",
            "urn:epc:id:grai:8930001.00001.1",
            "urn:epc:id:pgln:8930001.00001",
            "https://id.gs1.org/414/8930001000018/254/P1",
            "https://example.org/thing/7",
            "urn:uuid:11111111-1111-4111-8111-111111111111",
        ]
    ),
    _links,
)
_classes = st.one_of(
    st.builds("urn:epc:class:lgtin:8930001.000001.{}".format, _serials),
    st.just("urn:epc:idpat:sgtin:8930001.000001.*"),
    _links,
)
_moments = st.builds(
    "2026-{:02}-{:02}T{:02}:59:{:02}{}{}".format,
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["", ".1", ".0004", ".0005", ".9995", ".123456789", ".99949999"]),
    st.sampled_from(["Z", "+07:00", "-09:30", "+00:00"]),
)
_scalar = st.one_of(
    st.booleans(),
    _number,
    _epcs,
    _moments,
    st.sampled_from(
        ["chè", "  spaced ", "0012", "1.50", "a=b", "đ", "urn:epcglobal:cbv:btt:po", ""]
    ),
)
_names = st.sampled_from(["coop:a", "coop:b", "coop:A", "coop:time", "cbvmda:lotNumber"])
_value = st.recursive(
    _scalar | st.lists(_scalar, min_size=1, max_size=3),
    lambda inner: (
        st.dictionaries(_names, inner, max_size=3)
        | st.lists(st.dictionaries(_names, inner, max_size=2), min_size=1, max_size=2)
    ),
    max_leaves=6,
)
_own = st.dictionaries(_names, _value, max_size=3)


def _some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda known, own: {**known, **own}, st.fixed_dictionaries({}, optional=fields), _own
    )


def _few(of: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(of, min_size=least, max_size=3)


def _with(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda known, own: {**known, **own},
        st.fixed_dictionaries(required, optional=optional),
        _own,
    )


_words = {
    "step": st.sampled_from(
        ["shipping", "cbv:BizStep-shipping", "urn:epcglobal:cbv:bizstep:packing",
         "https://ref.gs1.org/cbv/BizStep-packing", "https://example.org/step"]
    ),
    "disposition": st.sampled_from(
        ["in_transit", "recalled", "urn:epcglobal:cbv:disp:recalled", "https://example.org/d"]
    ),
}  # fmt: skip
_addresses = st.sampled_from(["https://example.org/d", "urn:epc:id:giai:8930001.cold-1"])
_element = st.builds(
    lambda metadata, reports, own: {
        **({"sensorMetadata": metadata} if metadata is not None else {}),
        "sensorReport": reports,
        **own,
    },
    st.none()
    | _some(
        {
            **dict.fromkeys(("time", "startTime", "endTime"), _moments),
            **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "bizRules"), _addresses),
        }
    ),
    _few(
        _some(
            {
                "type": st.sampled_from(
                    ["Temperature", "gs1:Temperature", "https://example.org/voc/Brix"]
                ),
                "exception": st.sampled_from(["ALARM_CONDITION", "ERROR_CONDITION"]),
                "component": st.sampled_from(["x", "axial_distance", "https://example.org/c"]),
                "time": _moments,
                "stringValue": st.sampled_from(["ngọt", "7.0", "a b"]),
                "booleanValue": st.booleans(),
                "hexBinaryValue": st.sampled_from(["0aF1", "00"]),
                "uom": st.sampled_from(["CEL", "KGM"]),
                **dict.fromkeys(("deviceID", "rawData", "uriValue"), _addresses),
                **dict.fromkeys(("value", "minValue", "maxValue", "sDev", "percRank"), _number),
            }
        ),
        1,
    ),
    _own,
)
_place = _with({"id": _epcs})
_amounts = _few(_with({"epcClass": _classes}, quantity=_number, uom=st.just("KGM")))


def _pairs(key: str, words: list[str]) -> st.SearchStrategy[list[Any]]:
    return _few(_with({key: _epcs}, type=st.sampled_from([*words, "https://example.org/kind"])))


_COMMON: dict[str, st.SearchStrategy[Any]] = {
    "eventID": st.just("urn:uuid:22222222-2222-4222-8222-222222222222"),
    "recordTime": _moments,
    "errorDeclaration": st.just({"declarationTime": "2026-11-21T00:00:00Z", "coop:why": "x"}),
    "certificationInfo": st.just("https://example.org/c") | _few(_addresses, 1),
    "bizStep": _words["step"],
    "disposition": _words["disposition"],
    "persistentDisposition": _some(dict.fromkeys(("set", "unset"), _few(_words["disposition"], 1))),
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": _pairs("bizTransaction", ["po", "urn:epcglobal:cbv:btt:inv"]),
    "sourceList": _pairs("source", ["owning_party", "location"]),
    "destinationList": _pairs("destination", ["owning_party", "location"]),
    "sensorElementList": _few(_element),
}
_THINGS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ObjectEvent": {"epcList": _few(_epcs), "quantityList": _amounts, "ilmd": _own},
    "AggregationEvent": {
        "parentID": _epcs, "childEPCs": _few(_epcs), "childQuantityList": _amounts,
    },
    "TransactionEvent": {"parentID": _epcs, "epcList": _few(_epcs), "quantityList": _amounts},
    "TransformationEvent": {
        "inputEPCList": _few(_epcs), "outputEPCList": _few(_epcs), "transformationID": _epcs,
        "inputQuantityList": _amounts, "outputQuantityList": _amounts, "ilmd": _own,
    },
    "AssociationEvent": {
        "parentID": _epcs, "childEPCs": _few(_epcs), "childQuantityList": _amounts,
    },
}  # fmt: skip


@st.composite
def _event(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(_THINGS)))
    fields = draw(st.fixed_dictionaries({}, optional={**_COMMON, **_THINGS[kind]}))
    action = {} if kind == "TransformationEvent" else {"action": "ADD"}
    time = {"eventTime": draw(_moments), "eventTimeZoneOffset": "+07:00"}
    return {"type": kind, **time, **action, **fields, **draw(_own)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_event())
def test_two_writings_of_the_rules_give_one_string(event: dict[str, Any]) -> None:
    assert event_hash.pre_hash(event, NAMES) == hash_oracle.pre_hash(event)


@pytest.mark.parametrize("kind", told.FULL)
def test_a_full_event_has_the_hash_of_the_second_writing(kind: str) -> None:
    event = deepcopy(told.FULL[kind])
    digest = hashlib.sha256(hash_oracle.pre_hash(event).encode()).hexdigest()

    assert event_hash.event_hash(event, NAMES) == f"ni:///sha-256;{digest}?ver=CBV2.0"


def test_two_bills_are_not_one() -> None:
    bills = [f"https://pay.example/415/8930001000018/8020/{number}" for number in "AB"]
    told_as = [
        event_hash.pre_hash(told.plain(bizTransactionList=[{"bizTransaction": bill}]), NAMES)
        for bill in bills
    ]

    assert told_as[0] != told_as[1]
