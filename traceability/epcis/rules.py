"""What EPCIS 2.0 asks of an event beyond its shape. PURE.

Source: GS1 EPCIS 2.0, 7.4 (event types, when a parent is required), 7.3.6 (sensor elements).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from foundation.errors import Finding, Invalid
from traceability.epcis import instants
from traceability.epcis.limits import LONGEST_ADDRESS

_TIMES = ("eventTime", "recordTime")
_SENSOR_TIMES = ("time", "startTime", "endTime")
_ADDRESSES = ("eventID", "parentID", "transformationID")
_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_PAIRED = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}


def findings_of(event: Mapping[str, Any]) -> list[Finding]:
    """Every rule a well-formed event breaks, each with the field's path inside the event."""
    return [*_what(event), *_times(event), *_too_long(event)]


def _what(event: Mapping[str, Any]) -> Iterator[Finding]:
    kind, action = event.get("type"), event.get("action")
    if kind == "AggregationEvent" and action in ("ADD", "DELETE") and "parentID" not in event:
        yield Finding("epcis.parent_missing", {"action": action}, "parentID")
    if kind == "ObjectEvent" and not any(
        event.get(name) for name in ("epcList", "quantityList", "sensorElementList")
    ):
        yield Finding("epcis.nothing_named", {}, "epcList")
    if (
        kind == "TransactionEvent"
        and action != "DELETE"
        and not any(event.get(name) for name in ("epcList", "quantityList"))
    ):
        yield Finding("epcis.nothing_named", {}, "epcList")


def _times(event: Mapping[str, Any]) -> Iterator[Finding]:
    """Instants that the form allows and no calendar holds."""
    for path, text in _instants(event):
        try:
            instants.read(text)
        except Invalid as error:
            found = error.findings[0]
            yield Finding(found.code, found.params, path)


def _instants(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _TIMES:
        if name in event:
            yield name, event[name]
    declared = event.get("errorDeclaration")
    if declared:
        yield "errorDeclaration.declarationTime", declared["declarationTime"]
    for index, element in enumerate(event.get("sensorElementList", ())):
        path = f"sensorElementList.{index}"
        items = [(f"{path}.sensorMetadata", element.get("sensorMetadata") or {})]
        items += [
            (f"{path}.sensorReport.{place}", report)
            for place, report in enumerate(element["sensorReport"])
        ]
        for where, item in items:
            for name in _SENSOR_TIMES:
                if isinstance(item.get(name), str):
                    yield f"{where}.{name}", item[name]


def _too_long(event: Mapping[str, Any]) -> Iterator[Finding]:
    for path, address in addresses(event):
        if len(address) > LONGEST_ADDRESS:
            yield Finding("epcis.address_long", {"most": LONGEST_ADDRESS}, path)


def addresses(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, address) of everything an event names: things, places, parties, papers."""
    for name in _ADDRESSES:
        if name in event:
            yield name, event[name]
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield f"{name}.id", event[name]["id"]
    for name in _LISTS:
        for index, epc in enumerate(event.get(name, ())):
            yield f"{name}.{index}", epc
    for name in _QUANTITIES:
        for index, item in enumerate(event.get(name, ())):
            yield f"{name}.{index}.epcClass", item["epcClass"]
    for name, key in _PAIRED.items():
        for index, item in enumerate(event.get(name, ())):
            yield f"{name}.{index}.{key}", item[key]
