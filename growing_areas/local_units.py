"""Local units of land: the sào and the công people reckon in, beside the hectare. PURE.

Which unit a commune uses follows the province it lay in before 1 July 2025; communes of the
Central Highlands, where a sào means three things, have none.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

from foundation.i18n import get_language


@dataclass(frozen=True)
class LandUnit:
    """A unit of land where it is used: communes' codes from `first` to `last`."""

    former_province: str
    first_commune: str
    last_commune: str
    name_vi: str
    name_en: str
    square_metres: int | None
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    @property
    def name(self) -> str:
        """The unit's name in the reader's language."""
        return self.name_vi if get_language() == "vi" else self.name_en


@cache
def land_units() -> tuple[LandUnit, ...]:
    """Every stretch of commune codes with its unit, in the order of codes."""
    return tuple(sorted(_rows(), key=lambda row: row.first_commune))


def find_unit(commune_code: str, on: date) -> LandUnit | None:
    """The unit people of a commune reckon land in; None where there is no one answer."""
    units = land_units()
    place = bisect_right([unit.first_commune for unit in units], commune_code) - 1
    if place < 0:
        return None
    unit = units[place]
    inside = commune_code <= unit.last_commune
    current = unit.valid_from <= on and (unit.valid_to is None or on < unit.valid_to)
    return unit if inside and current and unit.square_metres else None


def amount(area_m2: float, unit: LandUnit) -> Decimal:
    """So many of a unit: to a tenth below a hundred, else whole."""
    many = Decimal(str(area_m2)) / Decimal(unit.square_metres or 1)
    step = Decimal("0.1") if many < 100 else Decimal(1)
    return many.quantize(step, ROUND_HALF_UP)


def former_province(commune_code: str) -> str | None:
    """The province a commune lay in until 30 June 2025, as land maps still name it."""
    return next(
        (
            unit.former_province
            for unit in land_units()
            if unit.first_commune <= commune_code <= unit.last_commune
        ),
        None,
    )


def _rows() -> Iterator[LandUnit]:
    text = resources.files("growing_areas").joinpath("data/area_units.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield LandUnit(
            row["former_province"], row["first_commune"], row["last_commune"],
            row["unit_vi"], row["unit_en"],
            int(row["square_metres"]) if row["square_metres"] else None,
            row["source"], date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["verified"] == "yes",
        )  # fmt: skip
