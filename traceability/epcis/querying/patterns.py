"""EPC patterns as shapes of canonical addresses. PURE.

``urn:epc:idpat:sgtin:0614141.107346.*`` stands for every serial of a GTIN, and
``urn:epc:idpat:sgtin:0614141.*.*`` for every item of a company. Kept identifiers are canonical
(``https://id.gs1.org/01/…/21/…``), so a pattern becomes what addresses begin with, as many digits
as their key has, and what ends them. Source: GS1 Tag Data Standard 2.0, 8 (pattern URIs).
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
class Shape:
    """How addresses look, as SQL's LIKE says it: ``like``, and never ``unlike`` (None: no more)."""

    like: str
    unlike: str | None = None


def is_pattern(text: str) -> bool:
    """Whether an identifier stands for many."""
    return text.lower().startswith(_MARK) and "*" in text


def read(text: str) -> tuple[Shape, ...]:
    """How addresses of a pattern look: like any of these. Raises: QueryParameterException."""
    scheme, _, body = text[len(_MARK) :].partition(":")
    parts = body.split(".", 2)
    if scheme not in _PATHS or len(parts) < 2 or (parts[0] == "*" and set(parts) != {"*"}):
        raise QueryParameterException("epcis.pattern", value=text[:100])
    # After a star there are only stars.
    if "*" in parts and set(parts[parts.index("*") :]) != {"*"}:
        raise QueryParameterException("epcis.pattern", value=text[:100])
    if not all(part == "*" or _is_fit(part, place) for place, part in enumerate(parts)):
        raise QueryParameterException("epcis.pattern", value=text[:100])
    return _giai(*parts[:2]) if scheme == "giai" else _shapes(scheme, parts)


def _is_fit(part: str, place: int) -> bool:
    if place == 0:
        return re.fullmatch(r"\d{4,12}", part, re.ASCII) is not None
    return 0 < len(part) <= 60


def _shapes(scheme: str, parts: list[str]) -> tuple[Shape, ...]:
    company, reference, *tail = parts
    heads, digits = _keys(scheme, company, reference)
    # The digits one by one, not "any": a beginning and a length are read off an index.
    keys = [_told(_HOST + _PATHS[scheme] + head) + "_" * (digits - len(head)) for head in heads]
    return tuple(shape for key in keys for shape in _ended(scheme, key, tail))


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


def _ended(scheme: str, key: str, tail: list[str]) -> list[Shape]:
    """Keys with what follows them: a serial or extension, told or not."""
    told = tail[0] if tail else None
    mark = _TAILS.get(scheme, "")
    # A location without an extension is written with extension 0 in its URN.
    bare = [Shape(key)] if scheme == "sgln" and told in ("*", "0") else []
    if told is None:
        return [Shape(key)]
    if told == "*":
        return [*bare, _open(key + mark)]
    return bare or [Shape(key + _told(mark + quote(unquote(told), safe="")))]


def _giai(company: str, reference: str) -> tuple[Shape, ...]:
    known = _PATHS["giai"] + ("" if company == "*" else company)
    known += "" if reference == "*" else quote(unquote(reference), safe="")
    whole = _told(_HOST + known)
    return (_open(whole) if "*" in (company, reference) else Shape(whole),)


def _open(beginning: str) -> Shape:
    """Whatever begins so and goes on, within the last part of the address."""
    return Shape(beginning + "_%", beginning + "%/%")


def _told(text: str) -> str:
    """A text as LIKE takes it at its word."""
    return re.sub(r"([\\%_])", r"\\\1", text)
