"""Scan addresses: GS1 Digital Link as the resolver reads it, and our own without a GTIN. PURE.

Give `parse` the path as it came over the wire: `%2F` inside a lot is part of the lot, and a
decoded path has lost it. Verdicts follow GS1's own engine (`linking.judging`), kinder by one slash
at the end and stricter about broken percent signs. Source: GS1 Digital Link Standard: URI Syntax.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, unquote_to_bytes

from foundation.errors import Finding, Invalid
from traceability.linking import content, identifiers, judging
from traceability.linking.judging import Element

CSET_82 = frozenset(content.CSET_82)
check_digit = content.check_digit
# A hostile path of slashes has more readings than anybody's label.
_MOST_READINGS, _MOST_PARTS = 32, 64


@dataclass(frozen=True)
class Link:
    """What a scan address names: one key and, narrowing it down, its qualifiers in order.

    ``ignored`` are the parameters of the query that are not GS1's, as they were sent.
    """

    key: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

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
        return judging.path_of(self._elements())

    def canonical(self) -> str:
        attributes = tuple(Element(name, value) for name, value in self.attributes)
        return judging.canonical(self._elements(), attributes)

    def _elements(self) -> tuple[Element, ...]:
        pairs = ((self.key, self.value), *self.qualifiers)
        return tuple(Element(name, value) for name, value in pairs)


def is_key(name: str) -> bool:
    """Whether a scan address may begin with it."""
    return identifiers.is_key(name)


def parse(raw_path: str, query: str = "") -> Link:
    """Read a Digital Link from its undecoded path and query.

    Raises: Invalid with all findings, each named by a stable `link.` code.
    """
    judged = judging.judge_parts(_pairs(raw_path), query)
    if judged.findings:
        raise Invalid(list(judged.findings), code="link.invalid")
    return link_of(judged.path, judged.attributes, judged.ignored)


def link_of(
    path: tuple[Element, ...],
    attributes: tuple[Element, ...] = (),
    ignored: tuple[str, ...] = (),
) -> Link:
    """The link of elements judged well-formed, key first."""
    return Link(
        path[0].ai,
        path[0].value,
        tuple((each.ai, each.value) for each in path[1:]),
        tuple((each.ai, each.value) for each in attributes),
        ignored,
    )


def find_padded(raw_path: str) -> str | None:
    """The path with a GTIN of 8, 12 or 13 digits written with fourteen; None when it is none.

    Such an address is refused, as GS1's engine does, but its reader is shown the way.
    """
    parts = raw_path.split("/")
    if len(parts) < 3 or parts[1] != "01" or len(parts[2]) not in (8, 12, 13):
        return None
    padded = "/".join((*parts[:2], parts[2].zfill(14), *parts[3:]))
    try:
        return parse(padded).path()
    except Invalid:
        return None


def parse_decoded(path: str, query: str, is_known: Callable[[Link], bool]) -> Link:
    """Read a Digital Link from a path whose percent signs a server has already undone.

    A slash that belonged to a value then looks like a separator. The path is taken as it stands,
    unless only another reading, where what lies between two qualifiers is one value, is known; or
    it makes no sense as it stands, and one does in which no qualifier disappears in a value.
    Raises: Invalid.
    """
    try:
        plain = parse(quote(path, safe="/"), query)
    except Invalid:
        readings = list(_readings(path, query))
        other = _first_known(readings, is_known) or next(
            filter(_hides_no_qualifier, readings), None
        )
        if other is not None:
            return other
        raise
    others = [link for link in _readings(path, query) if link != plain]
    if not others or is_known(plain):
        return plain
    return _first_known(others, is_known) or plain


def _hides_no_qualifier(link: Link) -> bool:
    """Whether what lies between the slashes of a value could not have been meant as a qualifier."""
    values = (link.value, *(value for _name, value in link.qualifiers))
    inner = [part for value in values for part in value.split("/") if "/" in value]
    return all(part and identifiers.find(part) is None for part in inner)


def _first_known(links: Iterable[Link], is_known: Callable[[Link], bool]) -> Link | None:
    return next(filter(is_known, links), None)


def _readings(path: str, query: str) -> Iterator[Link]:
    """Every well-formed way to read a decoded path, the longest values first."""
    parts = path.removesuffix("/").split("/")[1:]
    key = identifiers.find(parts[0])
    if key is None or key.sequences is None or len(parts) > _MOST_PARTS:
        return
    for sequence in key.sequences:
        for pairs in islice(_splits(parts[0], parts[1:], sequence), _MOST_READINGS):
            raw = "".join(f"/{name}/{quote(value, safe='')}" for name, value in pairs)
            try:
                yield parse(raw, query)
            except Invalid:
                continue


def _splits(
    name: str, parts: list[str], sequence: tuple[str, ...]
) -> Iterator[list[tuple[str, str]]]:
    """The ways to cut parts into a value of `name` and the qualifiers that may follow."""
    yield [(name, "/".join(parts))]
    for at in range(len(parts) - 2, 0, -1):
        if parts[at] in sequence:
            left = sequence[sequence.index(parts[at]) + 1 :]
            for rest in _splits(parts[at], parts[at + 1 :], left):
                yield [(name, "/".join(parts[:at])), *rest]


def build(base_url: str, gtin: str, *, lot: str | None = None, serial: str | None = None) -> str:
    """The address printed in a code. Raises: Invalid when a part may not stand in one."""
    qualifiers = tuple((name, part) for name, part in (("10", lot), ("21", serial)) if part)
    link = Link("01", gtin, qualifiers)
    findings = [
        finding
        for name, value in (("01", gtin), *qualifiers)
        for finding in value_findings(name, value)
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
    return value_findings("10", lot)


def value_findings(name: str, value: str) -> list[Finding]:
    """What is wrong with the value of an application identifier."""
    identifier = identifiers.find(name)
    fault = content.find_fault(identifier, value) if identifier else "link.identifier_unknown"
    return [Finding(fault, {"key": name, "value": value[:40]})] if fault else []


def _pairs(raw_path: str) -> list[tuple[str, str]]:
    # One slash too many at the end is how people copy addresses; a resolver bears with it.
    parts = raw_path.removesuffix("/").split("/")[1:]
    if not parts or len(parts) % 2 or not all(map(_is_readable, parts)):
        raise Invalid([Finding("link.malformed")], code="link.invalid")
    if not is_key(parts[0]):
        raise Invalid([Finding("link.key_unknown", {"key": parts[0][:20]})], code="link.invalid")
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    strangers = [name for name, _ in pairs if identifiers.find(name) is None]
    if strangers:
        params = {"key": parts[0], "qualifier": strangers[0][:20]}
        raise Invalid([Finding("link.qualifier_unknown", params)], code="link.invalid")
    return pairs


def _is_readable(part: str) -> bool:
    """Not empty, and with no broken percent sign, which decoding would let pass."""
    if not part or re.search(r"%(?![0-9A-Fa-f]{2})", part):
        return False
    try:
        unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
