"""EPC patterns as prefixes and expressions over canonical addresses. PURE.

``urn:epc:idpat:sgtin:0614141.107346.*`` stands for every serial of a GTIN, and
``urn:epc:idpat:sgtin:0614141.*.*`` for every item of a company. Kept identifiers are canonical
(``https://id.gs1.org/01/…/21/…``), so a pattern becomes addresses that begin alike, and an
expression that the whole address must match. Source: GS1 Tag Data Standard 2.0, 8 (pattern URIs).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from traceability.epcis.exceptions import QueryParameterException

_MARK = "urn:epc:idpat:"
_HOST = "https://id.gs1.org"
# Digits of the company prefix and the reference together, by scheme (check digits apart).
_DIGITS = {"sgtin": 13, "sscc": 17, "sgln": 12, "grai": 12, "gsrn": 17, "gsrnp": 17, "gdti": 12}
_PATHS = {
    "sgtin": "/01/",
    "sscc": "/00/",
    "sgln": "/414/",
    "grai": "/8003/0",
    "giai": "/8004/",
    "gsrn": "/8018/",
    "gsrnp": "/8017/",
    "gdti": "/253/",
    "upui": "/01/",
    "itip": "/8006/",
}
_TAILS = {"sgtin": "/21/", "sgln": "/254/", "upui": "/235/"}
# Schemes whose key starts with a digit that the pattern writes at its reference's head.
_INDICATED = frozenset({"sgtin", "sscc", "upui"})


@dataclass(frozen=True)
class Pattern:
    """Addresses to look for: those beginning with one of ``prefixes`` that ``expression`` matches.

    The expression is a POSIX one and holds for the whole address.
    """

    prefixes: tuple[str, ...]
    expression: str


def is_pattern(text: str) -> bool:
    """Whether an identifier stands for many."""
    return text.lower().startswith(_MARK) and "*" in text


def read(text: str) -> Pattern:
    """What a pattern stands for. Raises: QueryParameterException."""
    scheme, _, body = text[len(_MARK) :].partition(":")
    parts = body.split(".", 2)
    if scheme not in _PATHS or len(parts) < 2 or (parts[0] == "*" and set(parts) != {"*"}):
        raise QueryParameterException("epcis.pattern", value=text[:100])
    # After a star there are only stars.
    if "*" in parts and set(parts[parts.index("*") :]) != {"*"}:
        raise QueryParameterException("epcis.pattern", value=text[:100])
    if not all(part == "*" or _is_fit(part, place) for place, part in enumerate(parts)):
        raise QueryParameterException("epcis.pattern", value=text[:100])
    return _pattern(scheme, parts)


def _is_fit(part: str, place: int) -> bool:
    if place == 0:
        return re.fullmatch(r"\d{4,12}", part, re.ASCII) is not None
    return 0 < len(part) <= 60


def _pattern(scheme: str, parts: list[str]) -> Pattern:
    company, reference, *tail = parts
    root = _HOST + _PATHS[scheme]
    if scheme == "giai":
        return _giai(root, company, reference)
    heads, digits = _keys(scheme, company, reference)
    ending = _ending(scheme, tail)
    prefixes = tuple(root + head for head in heads)
    # How it begins the prefixes say, by an index: asked again, ten ways, it would take far longer.
    return Pattern(prefixes, f"^{re.escape(root)}[0-9]{{{digits}}}{ending}$")


def _keys(scheme: str, company: str, reference: str) -> tuple[list[str], int]:
    """How the key's digits may begin, and how many there are with the check digit."""
    length = _DIGITS.get(scheme, 13) + 1
    if company == "*":
        return [""], length
    if scheme not in _INDICATED:
        known = company if reference == "*" else company + reference
        return [known], length
    if reference == "*":
        return [f"{indicator}{company}" for indicator in range(10)], length
    return [reference[:1] + company + reference[1:]], length


def _ending(scheme: str, tail: list[str]) -> str:
    """What follows the key: a serial or extension, told or not."""
    told = tail[0] if tail else None
    mark = _TAILS.get(scheme, "")
    if told is None:
        return ""
    if told == "*":
        # A location without an extension is written with extension 0 in its URN.
        return f"({mark}[^/]+)?" if scheme == "sgln" else f"{mark}[^/]+"
    if scheme == "sgln" and told == "0":
        return ""
    return re.escape(mark + quote(unquote(told), safe=""))


def _giai(root: str, company: str, reference: str) -> Pattern:
    known = "" if company == "*" else company
    known += "" if reference == "*" else quote(unquote(reference), safe="")
    open_end = "[^/]+" if "*" in (company, reference) else ""
    return Pattern((root + known,), f"^{re.escape(root + known)}{open_end}$")
