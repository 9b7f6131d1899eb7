"""EPC names (``urn:epc:id:sgtin:8930001.000001.7``) read into GS1 keys and written back. PURE.

An EPC name tells the length of the company prefix and no check digit; a GS1 key is the other way
round. Source: GS1 EPC Tag Data Standard 2.0 (6, 7); GS1 Digital Link 1.4 (4.11).
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote, unquote

from traceability.digital_link import Link, check_digit

# What EPC names may hold unescaped in a serial; all else of CSET 82 is written %XX.
_SAFE = "!'()*+,-.:;=_"
_SERIAL = r"(?:[!'()*+,\-.:;=_0-9A-Za-z]|%[0-9A-Fa-f]{2})"
_NAME = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(\d{6,12})\.(.+)")
_TOLD_PREFIX = re.compile(r"urn:epc:(?:id|class|idpat):[a-z]+:(\d{6,12})\.")
_LONGEST_PREFIX, _SHORTEST_PREFIX = 12, 6

Lengths = Mapping[str, int]
"""How keys begin, and how many digits the company prefix has of those that begin so."""
NOBODYS: Lengths = MappingProxyType({})


def company_prefix_length(digits: str, lengths: Lengths) -> int | None:
    """How many digits a key's company prefix has; None where nobody told.

    Nothing in a key tells it, and a guess would name another company's thing.
    """
    for shown in range(_LONGEST_PREFIX, -1, -1):
        count = lengths.get(digits[:shown])
        if count is not None:
            return count if _SHORTEST_PREFIX <= count <= _LONGEST_PREFIX else None
    return None


def lengths_told(text: str) -> Lengths:
    """The company prefixes that the EPC names in a text tell of."""
    return {found: len(found) for found in _TOLD_PREFIX.findall(text)}


def _checked(body: str) -> str:
    return body + check_digit(body)


@lru_cache(maxsize=4_096)
def _gtin(prefix: str, reference: str) -> str:
    return _checked(reference[0] + prefix + reference[1:])


def _digits(text: str, prefix: str, total: int) -> bool:
    return len(prefix) + len(text) == total and (text.isdigit() or not text) and text.isascii()


def _serial(text: str, longest: int) -> str | None:
    if not re.fullmatch(_SERIAL + "+", text):
        return None
    plain = unquote(text)
    return plain if len(plain) <= longest else None


def _trade_item(qualifier: str, longest: int) -> Callable[[str, str], Link | None]:
    def read(prefix: str, rest: str) -> Link | None:
        reference, dot, tail = rest.partition(".")
        serial = _serial(tail, longest)
        if not dot or not _digits(reference, prefix, 13) or serial is None:
            return None
        return Link("01", _gtin(prefix, reference), ((qualifier, serial),))

    return read


def _sscc(prefix: str, rest: str) -> Link | None:
    return Link("00", _gtin(prefix, rest)) if _digits(rest, prefix, 17) and rest else None


def _place(prefix: str, rest: str) -> Link | None:
    reference, dot, tail = rest.partition(".")
    extension = _serial(tail, 20)
    if not dot or not _digits(reference, prefix, 12) or extension is None:
        return None
    qualifiers = () if extension == "0" else (("254", extension),)
    return Link("414", _checked(prefix + reference), qualifiers)


def _party(prefix: str, rest: str) -> Link | None:
    reference = rest.removesuffix(".")
    if not _digits(reference, prefix, 12):
        return None
    return Link("417", _checked(prefix + reference))


def _with_serial(
    key: str, lead: str, longest: int, pattern: str
) -> Callable[[str, str], Link | None]:
    """Asset, document and coupon types: a checked number with its serial behind it."""

    def read(prefix: str, rest: str) -> Link | None:
        reference, dot, tail = rest.partition(".")
        serial = _serial(tail, longest)
        if not dot or not _digits(reference, prefix, 12) or serial is None:
            return None
        if not re.fullmatch(pattern, serial):
            return None
        return Link(key, lead + _checked(prefix + reference) + serial)

    return read


def _grai_lead(prefix: str, rest: str) -> Link | None:
    return _with_serial("8003", "0", 16, ".+")(prefix, rest)


def _joined(key: str) -> Callable[[str, str], Link | None]:
    """Keys that are the company prefix with whatever the company put behind it."""

    def read(prefix: str, rest: str) -> Link | None:
        reference = _serial(rest, 30 - len(prefix))
        return Link(key, prefix + reference) if reference else None

    return read


def _numbered(key: str, body: int) -> Callable[[str, str], Link | None]:
    def read(prefix: str, rest: str) -> Link | None:
        return Link(key, _checked(prefix + rest)) if _digits(rest, prefix, body) else None

    return read


def _component(prefix: str, rest: str) -> Link | None:
    reference, dot, serial = rest.rpartition(".")
    part = unquote(reference)
    if not dot or not re.fullmatch(r"[#/A-Z0-9-]+", part) or len(prefix + part) > 30:
        return None
    if not re.fullmatch(r"\d{1,12}", serial, re.ASCII):
        return None
    return Link("8010", prefix + part, (("8011", serial),))


def _piece(prefix: str, rest: str) -> Link | None:
    found = re.fullmatch(r"(\d+)\.(\d\d)\.(\d\d)\.(.+)", rest, re.ASCII)
    if found is None or not _digits(found[1], prefix, 13):
        return None
    serial = _serial(found[4], 20)
    if serial is None:
        return None
    return Link("8006", _gtin(prefix, found[1]) + found[2] + found[3], (("21", serial),))


_READERS: dict[tuple[str, str], Callable[[str, str], Link | None]] = {
    ("id", "sgtin"): _trade_item("21", 20),
    ("class", "lgtin"): _trade_item("10", 20),
    ("id", "upui"): _trade_item("235", 28),
    ("id", "sscc"): _sscc,
    ("id", "sgln"): _place,
    ("id", "pgln"): _party,
    ("id", "grai"): _grai_lead,
    ("id", "giai"): _joined("8004"),
    ("id", "ginc"): _joined("401"),
    ("id", "gsrn"): _numbered("8018", 17),
    ("id", "gsrnp"): _numbered("8017", 17),
    ("id", "gsin"): _numbered("402", 16),
    ("id", "gdti"): _with_serial("253", "", 17, ".+"),
    ("id", "sgcn"): _with_serial("255", "", 12, r"\d+"),
    ("id", "cpi"): _component,
    ("id", "itip"): _piece,
}


def _pattern(kind: str, prefix: str, rest: str) -> Link | None:
    """A pattern whose serial is left open names the class: all items of a product."""
    if not rest.endswith(".*"):
        return None
    reference = rest[:-2]
    if kind == "sgtin" and _digits(reference, prefix, 13):
        return Link("01", _gtin(prefix, reference))
    if kind in ("grai", "gdti", "sgcn") and _digits(reference, prefix, 12):
        key, lead = {"grai": ("8003", "0"), "gdti": ("253", ""), "sgcn": ("255", "")}[kind]
        return Link(key, lead + _checked(prefix + reference))
    if kind == "cpi" and re.fullmatch(r"[#/A-Z0-9-]+", unquote(reference)):
        return Link("8010", prefix + unquote(reference))
    found = re.fullmatch(r"(\d+)\.(\d\d)\.(\d\d)", reference, re.ASCII)
    if kind == "itip" and found is not None and _digits(found[1], prefix, 13):
        return Link("8006", _gtin(prefix, found[1]) + found[2] + found[3])
    return None


def find_link(urn: str) -> Link | None:
    """The GS1 key an EPC name stands for; None when it is none, or not a well-formed one."""
    found = _NAME.fullmatch(urn)
    if found is None:
        return None
    sort, kind, prefix, rest = found.groups()
    if sort == "idpat":
        return _pattern(kind, prefix, rest)
    reader = _READERS.get((sort, kind))
    return reader(prefix, rest) if reader else None


def _escaped(text: str) -> str:
    return quote(text, safe=_SAFE)


def _split(digits: str, length: int) -> tuple[str, str]:
    return digits[:length], digits[length:]


def _from_trade_item(link: Link, length: int) -> str | None:
    prefix, rest = _split(link.value[1:13], length)
    item = f"{prefix}.{link.value[0]}{rest}"
    found = dict(link.qualifiers)
    if "21" in found:
        return f"urn:epc:id:sgtin:{item}.{_escaped(found['21'])}"
    if "10" in found:
        return f"urn:epc:class:lgtin:{item}.{_escaped(found['10'])}"
    if "235" in found:
        return f"urn:epc:id:upui:{item}.{_escaped(found['235'])}"
    return f"urn:epc:idpat:sgtin:{item}.*"


def _from_piece(link: Link, length: int) -> str | None:
    prefix, rest = _split(link.value[1:13], length)
    body = f"{prefix}.{link.value[0]}{rest}.{link.value[14:16]}.{link.value[16:18]}"
    serial = link.find("21")
    if serial is None:
        return f"urn:epc:idpat:itip:{body}.*"
    return f"urn:epc:id:itip:{body}.{_escaped(serial)}"


def _from_serialised(kind: str, digits: str, serial: str, length: int) -> str:
    prefix, rest = _split(digits[:12], length)
    if not serial:
        return f"urn:epc:idpat:{kind}:{prefix}.{rest}.*"
    return f"urn:epc:id:{kind}:{prefix}.{rest}.{_escaped(serial)}"


def _from_component(link: Link, length: int) -> str:
    prefix, rest = _split(link.value, length)
    part = quote(rest, safe="-")
    serial = link.find("8011")
    return (
        f"urn:epc:id:cpi:{prefix}.{part}.{serial}"
        if serial
        else f"urn:epc:idpat:cpi:{prefix}.{part}.*"
    )


def name_of(link: Link, lengths: Lengths) -> str | None:
    """The EPC name of a GS1 key; None when there is none, or its company prefix is not known."""
    length = company_prefix_length(body(link), lengths)
    return _named(link, length) if length is not None else None


def body(link: Link) -> str:
    """The part of a key that begins with the company prefix."""
    # An indicator, an extension digit or a zero stands before it.
    return link.value[1:] if link.key in ("00", "01", "8003", "8006") else link.value


def _named(link: Link, length: int) -> str | None:
    value = link.value
    match link.key:
        case "01":
            return _from_trade_item(link, length)
        case "8006":
            return _from_piece(link, length)
        case "00":
            prefix, rest = _split(value[1:17], length)
            return f"urn:epc:id:sscc:{prefix}.{value[0]}{rest}"
        case "414":
            prefix, rest = _split(value[:12], length)
            return f"urn:epc:id:sgln:{prefix}.{rest}.{_escaped(link.find('254') or '0')}"
        case "417":
            return f"urn:epc:id:pgln:{'.'.join(_split(value[:12], length))}"
        case "8003":
            return _from_serialised("grai", value[1:13], value[14:], length)
        case "253" | "255":
            kind = "gdti" if link.key == "253" else "sgcn"
            return _from_serialised(kind, value[:12], value[13:], length)
        case "8004" | "401":
            prefix, rest = _split(value, length)
            kind = "giai" if link.key == "8004" else "ginc"
            return f"urn:epc:id:{kind}:{prefix}.{_escaped(rest)}" if rest else None
        case "8017" | "8018" | "402":
            kind = {"8017": "gsrnp", "8018": "gsrn", "402": "gsin"}[link.key]
            return f"urn:epc:id:{kind}:{'.'.join(_split(value[:-1], length))}"
        case "8010":
            return _from_component(link, length)
    return None
