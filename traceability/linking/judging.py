"""The strict verdict on a GS1 Digital Link URI. PURE.

Decides as GS1's own syntax engine does: the key is the rightmost one, what stands before it is
a stem; a value's broken percent sign is taken as it stands; a trailing slash is refused. The
resolver is kinder in places (`traceability.digital_link`). Source: GS1 Digital Link Standard: URI
Syntax 1.6; GS1 Barcode Syntax Dictionary.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote_to_bytes

from foundation.errors import Finding
from traceability.linking import content, identifiers
from traceability.linking.identifiers import Identifier

CANONICAL_HOST = "https://id.gs1.org"
_URI = re.compile(r"(?:https?|HTTPS?)://([A-Za-z0-9.:\[\]\-]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?")
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_MOST_PARAMETERS = 64
_GTIN_LENGTHS = (8, 12, 13)


@dataclass(frozen=True)
class Element:
    """An application identifier and its value, decoded."""

    ai: str
    value: str


@dataclass(frozen=True)
class Judged:
    """What a URI says, and what is wrong with it; without findings it is well-formed.

    ``path`` holds the key and its qualifiers, ``ignored`` the parameters that are not GS1's.
    """

    findings: tuple[Finding, ...]
    stem: str = ""
    path: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.findings

    @property
    def canonical(self) -> str | None:
        """The one form of the address at GS1's own host; None when it is not well-formed."""
        return None if self.findings else canonical(self.path, self.attributes)


def judge(uri: str) -> Judged:
    """Read a whole URI and tell every fault of it."""
    found = _URI.fullmatch(uri)
    if found is None or not _CHARACTERS.fullmatch(uri):
        return Judged((_uri_fault(uri),))
    host, path, query = found.groups()
    read = _pairs_from_key(path)
    if read is None:
        return Judged((Finding("link.no_key"),))
    stem, pairs = read
    judged = judge_parts(pairs, query or "")
    return replace(judged, stem=uri.partition("://")[0] + "://" + host + stem)


def judge_parts(pairs: list[tuple[str, str]], query: str) -> Judged:
    """Judge the pairs of a path, values undecoded, and a query string."""
    findings: list[Finding] = []
    path = tuple(Element(ai, _decoded(value, findings, ai)) for ai, value in pairs)
    attributes, ignored = _attributes(query, findings)
    names = tuple(element.ai for element in path)
    if not identifiers.is_sequence(names):
        findings.append(_sequence_fault(names))
    findings += [fault for each in path for fault in _value_faults(each, "path")]
    findings += [fault for each in attributes for fault in _value_faults(each, "query")]
    findings += _misplaced(names, attributes)
    findings += _pairing_faults((*path, *attributes))
    return Judged(tuple(findings), "", path, attributes, ignored)


def canonical(path: tuple[Element, ...], attributes: tuple[Element, ...] = ()) -> str:
    """The address at GS1's host: fixed-length attributes first, everything else in its order."""
    first = [each for each in attributes if _identifier(each.ai).is_fixed_length]
    last = [each for each in attributes if not _identifier(each.ai).is_fixed_length]
    query = "&".join(f"{each.ai}={query_quoted(each.value)}" for each in (*first, *last))
    return CANONICAL_HOST + path_of(path) + ("?" + query if query else "")


def path_of(path: tuple[Element, ...]) -> str:
    """Key and qualifiers as a path, every value percent-encoded."""
    return "".join(f"/{each.ai}/{quote(each.value, safe='')}" for each in path)


def query_quoted(value: str) -> str:
    """A value as it stands in a query: percent-encoded, spaces as plus signs."""
    return quote(value, safe=" ").replace(" ", "+")


def _uri_fault(uri: str) -> Finding:
    if not _CHARACTERS.fullmatch(uri):
        return Finding("link.character")
    if not re.match("(?:https?|HTTPS?)://", uri):
        return Finding("link.scheme")
    return Finding("link.malformed")


def _pairs_from_key(path: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The stem, and the pairs from the rightmost key on, looked for from the end."""
    parts = path.split("/")
    at = len(parts) - 2
    while at >= 1 and identifiers.find(parts[at]) is not None:
        if identifiers.is_key(parts[at]):
            pairs = list(zip(parts[at::2], parts[at + 1 :: 2], strict=True))
            return "/".join(parts[:at]), pairs
        at -= 2
    return None


def _decoded(text: str, findings: list[Finding], ai: str, *, in_query: bool = False) -> str:
    """Percent-decoding; a plus is a space in a query only."""
    octets = unquote_to_bytes(text.replace("+", " ") if in_query else text)
    if not octets or b"\0" in octets:
        findings.append(Finding("link.value_empty", {"key": ai}))
    # Octets beyond ASCII are outside every character set: how they are shown does not matter.
    return octets.decode("utf-8", "replace")


def _attributes(query: str, findings: list[Finding]) -> tuple[tuple[Element, ...], tuple[str, ...]]:
    found, ignored = [], []
    for parameter in filter(None, query.split("&")):
        name, equals, value = parameter.partition("=")
        if not equals or not (name.isascii() and name.isdigit()):
            ignored.append(parameter)
        elif identifiers.find(name) is None:
            findings.append(Finding("link.identifier_unknown", {"key": name[:20]}))
        else:
            text = _decoded(value, findings, name, in_query=True)
            found.append(Element(name, _padded(name, text)))
    if len(found) + len(ignored) > _MOST_PARAMETERS:
        findings.append(Finding("link.too_many", {"most": _MOST_PARAMETERS}))
    return tuple(found), tuple(ignored)


def _padded(ai: str, value: str) -> str:
    """A shorter GTIN in a query is the same number; in a path it is refused."""
    return value.zfill(14) if ai == "01" and len(value) in _GTIN_LENGTHS else value


def _sequence_fault(names: tuple[str, ...]) -> Finding:
    key = _identifier(names[0])
    sequences = key.sequences or ()
    allowed = {name for sequence in sequences for name in sequence}
    strangers = [name for name in names[1:] if name not in allowed]
    if strangers:
        params = {"key": key.ai, "qualifier": strangers[0][:20]}
        return Finding("link.qualifier_unknown", params)
    return Finding("link.qualifier_order", {"order": "/".join(sequences[0])})


def _misplaced(names: tuple[str, ...], attributes: tuple[Element, ...]) -> list[Finding]:
    """Attributes given twice, that may not be attributes, or that belong in the path."""
    findings = []
    seen = set(names)
    for each in attributes:
        if each.ai in seen:
            findings.append(Finding("link.duplicate", {"key": each.ai}))
        elif _belongs_in_path(names, each.ai):
            findings.append(Finding("link.belongs_in_path", {"key": each.ai}))
        elif not _identifier(each.ai).is_attribute:
            findings.append(Finding("link.not_an_attribute", {"key": each.ai}))
        seen.add(each.ai)
    return findings


def _belongs_in_path(names: tuple[str, ...], ai: str) -> bool:
    return any(
        identifiers.is_sequence((*names[:at], ai, *names[at:])) for at in range(1, len(names) + 1)
    )


def _value_faults(element: Element, place: str) -> list[Finding]:
    fault = content.find_broken(_identifier(element.ai), element.value)
    if fault is None or not element.value:
        return []
    params = {"key": element.ai, "value": element.value[:40]}
    where = {"place": place, "rule": fault.rule, "position": fault.position}
    return [Finding(fault.code, {**params, **where})]


def _pairing_faults(elements: tuple[Element, ...]) -> list[Finding]:
    """Identifiers that may not, or must, stand together."""
    given = [each.ai for each in elements]
    findings = []
    for ai in dict.fromkeys(given):
        identifier = _identifier(ai)
        enemies = [other for other in given if _excludes(identifier, other)]
        if enemies:
            findings.append(Finding("link.excluded", {"key": ai, "other": enemies[0]}))
        if identifier.requires and not any(
            all(_has(given, pattern, ai) for pattern in group) for group in identifier.requires
        ):
            wanted = " | ".join("+".join(group) for group in identifier.requires)
            findings.append(Finding("link.required", {"key": ai, "wanted": wanted}))
    return findings


def _excludes(identifier: Identifier, other: str) -> bool:
    return other != identifier.ai and any(
        _matches(pattern, other) for pattern in identifier.excludes
    )


def _has(given: list[str], pattern: str, but: str) -> bool:
    return any(ai != but and _matches(pattern, ai) for ai in given)


def _matches(pattern: str, ai: str) -> bool:
    """`31nn` stands for every identifier that begins with 31."""
    return ai.startswith(pattern.rstrip("n")) if pattern.endswith("n") else ai == pattern


def _identifier(ai: str) -> Identifier:
    found = identifiers.find(ai)
    if found is None:
        raise KeyError(ai)
    return found
