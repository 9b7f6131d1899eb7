"""The event hash of CBV 2.0: an identifier that anybody can work out from the event itself. PURE.

The event is written as one string: its fields in the standard's order, words and prefixed names
as full addresses, identifiers as canonical Digital Links with one qualifier and no query, times
in UTC to the millisecond, lists sorted; then what stands in ``ilmd``, what users added inside
standard fields, and what they added to the event. Who recorded it when, its identifier and a
declaration of error are left out: they do not change what happened.
Source: GS1 CBV 2.0, 8.9. Where the algorithm's texts differ from what is run (certificates, the
list's name before sensor elements), the form on which independent implementations agree is ours.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from traceability.epcis import identifiers, instants, vocabulary
from traceability.epcis.contexts import Names

_EPCS = {"epcList", "inputEPCList", "childEPCs", "outputEPCList"}
_QUANTITIES = {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
_ORDER = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID", "epcList",
    "inputEPCList", "childEPCs",
    "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList",
    "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList",
    "destinationList", "sensorElementList",
)  # fmt: skip
_PAIRED = {
    "bizTransactionList": ("bizTransaction", "bizTransaction"),
    "sourceList": ("source", "sourceDest"),
    "destinationList": ("destination", "sourceDest"),
}
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank",
    "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_WORDS = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "set": "disposition",
    "unset": "disposition",
    "exception": "exception",
    "component": "component",
}
_MEASURED = {"measurement", "exception"}
# Of measurements, only bare words become addresses.
_TOLD_AS_IT_IS = ("gs1:", "https://gs1.org/voc/", "https://ref.gs1.org/voc/")
_TIMES = {"eventTime", "time", "startTime", "endTime"}
_LEFT_OUT = {
    "@context", "type", "recordTime", "eventID", "errorDeclaration", "ilmd",
}  # fmt: skip
_REMARKS = {"rdfs:comment", "comment", "#text"}
_NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?")


def event_hash(event: Mapping[str, Any], names: Names) -> str:
    """The event's identifier: ``ni:///sha-256;…?ver=CBV2.0``."""
    digest = hashlib.sha256(pre_hash(event, names).encode("utf-8", "surrogatepass")).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], names: Names) -> str:
    """The string that is hashed."""
    standard = [_field(name, event[name], names) for name in _ORDER if name in event]
    added = [_added_inside(name, event[name], names) for name in _ORDER if name in event]
    own = {
        name: value
        for name, value in event.items()
        if name not in _LEFT_OUT and name not in _ORDER and name not in _REMARKS
    }
    ilmd = "ilmd" + _own(event["ilmd"], names) if event.get("ilmd") else ""
    kind = _expanded(str(event.get("type", "")), names)
    return f"eventType={kind}" + "".join(standard) + ilmd + "".join(added) + _own(own, names)


def _field(name: str, value: Any, names: Names) -> str:
    if name in _EPCS:
        return _list(name, [f"epc={_value(epc, names)}" for epc in value])
    if name in _QUANTITIES:
        return _list(name, [_quantity(item, names) for item in value])
    if name in _PAIRED:
        return _list(name, [_pair(name, item, names) for item in value])
    if name == "persistentDisposition":
        parts = [
            part
            for key in ("set", "unset")
            for part in sorted(_keyed(key, word, names) for word in value.get(key, ()))
        ]
        return name + "".join(parts) if parts else ""
    if name in ("readPoint", "bizLocation"):
        return name + _keyed("id", value["id"], names)
    if name == "sensorElementList":
        return _list(name, [_sensor(element, names) for element in value])
    if name == "certificationInfo":
        told = value if isinstance(value, list) else [value]
        return "".join(sorted(_keyed(name, each, names) for each in told))
    return _keyed(name, value, names)


def _list(name: str, parts: Sequence[str]) -> str:
    return name + "".join(sorted(parts)) if parts else ""


def _quantity(item: Mapping[str, Any], names: Names) -> str:
    keys = [key for key in ("epcClass", "quantity", "uom") if key in item]
    return "quantityElement" + "".join(_keyed(key, item[key], names) for key in keys)


def _pair(name: str, item: Mapping[str, Any], names: Names) -> str:
    key, kind = _PAIRED[name]
    word = item.get("type")
    told = f"type={_word(kind, word, names)}" if word else ""
    return f"{told}{key}={_value(item[key], names)}"


def _sensor(element: Mapping[str, Any], names: Names) -> str:
    metadata = element.get("sensorMetadata") or {}
    told = _fields(metadata, _METADATA, names)
    reports = sorted(
        f"sensorReport{_fields(report, _REPORT, names)}" for report in element["sensorReport"]
    )
    return "sensorElement" + (f"sensorMetadata{told}" if told else "") + "".join(reports)


def _fields(item: Mapping[str, Any], order: Sequence[str], names: Names) -> str:
    return "".join(
        f"type={_word('measurement', item[key], names)}"
        if key == "type"
        else _keyed(key, item[key], names)
        for key in order
        if key in item
    )


def _keyed(key: str, value: Any, names: Names) -> str:
    if key in _TIMES:
        return f"{key}={_instant(value)}"
    if key == "eventTimeZoneOffset":
        return f"{key}={value}"
    if key in _WORDS:
        return f"{key}={_word(_WORDS[key], value, names)}"
    told = _value(value, names)
    return f"{key}={told}" if told else ""


def _word(kind: str, word: str, names: Names) -> str:
    if kind in _MEASURED and word.strip().startswith(_TOLD_AS_IT_IS):
        return word.strip()
    full = vocabulary.address(kind, word.strip())
    return _value(full, names)


def _expanded(text: str, names: Names) -> str:
    return names.expand(text) or text


def _value(value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return _number(str(value))
    if value is None:
        return ""
    text = str(value).strip()
    if _NUMERIC.fullmatch(text):
        return _number(text)
    if ":" not in text:
        return text
    text = _expanded(text, names)
    if text.startswith("urn:epcglobal:cbv:"):
        return _from_old_name(text)
    return identifiers.narrowest(text)


def _from_old_name(text: str) -> str:
    for kind in vocabulary.KINDS:
        full = vocabulary.address(kind, text)
        if full != text:
            return full
    return text


def _number(text: str) -> str:
    number = Decimal(text)
    if not number.is_finite():
        return text
    if number == number.to_integral_value():
        return (
            str(number.quantize(Decimal(1))) if abs(number) < Decimal(10) ** 20 else f"{number:f}"
        )
    return format(number.normalize(), "f")


def _instant(text: str) -> str:
    moment = instants.read(text, places=3)
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )


def _own(node: Mapping[str, Any], names: Names) -> str:
    """Fields of the users' own: names with their namespace in braces, sorted."""
    return "".join(sorted(_own_parts(node, names)))


def _own_parts(node: Mapping[str, Any], names: Names) -> list[str]:
    parts = []
    for name, value in node.items():
        if name in _REMARKS or name == "@context":
            continue
        parts += [
            _own_part(name, item, names) for item in (value if isinstance(value, list) else [value])
        ]
    return parts


def _own_part(name: str, value: Any, names: Names) -> str:
    namespace, local = names.split(name)
    key = f"{{{namespace}}}{local}" if namespace else local
    if isinstance(value, dict):
        return key + _own(value, names)
    if isinstance(value, list):
        return key + "".join(sorted(_own_part(name, item, names) for item in value))
    told = _value(value, names)
    return f"{key}={told}" if told else key


def _added_inside(name: str, value: Any, names: Names) -> str:
    """What users added inside a standard field, told under that field's name."""
    if name in ("readPoint", "bizLocation"):
        own = _strangers(value, ("id",), names)
    elif name == "sensorElementList":
        own = "".join(sorted(_added_to_sensor(element, names) for element in value))
    elif name in _QUANTITIES:
        told = [_strangers(item, ("epcClass", "quantity", "uom"), names) for item in value]
        own = "".join(sorted(f"quantityElement{each}" for each in told if each))
    elif name in _PAIRED:
        own = "".join(sorted(_strangers(item, ("type", _PAIRED[name][0]), names) for item in value))
    elif name == "persistentDisposition":
        own = _strangers(value, ("set", "unset"), names)
    else:
        return ""
    return name + own if own else ""


def _added_to_sensor(element: Mapping[str, Any], names: Names) -> str:
    metadata = _strangers(element.get("sensorMetadata") or {}, _METADATA, names)
    told = f"sensorMetadata{metadata}" if metadata else ""
    reports = [_strangers(report, _REPORT, names) for report in element["sensorReport"]]
    told += "".join(sorted(f"sensorReport{own}" for own in reports if own))
    told += _strangers(element, ("sensorMetadata", "sensorReport"), names)
    return f"sensorElement{told}" if told else ""


def _strangers(item: Mapping[str, Any], known: Sequence[str], names: Names) -> str:
    return _own({key: value for key, value in item.items() if key not in known}, names)
