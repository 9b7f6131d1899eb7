"""The shape of EPCIS 2.0 events and documents in JSON, as JSON Schema (draft 7). PURE.

Written from the standard's field tables and held against the official schema in the tests. Each
kind of event has a schema of its own, so that a fault is named where it stands. Source: GS1 EPCIS
2.0 (7.3, 7.4; the JSON binding, 10).
"""

from typing import Any

from traceability.epcis.vocabulary import WORDS

Shape = dict[str, Any]

URI: Shape = {"type": "string", "format": "uri"}
TIME: Shape = {"type": "string", "format": "date-time"}
TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "number"}
OFFSET: Shape = {"type": "string", "pattern": "^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$"}
ACTION: Shape = {"enum": ["OBSERVE", "ADD", "DELETE"]}
CONTEXT_PART: Shape = {"anyOf": [URI, {"type": "object"}]}
CONTEXT: Shape = {
    "anyOf": [CONTEXT_PART, {"type": "array", "uniqueItems": True, "items": CONTEXT_PART}]
}
# Old names and addresses of words the vocabulary has must come as the bare word.
_NO_CBV = "^(?!(urn:epcglobal:cbv|https?://ns\\.gs1\\.org/cbv/))"
_NO_VOC = "^(?!(https?://gs1\\.org/voc/|https?://www\\.gs1\\.org/voc/))"


def word_of(kind: str) -> Shape:
    """A bare word of the vocabulary, or an address of somebody else's word."""
    other = _NO_VOC if kind in ("measurement", "exception") else _NO_CBV
    return {"anyOf": [{"enum": list(WORDS[kind])}, {**URI, "pattern": other}]}


def listed(item: Shape, *, least: int = 0, unique: bool = False) -> Shape:
    """A list of one shape."""
    shape: Shape = {"type": "array", "items": item}
    if least:
        shape["minItems"] = least
    if unique:
        shape["uniqueItems"] = True
    return shape


def closed(fields: dict[str, Shape], *required: str) -> Shape:
    """An object that holds these fields and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


def extendable(fields: dict[str, Shape], *required: str) -> Shape:
    """An object that may also hold fields of the users' own, named by an address or a prefix."""
    names: Shape = {"anyOf": [{"enum": list(fields)}, URI]}
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "propertyNames": names,
    }


def _either(*names: str) -> Shape:
    """At least one of these lists is there and not empty."""
    return {"anyOf": [_filled(name) for name in names]}


def _filled(name: str) -> Shape:
    return {"required": [name], "properties": {name: {"minItems": 1}}}


_EPCS = listed(URI, unique=True)
_PLACE: Shape = {"type": "object", "properties": {"id": URI}, "required": ["id"]}
_QUANTITY = closed(
    {"epcClass": URI, "quantity": NUMBER, "uom": {"type": "string", "pattern": "^[A-Z0-9]{2,3}$"}},
    "epcClass",
)
_DISPOSITIONS = listed(word_of("disposition"), least=1, unique=True)
_PERSISTENT = {
    **closed({"set": _DISPOSITIONS, "unset": _DISPOSITIONS}),
    "minProperties": 1,
}
_TRANSACTION = closed({"type": word_of("bizTransaction"), "bizTransaction": URI}, "bizTransaction")
_SOURCE = closed({"type": word_of("sourceDest"), "source": URI}, "type", "source")
_DESTINATION = closed({"type": word_of("sourceDest"), "destination": URI}, "type", "destination")
_DEVICE = dict.fromkeys(
    ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), URI
)
_METADATA = extendable({"time": TIME, "startTime": TIME, "endTime": TIME, **_DEVICE})
_FIGURES = (
    "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue",
)  # fmt: skip
_REPORT = extendable(
    {
        "type": word_of("measurement"),
        "exception": word_of("exception"),
        **_DEVICE,
        "time": TIME,
        **dict.fromkeys(("microorganism", "chemicalSubstance", "uriValue"), URI),
        "coordinateReferenceSystem": URI,
        "component": word_of("component"),
        "stringValue": TEXT,
        "booleanValue": {"type": "boolean"},
        "hexBinaryValue": {"type": "string", "pattern": "^[A-Fa-f0-9]+$"},
        "uom": TEXT,
        **dict.fromkeys(_FIGURES, NUMBER),
    },
    "type",
)  # fmt: skip
_SENSOR = extendable(
    {"sensorMetadata": _METADATA, "sensorReport": listed(_REPORT, least=1)}, "sensorReport"
)
_ERROR = extendable(
    {
        "declarationTime": TIME,
        "reason": word_of("errorReason"),
        "correctiveEventIDs": listed(URI),
    },
    "declarationTime",
)
ALL_EVENTS: dict[str, Shape] = {
    "@context": CONTEXT,
    "type": TEXT,
    "eventTime": TIME,
    "recordTime": TIME,
    "eventTimeZoneOffset": OFFSET,
    "eventID": URI,
    "certificationInfo": {"anyOf": [URI, listed(URI)]},
    "errorDeclaration": _ERROR,
}
_WHERE_AND_WHY: dict[str, Shape] = {
    "bizStep": word_of("bizStep"),
    "disposition": word_of("disposition"),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": listed(_TRANSACTION),
    "sourceList": listed(_SOURCE),
    "destinationList": listed(_DESTINATION),
    "sensorElementList": listed(_SENSOR),
}
_ILMD: Shape = {"type": "object", "propertyNames": URI}
_CHILDREN = {"parentID": URI, "childEPCs": listed(URI), "childQuantityList": listed(_QUANTITY)}
_IS_DELETE: Shape = {"properties": {"action": {"const": "DELETE"}}}
_INPUTS = ("inputEPCList", "inputQuantityList")
_OUTPUTS = ("outputEPCList", "outputQuantityList")


def _event(fields: dict[str, Shape], *required: str, rules: tuple[Shape, ...] = ()) -> Shape:
    shape = extendable(
        {**ALL_EVENTS, **_WHERE_AND_WHY, **fields},
        "type", "eventTime", "eventTimeZoneOffset", *required,
    )  # fmt: skip
    return {**shape, "allOf": list(rules)}


EVENTS: dict[str, Shape] = {
    "ObjectEvent": _event(
        {
            "action": ACTION,
            "epcList": _EPCS,
            "quantityList": listed(_QUANTITY),
            "persistentDisposition": _PERSISTENT,
            "ilmd": _ILMD,
        },
        "action",
        rules=(
            {
                "anyOf": [
                    {"required": ["epcList"]},
                    _filled("quantityList"),
                    {
                        **_filled("sensorElementList"),
                        "required": ["sensorElementList", "readPoint"],
                    },
                ]
            },
            {
                "anyOf": [
                    {"properties": {"action": {"const": "ADD"}}},
                    {"properties": {"ilmd": False}},
                ]
            },
        ),
    ),
    "AggregationEvent": _event(
        {"action": ACTION, **_CHILDREN},
        "action",
        rules=({"anyOf": [_either("childEPCs", "childQuantityList"), _IS_DELETE]},),
    ),
    "TransactionEvent": _event(
        {
            "action": ACTION,
            "parentID": URI,
            "epcList": listed(URI),
            "quantityList": listed(_QUANTITY),
            "bizTransactionList": listed(_TRANSACTION, least=1),
        },
        "action",
        "bizTransactionList",
        rules=({"anyOf": [{"required": ["epcList"]}, _filled("quantityList"), _IS_DELETE]},),
    ),
    "TransformationEvent": _event(
        {
            **dict.fromkeys(("inputEPCList", "outputEPCList"), _EPCS),
            **{name: listed(_QUANTITY) for name in ("inputQuantityList", "outputQuantityList")},
            "transformationID": URI,
            "persistentDisposition": _PERSISTENT,
            "ilmd": _ILMD,
        },
        rules=(
            {
                "anyOf": [
                    {"allOf": [_either(*_INPUTS), _either(*_OUTPUTS)]},
                    {"required": ["transformationID"], **_either(*_INPUTS, *_OUTPUTS)},
                ]
            },
        ),
    ),
    "AssociationEvent": _event(
        {"action": ACTION, **_CHILDREN},
        "action",
        "parentID",
        rules=({"anyOf": [_either("childEPCs", "childQuantityList"), _IS_DELETE]},),
    ),
}
# A kind of event of somebody's own is held to what all events share.
OTHER_EVENT: Shape = {
    "type": "object",
    "properties": {**ALL_EVENTS, "type": URI},
    "required": ["type", "eventTime", "eventTimeZoneOffset"],
}
