"""Wishes: what a person decides about a file: which shapes, their names, crops, places. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from foundation.vietnamese import fold
from growing_areas.crops import crops
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports import importing
from growing_areas.imports.importing import ShapeTold
from growing_areas.proposals import Proposal

ASPECTS = ("name", "crop", "commune_code")
"""What may differ from shape to shape."""


@dataclass(frozen=True)
class Wishes:
    """Everything decided about a file.

    ``take`` are the numbers of the shapes to store (None: all), ``columns`` the properties of the
    file that say name, crop or commune of a shape, ``told`` what a person said of one shape.
    """

    organisation: str
    crop: str
    commune_code: str
    name: str = "Vùng"
    market: str = "VN"
    take: tuple[int, ...] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[int, ShapeTold] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()

    @property
    def common(self) -> Proposal:
        """What all shapes have in common."""
        return Proposal(self.name, crop_code(self.crop), self.commune_code, market=self.market)

    def chosen(self, features: Sequence[DrawnFeature]) -> list[DrawnFeature]:
        """The shapes to store, mended as accepted."""
        wanted = [f for f in features if self.take is None or f.number in self.take]
        return importing.repaired(wanted, self.repairs)

    def told_of(self, features: Sequence[DrawnFeature]) -> dict[int, ShapeTold]:
        """What is said of each shape: by a person, else by the file's columns."""
        return {feature.number: self._shape(feature) for feature in features}

    def _shape(self, feature: DrawnFeature) -> ShapeTold:
        own = asdict(self.told.get(feature.number, ShapeTold()))
        read = {
            aspect: _text(feature.properties.get(self.columns.get(aspect, "")))
            for aspect in ASPECTS
        }
        told = {aspect: own[aspect] or read[aspect] for aspect in ASPECTS}
        if told["crop"]:
            told["crop"] = crop_code(told["crop"])
        return ShapeTold(**told)

    def to_json(self) -> dict[str, Any]:
        """As it waits for a worker."""
        return {**asdict(self), "told": {str(n): asdict(t) for n, t in self.told.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Wishes:
        """As it was."""
        take = kept["take"]
        wishes = cls(**{**kept, "repairs": tuple(kept["repairs"])})
        return replace(
            wishes,
            take=None if take is None else tuple(take),
            told={int(n): ShapeTold(**told) for n, told in kept["told"].items()},
        )


def columns_of(features: Sequence[DrawnFeature]) -> list[str]:
    """The properties by which shapes of a file differ or are called, in the file's order."""
    names = {name: None for f in features for name, value in f.properties.items() if _text(value)}
    return list(names)[:40]


def crop_code(typed: str) -> str:
    """The code of a crop given by code or by name in any language; else what was typed."""
    if typed in crops():
        return typed
    wanted = fold(typed)
    named = (
        crop.code
        for crop in crops().values()
        if wanted in (fold(crop.name_vi), fold(crop.name_en), fold(crop.scientific_name))
    )
    return next(named, typed)


def _text(value: object) -> str | None:
    """A property as text; numbers without a needless ".0"."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "".join(sign for sign in str(value) if sign.isprintable()).strip()[:180] or None
