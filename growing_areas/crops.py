"""Crops and animals that are registered, with their names in three languages. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from foundation.errors import NotFound
from foundation.i18n import name_of
from growing_areas.rules import Validity, rows, validity_of


@dataclass(frozen=True)
class Crop:
    """A crop, fish or animal; ``kind`` decides minimum areas and what a diary must tell."""

    code: str
    name_vi: str
    name_en: str
    scientific_name: str
    kind: str
    hs_code: str | None
    eppo_code: str | None
    is_eudr: bool
    validity: Validity

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_of(self.name_vi, self.name_en)


@cache
def crops() -> dict[str, Crop]:
    """Every crop by its code, in the order of the table."""
    return {
        row["code"]: Crop(
            row["code"],
            row["name_vi"],
            row["name_en"],
            row["scientific_name"],
            row["kind"],
            row["hs_code"] or None,
            row["eppo_code"] or None,
            row["eudr"] == "yes",
            validity_of(row),
        )
        for row in rows("crops")
    }


def find_crop(code: str) -> Crop | None:
    """The crop with this code, or None."""
    return crops().get(code)


def get_crop(code: str) -> Crop:
    """The crop with this code; raises NotFound("crop.not_found")."""
    crop = find_crop(code)
    if crop is None:
        raise NotFound("crop.not_found", crop=code[:40])
    return crop
