"""Standards, food groups, what laboratories measure and how much is allowed: dated data. PURE.

`data/*.csv` of this room; every row says who says so and whether anybody has checked it against
the text. Limits are written from memory of the named rules: ``verified`` no.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from foundation.i18n import name_of
from foundation.vietnamese import fold
from growing_areas.rules import Validity, validity_of

SUBJECTS = ("product", "batch")


@dataclass(frozen=True)
class Standard:
    """What goods may be certified by; ``subjects``: whether a product, a batch, or either."""

    code: str
    name: str
    subjects: tuple[str, ...]
    validity: Validity


@dataclass(frozen=True)
class Named:
    """A food group, or something a laboratory measures (``unit`` it is usually told in)."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    validity: Validity

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self.name_vi, self.name_en)


@dataclass(frozen=True)
class Panel:
    """What is usually measured together of food of a group; each one has a limit there."""

    code: str
    name_vi: str
    name_en: str
    group: str
    parameters: tuple[str, ...]
    validity: Validity

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self.name_vi, self.name_en)


@dataclass(frozen=True)
class Limit:
    """The most of something that food of a group may hold; 0: nothing may be found."""

    parameter: str
    groups: tuple[str, ...]
    most: Decimal
    unit: str
    validity: Validity


@cache
def standards() -> dict[str, Standard]:
    """Every standard by its code, in the order of the table."""
    return {
        row["code"]: Standard(
            row["code"], row["name"], tuple(row["subjects"].split()), validity_of(row)
        )
        for row in _rows("standards")
    }


def standards_of(subject: str, on: date) -> list[Standard]:
    """The standards a product or a batch may be certified by on a day."""
    return [s for s in standards().values() if subject in s.subjects and s.validity.covers(on)]


@cache
def food_groups() -> dict[str, Named]:
    """The groups limits are told for."""
    return {row["code"]: _named(row) for row in _rows("food_groups")}


@cache
def parameters() -> dict[str, Named]:
    """What laboratories measure, by code."""
    return {row["code"]: _named(row) for row in _rows("parameters")}


def code_of(typed: str) -> str:
    """The code of what was measured, by code or name with or without marks; else the words."""
    return _codes().get(fold(typed), typed)


@cache
def _codes() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, known in parameters().items():
        for name in (code, known.name_vi, known.name_en):
            names.setdefault(fold(name), code)
    return names


@cache
def panels() -> dict[str, Panel]:
    """What is usually measured together, by code."""
    return {
        row["code"]: Panel(
            row["code"],
            row["name_vi"],
            row["name_en"],
            row["group"],
            tuple(row["parameters"].split()),
            validity_of(row),
        )
        for row in _rows("panels")
    }


@cache
def limits() -> tuple[Limit, ...]:
    """Every limit, in the order of the table."""
    return tuple(
        Limit(
            row["parameter"],
            tuple(row["groups"].split()),
            Decimal(row["most"]),
            row["unit"],
            validity_of(row),
        )
        for row in _rows("limits")
    )


def limit_of(parameter: str, group: str, on: date) -> Limit | None:
    """The limit in force on a day for food of a group; None where the table knows none."""
    return next(
        (
            limit
            for limit in limits()
            if limit.parameter == parameter and group in limit.groups and limit.validity.covers(on)
        ),
        None,
    )


def _named(row: dict[str, str]) -> Named:
    return Named(row["code"], row["name_vi"], row["name_en"], row.get("unit", ""), validity_of(row))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("traceability").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
