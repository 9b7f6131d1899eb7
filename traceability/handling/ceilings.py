"""How much a hectare can well give in a year, crop by crop: data with source. PURE.

Generous on purpose: what lies above is not wrong for that, but worth an officer's look.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

ANY = "*"


@dataclass(frozen=True)
class Ceiling:
    """The most of a crop (``*``: of any of its kind) in tonnes a hectare and year."""

    crop: str
    kind: str
    most_t_per_ha: Decimal
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool

    @property
    def most_kg_per_ha(self) -> Decimal:
        """The same in kilograms."""
        return self.most_t_per_ha * 1000

    def covers(self, on: date) -> bool:
        """Whether it holds on a day; harvests before the first row are judged by it too."""
        return self.valid_to is None or on < self.valid_to


def of_crop(crop: str, kind: str, on: date) -> Ceiling | None:
    """The ceiling of a crop, else of its kind; None where ground says nothing (livestock)."""
    rows = [row for row in table() if row.kind == kind and row.covers(on)]
    own = [row for row in rows if row.crop == crop]
    return next(iter(own or [row for row in rows if row.crop == ANY]), None)


@cache
def table() -> tuple[Ceiling, ...]:
    """Every row of `data/yield_ceilings.csv`."""
    text = resources.files("traceability").joinpath("data/yield_ceilings.csv").read_text("utf-8")
    return tuple(
        Ceiling(
            crop=row["crop"],
            kind=row["kind"],
            most_t_per_ha=Decimal(row["most_t_per_ha"]),
            source=row["source"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            verified=row["verified"] == "yes",
        )
        for row in csv.DictReader(text.splitlines())
    )
