"""An event of our own as an EPCIS 2.0 JSON document. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from traceability.happenings import Happening, Portion

TIME_ZONE = "+07:00"

_OBJECTS = {
    "ObjectEvent": ("epcList", "quantityList"),
    "TransactionEvent": ("epcList", "quantityList"),
    "AggregationEvent": ("childEPCs", "childQuantityList"),
    "AssociationEvent": ("childEPCs", "childQuantityList"),
}


def written(happening: Happening, event_id: str, *, recorded_at: datetime) -> dict[str, Any]:
    """The event as a document; members nobody filled are left out.

    Names of our own things stay without a host (``/t/<code>``).
    """
    told: dict[str, Any] = {
        "type": happening.event_type,
        "eventID": event_id,
        "eventTime": instant(happening.happened_at),
        "eventTimeZoneOffset": TIME_ZONE,
        "recordTime": instant(recorded_at),
        "action": happening.action,
        "bizStep": happening.biz_step,
        "disposition": happening.disposition,
        "parentID": happening.parent_uri,
        "readPoint": _place(happening.read_point),
        "bizLocation": _place(happening.biz_location),
        "bizTransactionList": _typed(happening.transactions, "bizTransaction"),
        "sourceList": _typed(happening.sources, "source"),
        "destinationList": _typed(happening.destinations, "destination"),
        "persistentDisposition": _persistent(happening),
        "sensorElementList": [dict(element) for element in happening.sensors],
        **_objects(happening),
        "nguon:details": dict(happening.details),
    }
    return {name: value for name, value in told.items() if value not in (None, [], {})}


def declared_wrong(
    document: Mapping[str, Any], reason: str, corrective: Sequence[str], *, recorded_at: datetime
) -> dict[str, Any]:
    """An event's document once more, declared wrong."""
    declaration: dict[str, Any] = {"declarationTime": instant(recorded_at), "reason": reason}
    if corrective:
        declaration["correctiveEventIDs"] = list(corrective)
    return {
        **document,
        "recordTime": instant(recorded_at),
        "errorDeclaration": declaration,
    }


def own_details(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What we wrote into a document of our own beside the standard's words; None in others'.

    Our own prefix needs no explanation in our own documents; a captured event always brings one.
    """
    if "@context" in document:
        return None
    details: Mapping[str, Any] | None = document.get("nguon:details")
    return details


def _objects(happening: Happening) -> dict[str, Any]:
    if happening.event_type == "TransformationEvent":
        return {
            "inputEPCList": _items(happening.inputs),
            "inputQuantityList": _amounts(happening.inputs),
            "outputEPCList": _items(happening.outputs),
            "outputQuantityList": _amounts(happening.outputs),
        }
    items, amounts = _OBJECTS[happening.event_type]
    return {items: _items(happening.things), amounts: _amounts(happening.things)}


def _items(portions: Iterable[Portion]) -> list[str]:
    return [portion.uri for portion in portions if not portion.is_class]


def _amounts(portions: Iterable[Portion]) -> list[dict[str, Any]]:
    return [_amount(portion) for portion in portions if portion.is_class]


def _amount(portion: Portion) -> dict[str, Any]:
    told: dict[str, Any] = {"epcClass": portion.uri}
    if portion.quantity is not None:
        told["quantity"] = _number(portion.quantity)
        if portion.unit is not None:
            told["uom"] = portion.unit
    return told


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _place(uri: str | None) -> dict[str, str] | None:
    return None if uri is None else {"id": uri}


def _typed(pairs: Iterable[tuple[str, str]], name: str) -> list[dict[str, str]]:
    return [{"type": kind, name: value} for kind, value in pairs]


def _persistent(happening: Happening) -> dict[str, list[str]]:
    pairs = (("set", happening.persistent_set), ("unset", happening.persistent_unset))
    return {name: list(words) for name, words in pairs if words}


def instant(moment: datetime) -> str:
    """UTC to the millisecond, as the standard's own examples are written."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
