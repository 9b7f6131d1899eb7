"""What a country demands to be told of each step with goods made for it: data with source. PURE.

The key data elements of FSMA 204 that our records would not hold anyway (product, lot, amount,
day, places of ours stand in every event). Asked only for products declared for that country.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from foundation.errors import Finding
from foundation.i18n import get_language


@dataclass(frozen=True)
class Demand:
    """One thing a country wants to be told of one step; ``field`` is the input's name."""

    market: str
    market_vi: str
    market_en: str
    step: str
    field: str
    element_vi: str
    element_en: str
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    def covers(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def element(self) -> str:
        """What is wanted, in the reader's language."""
        return self.element_vi if get_language() == "vi" else self.element_en

    @property
    def market_name(self) -> str:
        """The country, in the reader's language."""
        return self.market_vi if get_language() == "vi" else self.market_en


def markets(on: date) -> dict[str, str]:
    """The countries whose demands are known, by code, each with its name for the reader."""
    return {row.market: row.market_name for row in table() if row.covers(on)}


HOME = "VN"
"""Goods that stay in the country: nobody abroad asks after them."""


def market_findings(market: str | None, on: date) -> list[Finding]:
    """A country named for goods that is neither home nor one whose demands are known."""
    if market is None or market == HOME or market in markets(on):
        return []
    return [Finding("market.unknown", {"market": market[:8]}, "market")]


def of_step(step: str, declared: Iterable[str], on: date) -> tuple[Demand, ...]:
    """What the declared countries want to be told of a step."""
    wanted = set(declared)
    return tuple(
        row for row in table() if row.step == step and row.market in wanted and row.covers(on)
    )


def missing(
    step: str, declared: Iterable[str], given: Mapping[str, object], on: date, at: str = ""
) -> list[Finding]:
    """What is wanted of a step and was not told; ``at`` stands before the fields' names."""
    return [
        Finding(
            "market.element_missing",
            {"element": row.element, "market": row.market_name, "source": row.source},
            at + row.field,
        )
        for row in of_step(step, declared, on)
        if not given.get(row.field)
    ]


@cache
def table() -> tuple[Demand, ...]:
    """Every row of `data/market_demands.csv`."""
    text = resources.files("traceability").joinpath("data/market_demands.csv").read_text("utf-8")
    return tuple(_demand(row) for row in csv.DictReader(text.splitlines()))


def _demand(row: dict[str, str]) -> Demand:
    return Demand(
        market=row["market"],
        market_vi=row["market_vi"],
        market_en=row["market_en"],
        step=row["step"],
        field=row["field"],
        element_vi=row["element_vi"],
        element_en=row["element_en"],
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        verified=row["verified"] == "yes",
    )
