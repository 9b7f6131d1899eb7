"""Which names a document may use: its JSON-LD contexts, read without ever fetching one. PURE.

The standard's own context is known by its address in every spelling in use; contexts of the
users' own must come with the document. A context elsewhere would have to be fetched, and what it
says could be another thing tomorrow: it is refused. Source: GS1 EPCIS 2.0, 10.2; JSON-LD 1.1.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Finding

STANDARD = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
_STANDARD = re.compile(
    r"https?://(gs1\.github\.io/EPCIS|ref\.gs1\.org/standards/epcis(/2(\.\d+)*)?)"
    r"/epcis-context(-simple)?\.jsonld"
)
STANDARD_PREFIXES = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "vtype": "urn:epcglobal:epcis:vtype:",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
# Names that are addresses as they stand, not a prefix and a rest.
_SCHEMES = frozenset({"http", "https", "urn", "tag", "ni", "did", "ftp", "mailto", "info", "geo"})
_KEYWORDS = frozenset({"@context", "@id", "@type", "@value", "@language", "@list", "@set"})


@dataclass(frozen=True)
class Names:
    """The prefixes of one event: the standard's and those of its document's own contexts.

    ``own`` are the users' own parts, as they came: they go out again with the event.
    """

    prefixes: Mapping[str, str]
    own: tuple[Any, ...] = ()
    has_standard: bool = False
    terms: frozenset[str] = field(default_factory=frozenset)

    def expand(self, name: str) -> str | None:
        """The address a prefixed name stands for; None when its prefix is not declared."""
        prefix, colon, rest = name.partition(":")
        if not colon or prefix not in self.prefixes or rest.startswith("//"):
            return None
        return self.prefixes[prefix] + rest

    def split(self, name: str) -> tuple[str, str]:
        """(namespace, local name) of a prefixed name or an address; ("", name) of a bare one."""
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self.prefixes and not rest.startswith("//"):
            return self.prefixes[prefix], rest
        if not colon:
            return "", name
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return name[:cut], name[cut:]


EMPTY = Names(STANDARD_PREFIXES)


def is_standard(address: str) -> bool:
    """Whether an address is the standard's own context, in any spelling in use."""
    return _STANDARD.fullmatch(address) is not None


def read(given: Any, base: Names = EMPTY) -> tuple[Names, list[Finding]]:
    """Read a document's or an event's ``@context``; ``base`` are the names around it."""
    findings: list[Finding] = []
    prefixes = dict(base.prefixes)
    own = list(base.own)
    terms = set(base.terms)
    has_standard = base.has_standard
    for part in given if isinstance(given, list) else [given]:
        if isinstance(part, str):
            if is_standard(part):
                has_standard = True
            else:
                findings.append(
                    Finding("epcis.context_remote", {"address": part[:200]}, "@context")
                )
        elif isinstance(part, dict):
            prefixes.update(_prefixes(part))
            terms.update(part)
            if part and part not in own:
                own.append(part)
    return Names(prefixes, tuple(own), has_standard, frozenset(terms)), findings


def _prefixes(part: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, meaning in part.items():
        address = meaning.get("@id") if isinstance(meaning, dict) else meaning
        if isinstance(address, str) and not name.startswith("@"):
            found[name] = address
    return found


def meanings(given: Any, node: Any) -> dict[str, Any]:
    """What an own context says of the names and prefixes in a text, and of no others."""
    used = {word for text in texts(node) for word in (text, text.partition(":")[0])}
    return {
        term: meaning
        for part in (given if isinstance(given, list) else [given])
        if isinstance(part, dict)
        for term, meaning in part.items()
        if term in used or term.startswith("@")
    }


def texts(node: Any) -> Iterator[str]:
    """Every name and every text in what JSON holds."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, dict):
            yield from here
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def undeclared(names: Names, node: Any, path: str = "") -> list[Finding]:
    """Every prefixed name in an event whose prefix nothing declares."""
    findings: list[Finding] = []
    waiting: list[tuple[Any, str]] = [(node, path)]
    while waiting:
        here, place = waiting.pop()
        if isinstance(here, dict):
            findings += _undeclared_names(names, here, place)
            waiting += [
                (value, f"{place}.{name}" if place else name)
                for name, value in here.items()
                if name != "@context" and isinstance(value, (dict, list))
            ]
        elif isinstance(here, list):
            waiting += [
                (value, f"{place}.{index}")
                for index, value in enumerate(here)
                if isinstance(value, (dict, list))
            ]
    return findings


def _undeclared_names(names: Names, node: Iterable[str], place: str) -> list[Finding]:
    return [
        Finding(
            "epcis.prefix_undeclared",
            {"name": name[:200], "prefix": name.partition(":")[0][:80]},
            f"{place}.{name}" if place else name,
        )
        for name in node
        if ":" in name and not _is_declared(names, name)
    ]


def _is_declared(names: Names, name: str) -> bool:
    prefix = name.partition(":")[0]
    return (
        prefix in names.prefixes
        or prefix.lower() in _SCHEMES
        or name in names.terms
        or name in _KEYWORDS
    )
