"""Rules of packing houses: code patterns, checklist points, standards; data with source. PURE."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from foundation.i18n import get_language
from growing_areas.rules import Validity, validity_of


@dataclass(frozen=True)
class HouseCode:
    """How codes of a kind are made (`pattern`) or recognised (`grammar`).

    ``unpunctuated`` recognises what sources print with a hyphen missing.
    """

    key: str
    kind: str
    pattern: str
    grammar: re.Pattern[str]
    unpunctuated: re.Pattern[str] | None
    validity: Validity


@dataclass(frozen=True)
class Point:
    """A point an inspector looks at; a house cannot pass while an essential one is not met."""

    key: str
    is_essential: bool
    name_vi: str
    name_en: str
    validity: Validity

    @property
    def name(self) -> str:
        """What is looked at, in the reader's language."""
        return self.name_vi if get_language() == "vi" else self.name_en


@dataclass(frozen=True)
class Standard:
    """A standard a house may be certified to."""

    code: str
    name_vi: str
    name_en: str
    validity: Validity

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_vi if get_language() == "vi" else self.name_en


def _rows(name: str) -> list[dict[str, str]]:
    place = resources.files("growing_areas.packing").joinpath(f"data/{name}.csv")
    return list(csv.DictReader(place.read_text("utf-8").splitlines()))


@cache
def house_codes() -> tuple[HouseCode, ...]:
    """Every way a code is made or recognised, past ones included."""
    return tuple(
        HouseCode(
            row["key"],
            row["kind"],
            row["pattern"],
            re.compile(row["grammar"]),
            re.compile(row["unpunctuated"]) if row["unpunctuated"] else None,
            validity_of(row),
        )
        for row in _rows("codes")
    )


def own_template(on: date) -> HouseCode:
    """How our own codes are made on that day."""
    return next(c for c in house_codes() if c.kind == "internal" and c.validity.covers(on))


def official_grammar(on: date) -> HouseCode | None:
    """How codes issued by an authority look on that day, where that is known."""
    return next((c for c in house_codes() if c.kind == "official" and c.validity.covers(on)), None)


def normal_form(printed: str, on: date) -> str | None:
    """The code a source meant that left a hyphen out ("VNDTPH-0001"); None when it meant none."""
    grammar = official_grammar(on)
    if grammar is None or grammar.unpunctuated is None:
        return None
    found = grammar.unpunctuated.fullmatch(printed)
    return f"VN-{found[1]}PH-{found[2]}" if found else None


@cache
def _points() -> tuple[Point, ...]:
    return tuple(
        Point(
            row["key"], row["essential"] == "yes", row["name_vi"], row["name_en"], validity_of(row)
        )
        for row in _rows("checklist")
    )


def every_point() -> tuple[Point, ...]:
    """Every point of every checklist, past ones included."""
    return _points()


def checklist(on: date) -> tuple[Point, ...]:
    """The points to look at on that day, in order."""
    return tuple(point for point in _points() if point.validity.covers(on))


@cache
def standards() -> dict[str, Standard]:
    """The standards by code."""
    return {
        row["code"]: Standard(row["code"], row["name_vi"], row["name_en"], validity_of(row))
        for row in _rows("standards")
    }
