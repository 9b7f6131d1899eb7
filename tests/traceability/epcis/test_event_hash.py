"""The event hash: the canonical string, and what must not change it."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability.epcis import told
from traceability.epcis import contexts, event_hash

NAMES, _ = contexts.read([told.CONTEXT, told.OWN_CONTEXT])


def _hash(event: dict[str, Any]) -> str:
    return event_hash.event_hash(event, NAMES)


def _text(event: dict[str, Any]) -> str:
    return event_hash.pre_hash(event, NAMES)


def test_the_fields_stand_in_the_standards_order_with_full_addresses() -> None:
    event = told.plain(
        action="ADD",
        disposition="in_transit",
        quantityList=[
            {"epcClass": "urn:epc:class:lgtin:8930001.000001.L1", "quantity": 2.50, "uom": "KGM"}
        ],
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:8930001.00001.9"}],
        persistentDisposition={"unset": ["recalled"], "set": ["conformant", "available"]},
        ilmd={"cbvmda:lotNumber": "L1"},
    )

    assert _text(event) == (
        "eventType=ObjectEvent"
        "eventTime=2026-11-20T03:00:00.000Z"
        "eventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/08930001000018/21/1"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/08930001000018/10/L1"
        "quantity=2.5uom=KGM"
        "action=ADD"
        "bizStep=https://ref.gs1.org/cbv/BizStep-shipping"
        "disposition=https://ref.gs1.org/cbv/Disp-in_transit"
        "persistentDispositionset=https://ref.gs1.org/cbv/Disp-available"
        "set=https://ref.gs1.org/cbv/Disp-conformant"
        "unset=https://ref.gs1.org/cbv/Disp-recalled"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-po"
        "bizTransaction=https://id.gs1.org/253/89300010000189"
        "ilmd{urn:epcglobal:cbv:mda:}lotNumber=L1"
    )


def test_what_users_add_inside_a_field_follows_under_its_name() -> None:
    event = told.plain(
        readPoint={"id": "urn:epc:id:sgln:8930001.00001.0", "coop:door": "2"},
        sensorElementList=[
            {
                "sensorMetadata": {"deviceID": "https://example.org/d", "coop:room": "A"},
                "sensorReport": [{"type": "Temperature", "value": 26, "uom": "CEL"}],
            }
        ],
        **{"coop:rows": ["3", "1"], "coop:crop": {"coop:name": "cam"}},
    )

    assert _text(event).endswith(
        "readPointid=https://id.gs1.org/414/8930001000018"
        "sensorElementListsensorElementsensorMetadatadeviceID=https://example.org/d"
        "sensorReporttype=https://gs1.org/voc/Temperaturevalue=26uom=CEL"
        "readPoint{https://vocabulary.example/coop/}door=2"
        "sensorElementListsensorElementsensorMetadata{https://vocabulary.example/coop/}room=A"
        "{https://vocabulary.example/coop/}crop{https://vocabulary.example/coop/}name=cam"
        "{https://vocabulary.example/coop/}rows=1{https://vocabulary.example/coop/}rows=3"
    )


def test_the_hash_has_the_form_of_a_named_information_address() -> None:
    assert _hash(told.plain()).startswith("ni:///sha-256;")
    assert _hash(told.plain()).endswith("?ver=CBV2.0")
    assert len(_hash(told.plain())) == len("ni:///sha-256;?ver=CBV2.0") + 64


SAME: dict[str, dict[str, Any]] = {
    "another zone": {"eventTime": "2026-11-20T10:00:00.0004+07:00"},
    "word as an address": {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"},
    "word as an old name": {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"},
    "word shortened": {"bizStep": "cbv:BizStep-shipping"},
    "thing under another domain": {"epcList": ["https://a.example/01/08930001000018/21/1?15=270101"]},
    "lot beside the serial": {"epcList": ["https://id.gs1.org/01/08930001000018/10/L/21/1"]},
    "an id": {"eventID": "urn:uuid:11111111-1111-4111-8111-111111111111"},
    "when it was recorded": {"recordTime": "2026-11-21T00:00:00Z"},
    "declared wrong": {"errorDeclaration": {"declarationTime": "2026-11-21T00:00:00Z"}},
    "a remark": {"rdfs:comment": "x"},
}  # fmt: skip


@pytest.mark.parametrize("why", SAME)
def test_the_same_event_told_otherwise_has_the_same_hash(why: str) -> None:
    assert _hash(told.plain(**SAME[why])) == _hash(told.plain())


OTHER: dict[str, dict[str, Any]] = {
    "a certificate": {"certificationInfo": "https://example.org/c"},
    "a moment later": {"eventTime": "2026-11-20T03:00:00.001Z"},
    "rounded up": {"eventTime": "2026-11-20T03:00:00.0005Z"},
    "another offset": {"eventTimeZoneOffset": "+00:00"},
    "another step": {"bizStep": "receiving"},
    "another thing": {"epcList": ["urn:epc:id:sgtin:8930001.000001.2"]},
    "a field more": {"coop:x": 1},
}


@pytest.mark.parametrize("why", OTHER)
def test_another_event_has_another_hash(why: str) -> None:
    assert _hash(told.plain(**OTHER[why])) != _hash(told.plain())


def _shuffled(node: Any, chance: random.Random) -> Any:
    if isinstance(node, dict):
        names = list(node)
        chance.shuffle(names)
        return {name: _shuffled(node[name], chance) for name in names}
    if isinstance(node, list):
        items = [_shuffled(item, chance) for item in node]
        chance.shuffle(items)
        return items
    return node


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.sampled_from(list(told.FULL)))
def test_the_order_in_which_things_are_told_changes_nothing(
    chance: random.Random, kind: str
) -> None:
    event = deepcopy(told.FULL[kind])

    assert _text(_shuffled(event, chance)) == _text(event)


@pytest.mark.parametrize(
    ("given_number", "written"),
    [(1.0, "1"), (10, "10"), (0.50, "0.5"), (1e-7, "0.0000001"), (1e21, "1" + "0" * 21)],
)
def test_numbers_are_written_without_needless_digits(given_number: float, written: str) -> None:
    event = told.plain(quantityList=[{"epcClass": "https://x.example/c", "quantity": given_number}])

    assert f"quantity={written}action" in _text(event)


@pytest.mark.parametrize(
    "told_as",
    ["gs1:Temperature", "https://ref.gs1.org/voc/Temperature", "https://gs1.org/voc/Temperature"],
)
def test_a_measurement_told_by_an_address_stays_as_it_was_told(told_as: str) -> None:
    event = told.plain(sensorElementList=[{"sensorReport": [{"type": told_as, "value": 4}]}])

    assert f"sensorReporttype={told_as}value=4" in _text(event)


def test_certificates_stand_after_the_time_zone_in_one_order() -> None:
    event = told.plain(certificationInfo=["https://example.org/b", "https://example.org/a"])

    assert (
        "eventTimeZoneOffset=+07:00certificationInfo=https://example.org/a"
        "certificationInfo=https://example.org/b"
    ) in _text(event)


def test_what_users_add_inside_lists_follows_under_the_lists_name_once() -> None:
    event = told.plain(
        sensorElementList=[
            {
                "sensorMetadata": {"coop:probe": "b"},
                "sensorReport": [{"type": "Temperature", "value": 4, "coop:note": "x"}],
            },
            {"sensorReport": [{"type": "Temperature", "value": 5}]},
        ],
    )

    own = "{https://vocabulary.example/coop/}"
    assert _text(event).endswith(
        f"value=5sensorElementListsensorElementsensorMetadata{own}probe=bsensorReport{own}note=x"
    )


@pytest.mark.parametrize(
    "field",
    [
        {"quantityList": [{"epcClass": "https://x.example/c"}]},
        {"bizTransactionList": [{"bizTransaction": "https://x.example/po/1"}]},
        {"sourceList": [{"type": "location", "source": "https://x.example/l"}]},
        {"destinationList": [{"type": "location", "destination": "https://x.example/l"}]},
        {"readPoint": {"id": "https://x.example/l"}},
        {"bizLocation": {"id": "https://x.example/l"}},
    ],
    ids=lambda field: next(iter(field)),
)
def test_a_field_added_anywhere_makes_another_hash(field: dict[str, Any]) -> None:
    name, value = next(iter(field.items()))
    inner = value[0] if isinstance(value, list) else value
    more = {**inner, "coop:more": {"coop:deep": 1}}
    added = {name: [more] if isinstance(value, list) else more}

    text = _text(told.plain(**added))

    assert text.startswith(_text(told.plain(**field)))
    own = "{https://vocabulary.example/coop/}"
    assert text.endswith(f"{own}more{own}deep=1")
    assert name in text.removeprefix(_text(told.plain(**field)))
