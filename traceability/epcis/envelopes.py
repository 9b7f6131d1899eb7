"""The shape of EPCIS 2.0 documents around their events, as JSON Schema (draft 7). PURE.

Events are checked one by one (`shapes`), so that a fault is named where it stands. Source: GS1
EPCIS 2.0 (the JSON binding, 10).
"""

from traceability.epcis import shapes

_VOCABULARY: shapes.Shape = {
    "type": "object",
    "properties": {
        "type": shapes.URI,
        "vocabularyElementList": shapes.listed(
            {
                "type": "object",
                "properties": {
                    "id": shapes.URI,
                    "attributes": shapes.listed(
                        {
                            "type": "object",
                            "properties": {
                                "id": shapes.URI,
                                "attribute": {"type": ["number", "string", "object"]},
                            },
                            "required": ["id"],
                        }
                    ),
                    "children": shapes.listed(shapes.URI),
                },
                "required": ["id"],
            }
        ),
    },
    "required": ["type"],
}
_HEADER = shapes.extendable(
    {
        "epcisMasterData": {
            "type": "object",
            "properties": {"vocabularyList": shapes.listed(_VOCABULARY)},
        }
    }
)
_EVENT_LIST = shapes.listed(
    {"type": "object", "required": ["type"], "properties": {"type": shapes.TEXT}}
)
_ENVELOPE: dict[str, shapes.Shape] = {
    "@context": shapes.CONTEXT,
    "id": shapes.URI,
    "type": shapes.TEXT,
    "schemaVersion": {"type": "string", "pattern": "^\\d+(\\.\\d+)*$"},
    "creationDate": shapes.TIME,
}
DOCUMENTS: dict[str, shapes.Shape] = {
    "EPCISDocument": shapes.extendable(
        {
            **_ENVELOPE,
            **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), shapes.TEXT),
            "epcisHeader": _HEADER,
            "epcisBody": {
                "type": "object",
                "properties": {"eventList": _EVENT_LIST},
                "required": ["eventList"],
            },
        },
        "@context", "type", "schemaVersion", "creationDate", "epcisBody",
    ),
    "EPCISQueryDocument": shapes.extendable(
        {
            **_ENVELOPE,
            "epcisBody": shapes.extendable(
                {
                    "queryResults": shapes.extendable(
                        {
                            "queryName": shapes.TEXT,
                            "subscriptionID": shapes.TEXT,
                            "resultsBody": shapes.extendable(
                                {
                                    "eventList": _EVENT_LIST,
                                    "vocabularyList": shapes.listed(_VOCABULARY),
                                },
                                "eventList",
                            ),
                        },
                        "queryName", "resultsBody",
                    )
                },
                "queryResults",
            ),
        },
        "@context", "type", "epcisBody",
    ),
}  # fmt: skip
