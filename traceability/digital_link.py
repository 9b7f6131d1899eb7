"""Scan addresses: GS1 Digital Link, and our own for batches without a GTIN. PURE.

Give `parse` the path as it came over the wire: `%2F` inside a lot is part of the lot, and a
decoded path has lost it. Source: GS1 Digital Link Standard: URI Syntax 1.4; GS1 Barcode Syntax
Dictionary (formats, qualifier order). Verdicts follow GS1's own engine.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from foundation.errors import Finding, Invalid

CANONICAL_HOST = "https://id.gs1.org"
CSET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
_TEXT = "[" + re.escape("".join(sorted(CSET_82))) + "]"
_CPID = "[#/A-Z0-9-]"

# Qualifiers in the only order they may come in; a key with two rows has two alternatives.
_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
_FORMATS = {
    "00": r"\d{18}",
    "01": r"\d{14}",
    "10": _TEXT + "{1,20}",
    "21": _TEXT + "{1,20}",
    "22": _TEXT + "{1,20}",
    "235": _TEXT + "{1,28}",
    "253": r"\d{13}" + _TEXT + "{0,17}",
    "254": _TEXT + "{1,20}",
    "255": r"\d{13,25}",
    "401": _TEXT + "{1,30}",
    "402": r"\d{17}",
    "414": r"\d{13}",
    "415": r"\d{13}",
    "417": r"\d{13}",
    "7040": r"\d" + _TEXT + "{3}",
    "8003": r"0\d{13}" + _TEXT + "{0,16}",
    "8004": _TEXT + "{1,30}",
    "8006": r"\d{18}",
    "8010": _CPID + "{1,30}",
    "8011": r"[1-9]\d{0,11}|0",
    "8017": r"\d{18}",
    "8018": r"\d{18}",
    "8019": r"\d{1,10}",
    "8020": _TEXT + "{1,25}",
}
# Where a key's check digit stands: after so many characters, the first of them skipped for GRAI.
_CHECKED = {
    "00": (0, 18),
    "01": (0, 14),
    "253": (0, 13),
    "255": (0, 13),
    "402": (0, 17),
    "414": (0, 13),
    "415": (0, 13),
    "417": (0, 13),
    "8003": (1, 14),
    "8006": (0, 14),
    "8017": (0, 18),
    "8018": (0, 18),
}
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})


@dataclass(frozen=True)
class Link:
    """What a scan address names: one key and, narrowing it down, its qualifiers in order."""

    key: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def find(self, qualifier: str) -> str | None:
        return dict(self.qualifiers).get(qualifier)

    @property
    def lot(self) -> str | None:
        return self.find("10")

    @property
    def serial(self) -> str | None:
        return self.find("21")

    def path(self) -> str:
        """The path with every part percent-encoded."""
        parts = ((self.key, self.value), *self.qualifiers)
        return "".join(f"/{name}/{quote(value, safe='')}" for name, value in parts)

    def canonical(self) -> str:
        attributes = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.attributes)
        return f"{CANONICAL_HOST}{self.path()}{'?' + attributes if attributes else ''}"


def is_key(name: str) -> bool:
    return name in _QUALIFIERS


def parse(raw_path: str, query: str = "") -> Link:
    """Read a Digital Link from its undecoded path and query.

    Raises: Invalid with all findings, each named by a stable `link.` code.
    """
    pairs = _pairs(raw_path)
    key, value = pairs[0]
    qualifiers = tuple(pairs[1:])
    attributes = tuple(
        (name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name.isdigit()
    )
    findings = [
        *_order_findings(key, [name for name, _ in qualifiers]),
        *(finding for name, value in pairs for finding in _value_findings(name, value)),
        *_attribute_findings(attributes),
    ]
    if findings:
        raise Invalid(findings, code="link.invalid")
    return Link(key, value, qualifiers, attributes)


def parse_decoded(path: str, query: str, is_known: Callable[[Link], bool]) -> Link:
    """Read a Digital Link from a path whose percent signs a server has already undone.

    A slash that belonged to a value then looks like a separator. The path is taken as it stands,
    unless only the other reading, where what lies between two qualifiers is one value, is known.
    Raises: Invalid.
    """
    joined = _joined(path)
    try:
        plain = parse(quote(path, safe="/"), query)
    except Invalid:
        other = _find_link(joined, query)
        if other is not None and is_known(other):
            return other
        raise
    other = _find_link(joined, query)
    if other is not None and other != plain and not is_known(plain) and is_known(other):
        return other
    return plain


def _find_link(raw_path: str | None, query: str) -> Link | None:
    try:
        return parse(raw_path, query) if raw_path else None
    except Invalid:
        return None


def build(base_url: str, gtin: str, *, lot: str | None = None, serial: str | None = None) -> str:
    """The address printed in a code. Raises: Invalid when a part may not stand in one."""
    qualifiers = tuple((name, part) for name, part in (("10", lot), ("21", serial)) if part)
    link = Link("01", gtin, qualifiers)
    findings = [
        finding
        for name, value in (("01", gtin), *qualifiers)
        for finding in _value_findings(name, value)
    ]
    if findings:
        raise Invalid(findings, code="link.invalid")
    return base_url.rstrip("/") + link.path()


def build_own(base_url: str, code: str, serial: str | None = None) -> str:
    """The address of a batch that has no GTIN."""
    tail = f"/{serial}" if serial else ""
    return f"{base_url.rstrip('/')}/t/{code}{tail}"


def lot_findings(lot: str) -> list[Finding]:
    """What keeps a lot from standing in a code: length, or letters outside CSET 82."""
    return _value_findings("10", lot)


def check_digit(digits: str) -> str:
    """GS1's check digit of the digits before it: weights 3, 1, 3 … from the right."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


_BETWEEN = re.compile(r"/01/([^/]+)(?:/22/(.+?))?(?:/10/(.+?))?(?:/21/(.+?))?/?")


def _joined(path: str) -> str | None:
    found = _BETWEEN.fullmatch(path)
    if found is None:
        return None
    parts = zip(("01", "22", "10", "21"), found.groups(), strict=True)
    return "".join(f"/{name}/{quote(value, safe='')}" for name, value in parts if value)


def _pairs(raw_path: str) -> list[tuple[str, str]]:
    # One slash too many at the end is how people copy addresses; a resolver bears with it.
    parts = raw_path.removesuffix("/").split("/")[1:]
    decoded = [_decoded(part) for part in parts]
    if not decoded or len(decoded) % 2 or None in decoded or "" in decoded:
        raise Invalid([Finding("link.malformed")], code="link.invalid")
    words = [part for part in decoded if part is not None]
    if not is_key(words[0]):
        raise Invalid([Finding("link.key_unknown", {"key": words[0][:20]})], code="link.invalid")
    return list(zip(words[::2], words[1::2], strict=True))


def _decoded(part: str) -> str | None:
    """Percent-decoding that refuses what `unquote` would let pass; `+` is plus in a path."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", part):
        return None
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _order_findings(key: str, names: Iterable[str]) -> list[Finding]:
    given = list(names)
    for allowed in _QUALIFIERS[key]:
        if [name for name in allowed if name in given] == given:
            return [] if key != "415" or given else [Finding("link.qualifier_missing")]
    allowed_names = {name for allowed in _QUALIFIERS[key] for name in allowed}
    strangers = [name for name in given if name not in allowed_names]
    if strangers:
        params = {"key": key, "qualifier": strangers[0][:20]}
        return [Finding("link.qualifier_unknown", params)]
    return [Finding("link.qualifier_order", {"order": "/".join(_QUALIFIERS[key][0])})]


def _value_findings(name: str, value: str) -> list[Finding]:
    form = _FORMATS.get(name)
    if form is None:
        return []
    if not re.fullmatch(form, value, re.ASCII):
        return [Finding("link.value_form", {"key": name, "value": value[:40]})]
    if name in _CHECKED:
        start, end = _CHECKED[name]
        body = value[start:end]
        if check_digit(body[:-1]) != body[-1]:
            return [Finding("link.check_digit", {"key": name, "value": value[:40]})]
    return []


def _attribute_findings(attributes: Iterable[tuple[str, str]]) -> list[Finding]:
    findings = []
    for name, value in attributes:
        if name in _FORMATS:
            findings.append(Finding("link.belongs_in_path", {"key": name}))
        elif name in _DATES and not _is_date(value):
            findings.append(Finding("link.date_impossible", {"key": name, "value": value[:20]}))
    return findings


def _is_date(text: str) -> bool:
    """YYMMDD; day 00 stands for the month's last day."""
    if not re.fullmatch(r"\d{6}", text, re.ASCII):
        return False
    day = max(int(text[4:]), 1)
    try:
        date(2000 + int(text[:2]), int(text[2:4]), day)
    except ValueError:
        return False
    return True
