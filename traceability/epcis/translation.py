"""An event's identifiers in the form a reader asks for (``GS1-EPC-Format``). PURE.

Only the fields that hold identifiers of things, places and parties are touched; what the users
put into fields of their own, and what is no GS1 key, stays as it came.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from traceability.epcis import identifiers, urns

EpcFormat = Literal[
    "No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"
]
_ONE = frozenset({"parentID", "transformationID"})
_LISTS = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_QUANTITIES = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
_PLACES = frozenset({"readPoint", "bizLocation"})
_PAIRED = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_SENSOR_FIELDS = frozenset({"deviceID", "deviceMetadata", "rawData"})
_Tell = Callable[[str], str]


def translated(
    event: Mapping[str, Any], wanted: str, lengths: urns.Lengths = urns.NOBODYS
) -> dict[str, Any]:
    """The event with its identifiers as Digital Links, as EPC names, or as they came.

    A key stays a Digital Link where nobody, and no other name in the event, tells how long its
    company prefix is: a wrong name would be another company's.
    """
    if wanted == "Always_GS1_Digital_Link":
        return _told(event, _as_link)
    if wanted == "Always_EPC_URN":
        known = {**lengths, **urns.lengths_told(repr(event))}
        return _told(event, lambda address: identifiers.as_urn(address, known) or address)
    return dict(event)


def _as_link(address: str) -> str:
    # What is a Digital Link already stays as it came, domain and all.
    return identifiers.canonical(address) if address.startswith("urn:epc:") else address


def _told(event: Mapping[str, Any], tell: _Tell) -> dict[str, Any]:
    return {name: _field(name, value, tell) for name, value in event.items()}


def _field(name: str, value: Any, tell: _Tell) -> Any:
    if name in _ONE:
        return tell(value) if isinstance(value, str) else value
    if name in _LISTS:
        return [tell(epc) if isinstance(epc, str) else epc for epc in value]
    if name in _QUANTITIES:
        return [_with(item, "epcClass", tell) for item in value]
    if name in _PLACES:
        return _with(value, "id", tell)
    if name in _PAIRED:
        return [_with(item, _PAIRED[name], tell) for item in value]
    if name == "sensorElementList":
        return [_sensor(element, tell) for element in value]
    return value


def _with(item: Any, name: str, tell: _Tell) -> Any:
    if isinstance(item, dict) and isinstance(item.get(name), str):
        return {**item, name: tell(item[name])}
    return item


def _sensor(element: Any, tell: _Tell) -> Any:
    if not isinstance(element, dict):
        return element
    made = dict(element)
    if isinstance(made.get("sensorMetadata"), dict):
        made["sensorMetadata"] = _devices(made["sensorMetadata"], tell)
    if isinstance(made.get("sensorReport"), list):
        made["sensorReport"] = [_devices(report, tell) for report in made["sensorReport"]]
    return made


def _devices(item: Any, tell: _Tell) -> Any:
    for name in _SENSOR_FIELDS:
        item = _with(item, name, tell)
    return item
