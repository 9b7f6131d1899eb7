"""What a reader of the map wants to see, from the address: checked, every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from atlas.drawing import COUNTRY, Box
from foundation.errors import Finding, Invalid
from growing_areas import kinds
from growing_areas.crops import find_crop
from growing_areas.mapping.listing import ListWish
from growing_areas.mapping.tallies import Wanted

_LEAST_SPAN = 0.02
_MOST_SPAN = 40.0


@dataclass(frozen=True)
class Wish:
    """What the reader wants to see; ``box`` is west, south, east, north."""

    statuses: tuple[str, ...] = ("approved",)
    crop_codes: tuple[str, ...] = ()
    province_code: str | None = None
    commune_code: str | None = None
    layer: str | None = None
    q: str | None = None
    box: Box | None = None

    def shows(self, layer: str) -> bool:
        """Whether a layer is on: one is chosen, or all are."""
        return self.layer in (None, layer)

    @property
    def wanted(self) -> Wanted:
        """The same as the counts are asked for."""
        return Wanted(self.statuses, self.crop_codes, self.province_code, self.commune_code)

    def listed(self) -> ListWish:
        """The same as the list is asked for."""
        return ListWish(
            self.statuses, self.crop_codes, self.province_code, self.commune_code, self.q, self.box
        )


def wish_of(query: Mapping[str, Any], provinces: Collection[str]) -> Wish:
    """Return what the reader wants to see. Raises: Invalid with every unknown code."""
    findings = []
    province, crop = query.get("province"), query.get("crop")
    if province is not None and province not in provinces:
        findings.append(Finding("map.no_such_province", {"code": province}, "province"))
    if crop is not None and find_crop(crop) is None:
        findings.append(Finding("map.no_such_crop", {"code": crop}, "crop"))
    if findings:
        raise Invalid(findings)
    status = query.get("status")
    return Wish(
        (status,) if status else ("approved",),
        _crops(crop, query.get("kind")),
        province,
        query.get("commune"),
        query.get("layer"),
        query.get("q"),
        _framed(query.get("bbox")),
    )


def _crops(crop: str | None, kind: str | None) -> tuple[str, ...]:
    if crop is not None:
        # A crop of another kind: nothing is both.
        return (crop,) if kind is None or kinds.of_crop(crop) == kind else ("none",)
    return kinds.crop_codes(kind) if kind else ()


def _framed(box: Box | None) -> Box | None:
    """A frame neither too small to draw nor larger than the country's surroundings."""
    if box is None:
        return None
    west, south, east, north = box
    lon = min(max((west + east) / 2, COUNTRY[0]), COUNTRY[2])
    lat = min(max((south + north) / 2, COUNTRY[1]), COUNTRY[3])
    span = min(max(east - west, north - south, _LEAST_SPAN), _MOST_SPAN) / 2
    return (
        round(lon - span, 4),
        round(lat - span, 4),
        round(lon + span, 4),
        round(lat + span, 4),
    )
