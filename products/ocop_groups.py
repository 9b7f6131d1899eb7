"""PURE. The six OCOP groups and their kinds, as the programme names them.

Source: data/ocop_groups.csv, each row with its decision and dates.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class OcopGroup:
    """A group ("food") or a kind within it ("food.fresh")."""

    code: str
    parent: str | None
    name_vi: str
    name_en: str
    is_service: bool
    valid_from: date
    valid_to: date | None

    def name(self, language: str = "vi") -> str:
        """The name in the reader's language."""
        return self.name_vi if language == "vi" else self.name_en


@cache
def groups() -> dict[str, OcopGroup]:
    """Every group and kind by its code, in the programme's order."""
    table = resources.files("products").joinpath("data/ocop_groups.csv").read_text("utf-8")
    return {row["code"]: _group(row) for row in csv.DictReader(table.splitlines())}


def _group(row: dict[str, str]) -> OcopGroup:
    return OcopGroup(
        code=row["code"],
        parent=row["parent"] or None,
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        is_service=row["is_service"] == "yes",
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def main_groups() -> list[OcopGroup]:
    """The six groups."""
    return [group for group in groups().values() if group.parent is None]


def kinds_of(code: str) -> list[OcopGroup]:
    """The kinds within a group."""
    return [group for group in groups().values() if group.parent == code]


def main_code(code: str) -> str:
    """The group that a code belongs to: "food.fresh" → "food"."""
    return code.partition(".")[0]
