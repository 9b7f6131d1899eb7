"""The papers labels are printed on: how many stand on a sheet, where, and how large. PURE.

Lengths are millimetres from the top left corner of the page.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from foundation.errors import NotFound

DATA = Path(__file__).parent / "data" / "layouts.csv"
_WORDS = ("code", "kind", "source", "valid_from", "valid_to")
_COUNTS = ("columns", "rows")


@dataclass(frozen=True)
class Layout:
    """One paper. `kind` is `sheet` (cut from A4) or `roll` (one label a page)."""

    code: str
    kind: str
    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    label_width_mm: float
    label_height_mm: float
    left_mm: float
    top_mm: float
    gap_x_mm: float
    gap_y_mm: float
    padding_mm: float
    source: str
    valid_from: str
    valid_to: str

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def corners(self) -> list[tuple[float, float]]:
        """Top left corner of every label, in reading order."""
        return [
            (
                self.left_mm + column * (self.label_width_mm + self.gap_x_mm),
                self.top_mm + row * (self.label_height_mm + self.gap_y_mm),
            )
            for row in range(self.rows)
            for column in range(self.columns)
        ]

    def pages(self, labels: int, start: int = 1) -> int:
        """How many pages a run takes when its first label stands at place `start` (from 1)."""
        return -(-(labels + start - 1) // self.per_page)


@lru_cache(maxsize=1)
def list_layouts() -> tuple[Layout, ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(_read(row) for row in csv.DictReader(file))


def find_layout(code: str) -> Layout | None:
    """One of the papers everybody can buy."""
    return next((layout for layout in list_layouts() if layout.code == code), None)


def get_layout(code: str) -> Layout:
    """Raises: NotFound("label.layout_unknown")."""
    layout = find_layout(code)
    if layout is None:
        raise NotFound("label.layout_unknown", layout=code)
    return layout


def _read(row: dict[str, str]) -> Layout:
    values: dict[str, Any] = {
        name: value if name in _WORDS else int(value) if name in _COUNTS else float(value)
        for name, value in row.items()
    }
    return Layout(**values)
