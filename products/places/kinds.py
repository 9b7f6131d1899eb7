"""Kinds of places one visits in the countryside, in the order they are told. PURE.

Source: data/place_kinds.csv, each row with its source and dates.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from foundation.i18n import get_language


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place with its name in two languages."""

    code: str
    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_vi if get_language() == "vi" else self.name_en


@cache
def kinds() -> dict[str, PlaceKind]:
    """Every kind by its code."""
    text = resources.files("products").joinpath("data/place_kinds.csv").read_text("utf-8")
    return {
        row["code"]: PlaceKind(row["code"], row["name_vi"], row["name_en"])
        for row in csv.DictReader(text.splitlines())
    }
