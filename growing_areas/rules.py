"""Rules of law and practice that change with time: data with source and dates. PURE.

Crops, minimum areas, code templates and what a complete diary holds lie in `data/*.csv`;
a row that nobody has checked against the text of the law says ``verified`` no.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from foundation.errors import Severity

KINDS = ("perennial", "annual", "forest", "aquaculture", "livestock")


@dataclass(frozen=True)
class Validity:
    """When a rule is in force (``valid_to`` is the first day it is not) and who says so."""

    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class MinimumArea:
    """The least area a registration of this kind needs in a market."""

    kind: str
    market: str
    minimum_ha: Decimal
    severity: Severity
    validity: Validity


@dataclass(frozen=True)
class CodeTemplate:
    """How codes of a kind are made (`pattern`) or recognised (`grammar`)."""

    key: str
    kind: str
    market: str
    # What is registered under it (`growing_areas.kinds`); none named: everything.
    area_kinds: tuple[str, ...]
    pattern: str
    grammar: re.Pattern[str]
    validity: Validity

    def serves(self, area_kind: str) -> bool:
        """Whether registrations of a kind bear such codes."""
        return not self.area_kinds or area_kind in self.area_kinds


@dataclass(frozen=True)
class DiaryRule:
    """What a season's diary must tell for a kind of crop to count as complete."""

    kind: str
    required: tuple[str, ...]
    validity: Validity


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the room's data files."""
    text = resources.files("growing_areas").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def validity_of(row: dict[str, str]) -> Validity:
    """The dates and the source of a data row."""
    return Validity(
        row["source"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["verified"] == "yes",
    )


@cache
def minimum_areas() -> tuple[MinimumArea, ...]:
    """Every minimum area, past ones included."""
    severities: dict[str, Severity] = {"error": "error", "warning": "warning"}
    return tuple(
        MinimumArea(
            row["kind"],
            row["market"],
            Decimal(row["minimum_ha"]),
            severities[row["severity"]],
            validity_of(row),
        )
        for row in rows("minimum_areas")
    )


def find_minimum_area(kind: str, market: str, on: date) -> MinimumArea | None:
    """The minimum in force for a kind of crop in a market on that day."""
    return next(
        (
            rule
            for rule in minimum_areas()
            if rule.kind == kind and rule.market == market and rule.validity.covers(on)
        ),
        None,
    )


@cache
def code_templates() -> tuple[CodeTemplate, ...]:
    """Every code template, past ones included."""
    return tuple(
        CodeTemplate(
            row["key"],
            row["kind"],
            row["market"],
            tuple(row["area_kinds"].split()),
            row["pattern"],
            re.compile(row["grammar"]),
            validity_of(row),
        )
        for row in rows("codes")
    )


def code_template(market: str, on: date, area_kind: str = "growing") -> CodeTemplate:
    """The template by which a code is made for a market on that day; our own where none is.

    The domestic pattern is the Law on Crop Production's: ponds, barns and forests do not get it.
    """
    usable = [
        rule
        for rule in code_templates()
        if rule.pattern and rule.validity.covers(on) and rule.serves(area_kind)
    ]
    exact = [rule for rule in usable if rule.market == market]
    return (exact or [rule for rule in usable if rule.market == "*"])[0]


def official_grammar(market: str, on: date, area_kind: str = "growing") -> CodeTemplate | None:
    """How codes issued by an authority for a market look, where that is known."""
    return next(
        (
            rule
            for rule in code_templates()
            if rule.kind != "internal"
            and rule.market == market
            and rule.validity.covers(on)
            and rule.serves(area_kind)
        ),
        None,
    )


@cache
def diary_rules() -> tuple[DiaryRule, ...]:
    """Every rule of what a complete diary holds."""
    return tuple(
        DiaryRule(row["kind"], tuple(row["required"].split()), validity_of(row))
        for row in rows("diary_rules")
    )


def diary_rule(kind: str, on: date) -> DiaryRule:
    """What a complete diary of this kind of crop held on that day."""
    return next(r for r in diary_rules() if r.kind == kind and r.validity.covers(on))
