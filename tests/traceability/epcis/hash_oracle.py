"""The event hash once more, written from its rules alone: nothing of the program is used here.

An event becomes a tree of (name, text, children); the standard's table of order is walked over it
and takes away what it tells; what is left is the users' own. Sources: GS1 CBV 2.0, 8.9; GS1
General Specifications, 7.9.1 (check digits); EPC Tag Data Standard 1.13, 6.3 (names).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote, unquote

NAMESPACES = {
    "coop": "https://vocabulary.example/coop/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "cbv": "https://ref.gs1.org/cbv/",
}
_KINDS = {
    "bizStep": "BizStep",
    "disposition": "Disp",
    "set": "Disp",
    "unset": "Disp",
    "component": "Comp",
}
_OLD = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT"}
_METADATA = "time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules"
_REPORT = (
    "type exception deviceID deviceMetadata rawData dataProcessingMethod time microorganism"
    " chemicalSubstance value component stringValue booleanValue hexBinaryValue uriValue minValue"
    " maxValue meanValue sDev percRank percValue uom coordinateReferenceSystem"
)
_ORDER = (
    "eventTime eventTimeZoneOffset certificationInfo parentID epcList inputEPCList childEPCs"
    " quantityList childQuantityList inputQuantityList outputEPCList outputQuantityList action"
    " transformationID bizStep disposition persistentDisposition readPoint bizLocation"
    " bizTransactionList sourceList destinationList sensorElementList"
)
_INSIDE = {
    "epc": "",
    "quantityElement": "epcClass quantity uom",
    "persistentDisposition": "set unset",
    "readPoint": "id",
    "bizLocation": "id",
    "sensorElement": "sensorMetadata sensorReport",
    "sensorMetadata": _METADATA,
    "sensorReport": _REPORT,
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs", "outputEPCList"), "epc"),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"),
        "quantityElement",
    ),
    "sensorElementList": "sensorElement",
}
_PAIRS = {
    "bizTransactionList": ("bizTransaction", "BTT"),
    "sourceList": ("source", "SDT"),
    "destinationList": ("destination", "SDT"),
}


@dataclass
class _Node:
    name: str
    text: str = ""
    children: list[_Node] = field(default_factory=list)


def pre_hash(event: dict[str, Any]) -> str:
    """The string that is hashed."""
    table = (*_ORDER.split(), "ilmd")
    left = [_tree(name, value) for name, value in event.items() if name in table]
    own = {name: value for name, value in event.items() if name not in (*table, *_UNTOLD)}
    told = "".join(_told(node) for name in _ORDER.split() for node in left if node.name == name)
    ilmd = "".join(
        f"ilmd{_own(node.children)}" for node in left if node.name == "ilmd" and node.children
    )
    inside = "".join(_rest(node) for name in _ORDER.split() for node in left if node.name == name)
    return f"eventType={event['type']}{told}{ilmd}{inside}{_own(_members(own))}"


_UNTOLD = ("type", "eventID", "recordTime", "errorDeclaration", "@context", "rdfs:comment")


# --- the tree ---------------------------------------------------------------------------------


def _tree(name: str, value: Any) -> _Node:
    if name in _PAIRS:
        return _Node(name, children=[_Node("", children=_members(item)) for item in value])
    if name in _INSIDE and isinstance(value, list):
        inner = _INSIDE[name]
        return _Node(name, children=[_branch(inner, item) for item in value])
    if name == "certificationInfo":
        items = value if isinstance(value, list) else [value]
        return _Node(name, children=[_Node(name, _text(name, each)) for each in items])
    return _branch(name, value)


def _branch(name: str, value: Any) -> _Node:
    if isinstance(value, dict):
        return _Node(_full_name(name), children=_members(value))
    return _Node(_full_name(name), _text(name, value))


def _members(item: dict[str, Any]) -> list[_Node]:
    return [
        _branch(name, each)
        for name, value in item.items()
        if name not in ("rdfs:comment", "@context")
        for each in (value if isinstance(value, list) else [value])
    ]


def _full_name(name: str) -> str:
    prefix, colon, rest = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{rest}" if colon else name


# --- what the table names ---------------------------------------------------------------------


def _told(node: _Node) -> str:
    if node.name in _PAIRS:
        key, kind = _PAIRS[node.name]
        return _listed(node.name, [_pair(item, key, kind) for item in node.children])
    if node.name == "certificationInfo":
        return "".join(sorted(f"{node.name}={each.text}" for each in node.children))
    if node.name not in _INSIDE:
        return f"{node.name}={node.text}" if node.text else ""
    parts = [
        part
        for name in _INSIDE[node.name].split()
        for part in sorted(_told(child) for child in node.children if child.name == name)
    ]
    if node.name == "epc":
        return f"epc={node.text}"
    empty_tells_nothing = node.name in ("sensorMetadata", "persistentDisposition")
    told = "".join(parts)
    if node.name.endswith(("List", "EPCs")) or empty_tells_nothing:
        return node.name + told if told else ""
    return node.name + told


def _listed(name: str, parts: list[str]) -> str:
    return name + "".join(sorted(parts)) if parts else ""


def _pair(item: _Node, key: str, kind: str) -> str:
    by_name = {child.name: child.text for child in item.children}
    of_type = f"type={_address(kind, by_name['type'])}" if "type" in by_name else ""
    return f"{of_type}{key}={by_name[key]}"


# --- what users added -------------------------------------------------------------------------


def _own(nodes: list[_Node]) -> str:
    parts = [
        node.name + (f"={node.text}" if node.text else "") + _own(node.children) for node in nodes
    ]
    return "".join(sorted(parts))


def _rest(node: _Node) -> str:
    """What stands in a field of the table and is not of the table, under that field's name."""
    own = _own([child for child in node.children if child.name.startswith("{")])
    inner = [_rest(child) for child in node.children if not child.name.startswith("{")]
    if node.name == "sensorElement":
        parts = [
            *(_rest(child) for child in node.children if child.name == "sensorMetadata"),
            *sorted(_rest(child) for child in node.children if child.name == "sensorReport"),
        ]
        told = "".join(parts) + own
    else:
        told = "".join(sorted(inner)) + own
    return node.name + told if told else ""


# --- values -----------------------------------------------------------------------------------


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).strip()
    if name in ("eventTime", "time", "startTime", "endTime"):
        return _moment(text)
    if name == "eventTimeZoneOffset":
        return text
    if name in _KINDS:
        text = _address(_KINDS[name], text)
    if name == "exception" and ":" not in text:
        return f"https://gs1.org/voc/{text}"
    if name == "type" and re.fullmatch("[A-Z][A-Za-z]+", text):
        return f"https://gs1.org/voc/{text}"
    if re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text):
        number = f"{Decimal(text):f}"
        return (number.rstrip("0").rstrip(".") if "." in number else number) or "0"
    prefix, colon, rest = text.partition(":")
    if colon and prefix in NAMESPACES:
        text = NAMESPACES[prefix] + rest
    old = re.fullmatch(r"urn:epcglobal:cbv:(bizstep|disp|btt|sdt):(\w+)", text)
    if old:
        return f"https://ref.gs1.org/cbv/{_OLD[old[1]]}-{old[2]}"
    return _thing(text)


def _address(kind: str, word: str) -> str:
    return f"https://ref.gs1.org/cbv/{kind}-{word}" if ":" not in word else word


def _moment(text: str) -> str:
    found = re.fullmatch(r"(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    assert found, text
    zone = "+00:00" if found[3] == "Z" else found[3]
    whole = datetime.fromisoformat(found[1] + zone).astimezone(UTC)
    part = Decimal(f"0.{found[2] or 0}").quantize(Decimal("0.001"), ROUND_HALF_UP)
    if part == 1:
        whole, part = whole + timedelta(seconds=1), Decimal("0.000")
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{str(part)[2:]}Z"


# --- things -----------------------------------------------------------------------------------


def _check(digits: str) -> str:
    total = sum(int(d) * (3 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _thing(text: str) -> str:
    if text.startswith("urn:epc:"):
        return _of_name(text)
    found = re.fullmatch(r"https?://[^/]+(?:/[a-z]+)?((?:/[0-9]{2,4}/[^/?]+)+)(\?.*)?", text)
    if not found:
        return text
    pieces = found[1].split("/")[1:]
    keys = dict(zip(pieces[::2], pieces[1::2], strict=True))
    return _link(pieces[0], unquote(pieces[1]), {k: unquote(v) for k, v in keys.items()})


_NARROW = {"01": ("21", "10", "235"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",)}


def _link(key: str, value: str, keys: dict[str, str]) -> str:
    address = f"https://id.gs1.org/{key}/{quote(value, safe='')}"
    for narrow in _NARROW.get(key, ()):
        if narrow in keys:
            return f"{address}/{narrow}/{quote(keys[narrow], safe='')}"
    return address


def _of_name(text: str) -> str:
    _, _, form, scheme, rest = text.split(":", 4)
    parts = [unquote(part) for part in rest.split(".", 2 if scheme != "giai" else 1)]
    prefix, reference = parts[0], parts[1]
    if scheme in ("sgtin", "lgtin"):
        value = _check(reference[0] + prefix + reference[1:])
        if form == "idpat":
            return _link("01", value, {})
        return _link("01", value, {"21" if scheme == "sgtin" else "10": parts[2]})
    if scheme == "sscc":
        return _link("00", _check(reference[0] + prefix + reference[1:]), {})
    if scheme == "sgln":
        inner = {} if parts[2] == "0" else {"254": parts[2]}
        return _link("414", _check(prefix + reference), inner)
    if scheme == "pgln":
        return _link("417", _check(prefix + reference), {})
    if scheme == "gdti":
        return _link("253", _check(prefix + reference) + parts[2], {})
    if scheme == "grai":
        return _link("8003", _check("0" + prefix + reference) + parts[2], {})
    assert scheme == "giai", text
    return _link("8004", prefix + reference, {})
