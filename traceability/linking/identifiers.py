"""GS1 application identifiers: formats, pairings and their places in a web address. PURE.

Source: data/application_identifiers.csv (GS1 Barcode Syntax Dictionary). In `format`, a part in
brackets may be missing, `:` puts content checks behind a part; in `qualifiers`, `|` parts
alternatives and `-` marks a key that takes none; in `requires`, `+` joins what must come together.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?((?::\w+)*)")


@dataclass(frozen=True)
class Part:
    """One part of a value: its character set (N, X, Y, Z), lengths and content checks."""

    charset: str
    shortest: int
    longest: int
    is_optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Identifier:
    """One application identifier.

    ``sequences`` are the qualifiers, in order, that may follow it as a key (None: it is no key);
    ``requires`` holds alternatives, each a group of identifiers or patterns (``31nn``).
    """

    ai: str
    title: str
    parts: tuple[Part, ...]
    is_fixed_length: bool
    is_attribute: bool
    sequences: tuple[tuple[str, ...], ...] | None
    requires: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.parts if not part.is_optional)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.parts)


def find(ai: str) -> Identifier | None:
    """The application identifier of two to four digits, or None."""
    return _table().get(ai)


def is_key(ai: str) -> bool:
    """Whether a web address of a thing may begin with it."""
    found = find(ai)
    return found is not None and found.sequences is not None


def primary_keys() -> tuple[str, ...]:
    """Every primary key."""
    return tuple(ai for ai, found in _table().items() if found.sequences is not None)


def is_sequence(names: tuple[str, ...]) -> bool:
    """Whether a key and its qualifiers may stand in this order in a path."""
    key = find(names[0])
    if key is None or key.sequences is None:
        return False
    return any(
        tuple(name for name in allowed if name in names[1:]) == names[1:]
        for allowed in key.sequences
    )


@cache
def listed_codes(name: str) -> frozenset[str]:
    """Codes of a public list (countries, currencies); withdrawn ones stay: goods outlive them."""
    table = resources.files("traceability.linking").joinpath("data/listed_codes.csv")
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    return frozenset(row["code"] for row in rows if row["list"] == name)


@cache
def _table() -> dict[str, Identifier]:
    table = resources.files("traceability.linking").joinpath("data/application_identifiers.csv")
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    return {ai: _identifier(ai, row) for row in rows for ai in _range(row["ai"])}


def _range(written: str) -> list[str]:
    first, _, last = written.partition("-")
    return [f"{n:0{len(first)}d}" for n in range(int(first), int(last or first) + 1)]


def _identifier(ai: str, row: dict[str, str]) -> Identifier:
    sequences = [
        tuple(alternative.split()) if alternative != "-" else ()
        for alternative in row["qualifiers"].split("|")
    ]
    return Identifier(
        ai=ai,
        title=row["title"],
        parts=tuple(_part(part) for part in row["format"].split()),
        is_fixed_length=row["fixed_length"] == "yes",
        is_attribute=row["attribute"] == "yes",
        sequences=tuple(sequences) if row["qualifiers"] else None,
        requires=tuple(tuple(group.split("+")) for group in row["requires"].split()),
        excludes=tuple(row["excludes"].split()),
    )


def _part(written: str) -> Part:
    found = _PART.fullmatch(written)
    if found is None:
        raise ValueError(written)
    bracket, charset, varies, length, checks = found.groups()
    longest = int(length)
    shortest = 1 if varies else longest
    return Part(charset, shortest, longest, bool(bracket), tuple(checks.split(":")[1:]))
