"""An event taken apart into what is stored of it: columns, things, words, measurements. PURE."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from traceability.epcis import event_ids, identifiers, instants, vocabulary
from traceability.epcis.contexts import Names
from traceability.epcis.limits import LONGEST_INDEXED
from traceability.epcis.measurements import number, rows_of

_ITEMS = {
    "epcList": "object",
    "childEPCs": "child",
    "inputEPCList": "input",
    "outputEPCList": "output",
}
_AMOUNTS = {
    "quantityList": "object",
    "childQuantityList": "child",
    "inputQuantityList": "input",
    "outputQuantityList": "output",
}
_PAIRED = {
    "bizTransactionList": ("bizTransaction", "bizTransaction"),
    "sourceList": ("source", "sourceDest"),
    "destinationList": ("destination", "sourceDest"),
}
_STANDARD = frozenset(
    {
        "@context", "type", "eventTime", "recordTime", "eventTimeZoneOffset", "eventID",
        "certificationInfo", "errorDeclaration", "action", "bizStep", "disposition",
        "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList",
        "destinationList", "sensorElementList", "ilmd", "parentID", "transformationID",
        *_ITEMS, *_AMOUNTS,
    }
)  # fmt: skip
Naming = Callable[[str], str]
"""How the graph names what an address names (`lineage.spellings`)."""
# More pairs than this go through a node of their own, so that a hostile event stays small.
_MOST_PAIRS = 400


@dataclass(frozen=True)
class Thing:
    """A thing an event names, by its address in the graph."""

    role: str
    uri: str
    is_class: bool
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Step:
    """A step of the graph: the child was made of the parent, or holds it."""

    child: str
    parent: str
    kind: str
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Entry:
    """All that is stored of an event."""

    event_id: str
    columns: Mapping[str, Any]
    document: Mapping[str, Any]
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]
    words: frozenset[tuple[str, str, str]]
    sensors: tuple[Mapping[str, Any], ...]
    declared: tuple[datetime, str | None] | None
    addresses: frozenset[str] = field(default_factory=frozenset)
    # Worked out only where the event came without a name.
    hash: str | None = None


def entry_of(
    event: Mapping[str, Any], names: Names, *, recorded_at: datetime, named: Naming
) -> Entry:
    """Take an event apart; one that came without an id is named by its hash."""
    event_id = event_ids.id_of(event, names)
    things = tuple(added_up(_named(event, named)))
    declared = _declared(event)
    steps = () if declared else tuple(_steps(event, event_id, things, named))
    return Entry(
        event_id=event_id,
        columns=_columns(event, names),
        document=_document(event, names, event_id, recorded_at),
        things=things,
        steps=steps,
        words=frozenset(words_of(event, names)),
        sensors=tuple(rows_of(event)),
        declared=declared,
        addresses=frozenset(
            [thing.uri for thing in things]
            + [uri for step in steps for uri in (step.child, step.parent)]
        ),
        hash=None if "eventID" in event else event_id,
    )


def _document(
    event: Mapping[str, Any], names: Names, event_id: str, recorded_at: datetime
) -> dict[str, Any]:
    told = {name: value for name, value in event.items() if name != "@context"}
    told["eventID"] = event_id
    told["recordTime"] = recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if names.own:
        return {"@context": list(names.own), **told}
    return told


def _columns(event: Mapping[str, Any], names: Names) -> dict[str, Any]:
    kind = event["type"]
    step, disposition = event.get("bizStep"), event.get("disposition")
    return {
        "event_type": names.expand(kind) or kind,
        "action": event.get("action") if isinstance(event.get("action"), str) else None,
        "biz_step": vocabulary.bare("bizStep", step) if isinstance(step, str) else None,
        "disposition": (
            vocabulary.bare("disposition", disposition) if isinstance(disposition, str) else None
        ),
        "event_time": instants.read(event["eventTime"]),
        "time_zone": event["eventTimeZoneOffset"],
        "read_point": _place(event.get("readPoint")),
        "biz_location": _place(event.get("bizLocation")),
        "parent_uri": _address(event.get("parentID")),
        "transformation_id": _address(event.get("transformationID")),
    }


def _place(given: Any) -> str | None:
    return identifiers.canonical(given["id"]) if isinstance(given, dict) and "id" in given else None


def _address(given: Any) -> str | None:
    return identifiers.canonical(given) if isinstance(given, str) else None


def added_up(things: Iterable[Thing]) -> Iterator[Thing]:
    """Each thing once in each role; amounts of the same class in the same unit are added up."""
    found: dict[tuple[str, str], Thing] = {}
    for thing in things:
        known = found.get((thing.role, thing.uri))
        found[thing.role, thing.uri] = thing if known is None else _together(known, thing)
    yield from found.values()


def _together(one: Thing, other: Thing) -> Thing:
    if one.quantity is None or other.quantity is None or one.unit != other.unit:
        return Thing(one.role, one.uri, one.is_class or other.is_class)
    total = one.quantity + other.quantity
    return Thing(one.role, one.uri, one.is_class, total, one.unit)


def _named(event: Mapping[str, Any], named: Naming) -> Iterator[Thing]:
    if "parentID" in event:
        yield Thing("parent", named(event["parentID"]), False)
    for name, role in _ITEMS.items():
        for epc in event.get(name, ()):
            yield Thing(role, named(epc), False)
    for name, role in _AMOUNTS.items():
        for item in event.get(name, ()):
            uri = named(item["epcClass"])
            yield Thing(role, uri, True, number(item.get("quantity")), item.get("uom"))


def _steps(
    event: Mapping[str, Any], event_id: str, things: Iterable[Thing], named: Naming
) -> Iterator[Step]:
    parts: dict[str, list[Thing]] = {}
    for thing in things:
        parts.setdefault(thing.role, []).append(thing)
        lot = identifiers.lot_of_item(thing.uri)
        if lot is not None:
            yield Step(thing.uri, lot, "made_of")
    inputs, outputs = parts.get("input", []), parts.get("output", [])
    between = None
    if "transformationID" in event:
        between = named(event["transformationID"])
    elif len(inputs) * len(outputs) > _MOST_PAIRS:
        between = event_id
    yield from _made(inputs, outputs, between)
    if event.get("action") in ("ADD", "OBSERVE"):
        for unit in parts.get("parent", []):
            yield from _pairs([unit], parts.get("child", []), "packed_in")


def _made(inputs: list[Thing], outputs: list[Thing], between: str | None) -> Iterator[Step]:
    """Outputs are made of inputs: directly, or through a transformation told in several events."""
    if between is None:
        yield from _pairs(outputs, inputs, "made_of")
        return
    middle = [Thing("output", between, False)]
    yield from _pairs(middle, inputs, "made_of")
    yield from _pairs(outputs, middle, "made_of")


def _pairs(children: list[Thing], parents: list[Thing], kind: str) -> Iterator[Step]:
    for child in children:
        for parent in parents:
            if child.uri != parent.uri:
                yield Step(child.uri, parent.uri, kind, parent.quantity, parent.unit)


def _declared(event: Mapping[str, Any]) -> tuple[datetime, str | None] | None:
    given = event.get("errorDeclaration")
    if not given:
        return None
    reason = given.get("reason")
    return (
        instants.read(given["declarationTime"]),
        vocabulary.bare("errorReason", reason) if reason else None,
    )


def words_of(event: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str, str]]:
    """(kind, type, value) of papers, parties, lasting dispositions and fields of users' own."""
    for kind, sort, value in _all_words(event, names):
        yield kind, sort[:LONGEST_INDEXED], value[:LONGEST_INDEXED]


def _all_words(event: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str, str]]:
    for name, (key, kind) in _PAIRED.items():
        for item in event.get(name, ()):
            sort = vocabulary.bare(kind, item["type"]) if "type" in item else ""
            yield key, sort, identifiers.canonical(item[key])
    lasting = event.get("persistentDisposition") or {}
    for name in ("set", "unset"):
        for word in lasting.get(name, ()):
            yield name, "", vocabulary.bare("disposition", word)
    declared = event.get("errorDeclaration") or {}
    if "reason" in declared:
        yield "errorReason", "", vocabulary.bare("errorReason", declared["reason"])
    for corrective in declared.get("correctiveEventIDs", ()):
        yield "correctiveEventID", "", corrective
    certificates = event.get("certificationInfo", ())
    for one in [certificates] if isinstance(certificates, str) else certificates:
        yield "certificationInfo", "", one
    yield from _own_words(event, names)


def _own_words(event: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str, str]]:
    for name, value in event.items():
        if name in _STANDARD:
            continue
        for one in value if isinstance(value, list) else [value]:
            plain = "" if isinstance(one, (dict, list)) or one is None else str(one)
            yield "field", names.expand(name) or name, plain
