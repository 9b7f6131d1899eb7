"""The administrative form: margins and sizes of state papers, as data. PURE.

Source: NĐ 30/2020/NĐ-CP, Phụ lục I (as remembered by practice; rows say ``verified`` no until
somebody has held them against the text).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Measure:
    """One measure of the form: millimetres or points, who says so, since when."""

    key: str
    value: float
    unit: str
    source: str
    valid_from: date
    valid_to: date | None
    verified: bool


@cache
def measures() -> dict[str, Measure]:
    """Every measure by its key."""
    place = resources.files("foundation.documents").joinpath("data/administrative_form.csv")
    return {
        row["key"]: Measure(
            row["key"],
            float(row["value"]),
            row["unit"],
            row["source"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["verified"] == "yes",
        )
        for row in csv.DictReader(place.read_text("utf-8").splitlines())
    }


def measure(key: str) -> float:
    """A measure's value, in its unit."""
    return measures()[key].value
