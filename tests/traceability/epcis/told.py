"""EPCIS documents for tests: one event of every kind with every field the standard knows."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
SPELLINGS = (
    CONTEXT,
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "https://gs1.github.io/EPCIS/epcis-context.jsonld",
)
OWN_CONTEXT = {"coop": "https://vocabulary.example/coop/"}
SENSORS: list[dict[str, Any]] = [
    {
        "sensorMetadata": {
            "time": "2026-11-20T23:00:00.000Z",
            "startTime": "2026-11-20T22:00:00Z",
            "endTime": "2026-11-20T23:00:00Z",
            "deviceID": "urn:epc:id:giai:8930001.cold-1",
            "deviceMetadata": "https://id.gs1.org/8004/8930001cold-1",
            "rawData": "https://example.org/raw/1",
            "dataProcessingMethod": "https://example.org/method",
            "bizRules": "https://example.org/rules",
            "coop:room": "A",
        },
        "sensorReport": [
            {
                "type": "Temperature",
                "value": 4.25,
                "minValue": 3.5,
                "maxValue": 5,
                "meanValue": 4.25,
                "sDev": 0.1,
                "percRank": 50,
                "percValue": 4.2,
                "uom": "CEL",
                "exception": "ALARM_CONDITION",
                "deviceID": "urn:epc:id:giai:8930001.probe-7",
                "time": "2026-11-20T22:30:00+07:00",
                "component": "x",
                "coop:probe": {"coop:depth": [1, 2]},
            },
            {
                "type": "https://example.org/voc/Brix",
                "stringValue": "ngọt",
                "booleanValue": True,
                "hexBinaryValue": "0aF1",
                "uriValue": "https://example.org/value",
                "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
                "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN",
                "coordinateReferenceSystem": "https://gs1.org/voc/CRS-WGS84",
            },
        ],
        "coop:note": "kho lạnh",
    }
]
_ALL: dict[str, Any] = {
    "eventTime": "2026-11-20T10:00:00.123456+07:00",
    "recordTime": "2026-11-20T10:00:05Z",
    "eventTimeZoneOffset": "+07:00",
    "certificationInfo": ["https://example.org/certificate/1"],
    "bizStep": "commissioning",
    "disposition": "in_progress",
    "readPoint": {"id": "urn:epc:id:sgln:8930001.00001.gate", "coop:door": "2"},
    "bizLocation": {"id": "https://id.gs1.org/414/8930001000018"},
    "bizTransactionList": [
        {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:8930001000018:1"},
        {"bizTransaction": "https://example.org/invoice/7"},
    ],
    "sourceList": [
        {"type": "owning_party", "source": "urn:epc:id:pgln:8930001.00001"},
        {"type": "https://example.org/kind", "source": "https://example.org/who"},
    ],
    "destinationList": [
        {"type": "location", "destination": "urn:epc:id:sgln:8930001.00001.0"},
    ],
    "sensorElementList": SENSORS,
    "coop:crop": {"coop:name": "chè", "coop:rows": [3, 1, 2]},
    "coop:organic": True,
}
_QUANTITIES = [
    {"epcClass": "urn:epc:class:lgtin:8930001.000001.L1", "quantity": 120.5, "uom": "KGM"},
    {"epcClass": "urn:epc:idpat:sgtin:8930001.000001.*", "quantity": 30},
    {"epcClass": "https://example.org/class/7"},
]
_EPCS = ["urn:epc:id:sgtin:8930001.000001.1", "https://id.gs1.org/01/08930001000018/21/2"]
_PERSISTENT = {"set": ["completeness_verified"], "unset": ["completeness_inferred"]}
_ILMD = {"cbvmda:lotNumber": "L1", "coop:grower": {"coop:code": "HTX-7"}}

FULL: dict[str, dict[str, Any]] = {
    "ObjectEvent": {
        "type": "ObjectEvent",
        "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111",
        **_ALL,
        "action": "ADD",
        "epcList": _EPCS,
        "quantityList": _QUANTITIES,
        "persistentDisposition": _PERSISTENT,
        "ilmd": _ILMD,
    },
    "AggregationEvent": {
        "type": "AggregationEvent",
        "eventID": "urn:uuid:22222222-2222-4222-8222-222222222222",
        **_ALL,
        "bizStep": "packing",
        "action": "ADD",
        "parentID": "urn:epc:id:sscc:8930001.0000000001",
        "childEPCs": _EPCS,
        "childQuantityList": _QUANTITIES,
    },
    "TransactionEvent": {
        "type": "TransactionEvent",
        "eventID": "https://example.org/events/3",
        **_ALL,
        "action": "OBSERVE",
        "parentID": "urn:epc:id:sscc:8930001.0000000001",
        "epcList": _EPCS,
        "quantityList": _QUANTITIES,
    },
    "TransformationEvent": {
        "type": "TransformationEvent",
        "eventID": "urn:uuid:44444444-4444-4444-8444-444444444444",
        **_ALL,
        "transformationID": "urn:epc:id:gdti:8930001.00001.T-1",
        "inputEPCList": [_EPCS[0]],
        "inputQuantityList": _QUANTITIES[:1],
        "outputEPCList": [_EPCS[1]],
        "outputQuantityList": [
            {"epcClass": "urn:epc:class:lgtin:8930001.000001.L2", "quantity": 20, "uom": "KGM"}
        ],
        "persistentDisposition": _PERSISTENT,
        "ilmd": _ILMD,
    },
    "AssociationEvent": {
        "type": "AssociationEvent",
        "eventID": "urn:uuid:55555555-5555-4555-8555-555555555555",
        **_ALL,
        "action": "ADD",
        "parentID": "urn:epc:id:grai:8930001.00001.1",
        "childEPCs": _EPCS,
        "childQuantityList": _QUANTITIES,
    },
}


def event(kind: str = "ObjectEvent", **changes: Any) -> dict[str, Any]:
    """A full event of a kind; a change to None leaves the field out."""
    told = {**deepcopy(FULL[kind]), **changes}
    return {name: value for name, value in told.items() if value is not None}


def plain(**changes: Any) -> dict[str, Any]:
    """A short object event."""
    told = {
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T03:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": ["urn:epc:id:sgtin:8930001.000001.1"],
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def document(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCISDocument around events."""
    return {
        "@context": [CONTEXT, OWN_CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def query_document(*events: dict[str, Any]) -> dict[str, Any]:
    """An EPCISQueryDocument around events."""
    body = {"queryName": "q", "resultsBody": {"eventList": list(events)}}
    return {
        "@context": [CONTEXT, OWN_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T10:00:00Z",
        "epcisBody": {"queryResults": body},
    }
