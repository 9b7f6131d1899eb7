"""Indicator definitions, as data: what is measured, how, and from where. PURE."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from foundation.errors import NotFound

Unit = Literal["percent", "count", "hectare", "dong"]
Source = Literal["computed", "confirmed", "reported"]
Nature = Literal["stock", "flow"]


@dataclass(frozen=True)
class Measure:
    """Which measures make the figure: one value, or a share of a measure or of a roster."""

    value: str
    of: str | None = None
    of_roster: str | None = None

    @property
    def is_ratio(self) -> bool:
        """Whether the figure is a share."""
        return self.of is not None or self.of_roster is not None


@dataclass(frozen=True)
class Indicator:
    """One indicator; `measure` is None where nothing here can compute it."""

    code: str
    name_vi: str
    name_en: str
    unit: Unit
    source: Source
    nature: Nature
    numerator_vi: str
    numerator_en: str
    denominator_vi: str
    denominator_en: str
    reading_vi: str
    reading_en: str
    measure: Measure | None

    def name(self, language: str) -> str:
        """Return the name in a language."""
        return self.name_en if language == "en" else self.name_vi

    def numerator(self, language: str) -> str:
        """Return what is counted, in a language."""
        return self.numerator_en if language == "en" else self.numerator_vi

    def denominator(self, language: str) -> str:
        """Return what it is divided by ("" for nothing), in a language."""
        return self.denominator_en if language == "en" else self.denominator_vi

    def reading(self, language: str) -> str:
        """Return which reading of an ambiguous text was chosen, in a language."""
        return self.reading_en if language == "en" else self.reading_vi


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by code, in the order of the table."""
    text = resources.files("indicators").joinpath("data/indicators.yaml").read_text("utf-8")
    return {row["code"]: _indicator(row) for row in yaml.safe_load(text)}


def get_indicator(code: str) -> Indicator:
    """Return an indicator. Raises: NotFound("indicator.not_found")."""
    found = indicators().get(code)
    if found is None:
        raise NotFound("indicator.not_found")
    return found


def operating() -> list[Indicator]:
    """Return the indicators a commune steers by, for which no plan sets a number."""
    return [indicator for code, indicator in indicators().items() if code.startswith("ops.")]


def _indicator(row: dict[str, Any]) -> Indicator:
    return Indicator(
        code=row["code"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        unit=row["unit"],
        source=row["source"],
        nature=row.get("nature", "stock"),
        numerator_vi=row["numerator_vi"],
        numerator_en=row["numerator_en"],
        denominator_vi=row.get("denominator_vi", ""),
        denominator_en=row.get("denominator_en", ""),
        reading_vi=row.get("reading_vi", ""),
        reading_en=row.get("reading_en", ""),
        measure=_measure(row.get("measure")),
    )


def _measure(row: dict[str, str] | None) -> Measure | None:
    if row is None:
        return None
    return Measure(row.get("value") or row["share"], row.get("of"), row.get("of_roster"))
