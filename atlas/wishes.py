"""What a reader of the map wants to see, from the address: checked, every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from atlas.drawing import COUNTRY, Box
from foundation.errors import Finding, Invalid
from growing_areas import kinds
from growing_areas.crops import find_crop
from growing_areas.dossiers import lists
from growing_areas.mapping.listing import ListWish
from growing_areas.mapping.picked import Picked
from growing_areas.mapping.tallies import Wanted
from products import register
from traceability import facts as trace_facts

_LEAST_SPAN = 0.02
_MOST_SPAN = 40.0
TILE_STATUSES = ("approved", "suspended")
"""What a tile shows when nobody says: whatever holds its ground."""


@dataclass(frozen=True)
class Wish:
    """What the reader wants to see; ``box`` is west, south, east, north."""

    wanted: Wanted
    layer: str | None = None
    q: str | None = None
    box: Box | None = None

    def shows(self, layer: str) -> bool:
        """Whether a layer is on: one is chosen, or all are."""
        return self.layer in (None, layer)

    @property
    def province_code(self) -> str | None:
        """The province looked at."""
        return self.wanted.province_code

    @property
    def commune_code(self) -> str | None:
        """The commune looked at."""
        return self.wanted.commune_code

    @property
    def is_search(self) -> bool:
        """Whether a few areas are looked for wherever they are: by words, or of a product."""
        has_place = self.box is not None or self.province_code is not None
        return bool(self.q) or (self.wanted.picked.area_ids is not None and not has_place)

    def listed(self) -> ListWish:
        """The same as the list is asked for."""
        wanted = self.wanted
        return ListWish(
            wanted.statuses,
            wanted.crop_codes,
            wanted.province_code,
            wanted.commune_code,
            self.q,
            self.box,
            wanted.picked,
        )


def wish_of(
    session: Session, query: Mapping[str, Any], provinces: Collection[str], on: date
) -> Wish:
    """Return what the reader wants to see on a day. Raises: Invalid with every unknown code."""
    findings = []
    province = query.get("province")
    if province is not None and province not in provinces:
        findings.append(Finding("map.no_such_province", {"code": province}, "province"))
    wanted = _wanted(session, query, ("approved",), on, findings)
    if findings:
        raise Invalid(findings)
    return Wish(wanted, query.get("layer"), query.get("q"), _framed(query.get("bbox")))


def tile_wish_of(session: Session, query: Mapping[str, Any], on: date) -> Wanted:
    """Which areas a tile shows on a day; raises Invalid, but an unknown unit merely has none."""
    findings: list[Finding] = []
    wanted = _wanted(session, query, TILE_STATUSES, on, findings)
    if findings:
        raise Invalid(findings)
    return wanted


def picked_of(
    session: Session, query: Mapping[str, Any], on: date, findings: list[Finding]
) -> Picked:
    """The areas a standard and a product pick; what is unknown is added to the findings."""
    standard, code = query.get("standard"), query.get("product")
    meant = lists.standards_meant(standard) if standard else ()
    if standard and not meant:
        findings.append(Finding("map.no_such_standard", {"code": standard}, "standard"))
    product = register.find_product(session, code) if code else None
    if code and product is None:
        findings.append(Finding("map.no_such_product", {"code": code}, "product"))
    # Where no standard is asked for the day changes nothing, so that tiles keep their names.
    day = on if meant else None
    return Picked(
        meant, day, trace_facts.areas_of_product(session, product.id) if product else None
    )


def _wanted(
    session: Session,
    query: Mapping[str, Any],
    statuses: tuple[str, ...],
    on: date,
    findings: list[Finding],
) -> Wanted:
    crop, status = query.get("crop"), query.get("status")
    if crop is not None and find_crop(crop) is None:
        findings.append(Finding("map.no_such_crop", {"code": crop}, "crop"))
    return Wanted(
        (status,) if status else statuses,
        _crops(crop, query.get("kind")),
        query.get("province"),
        query.get("commune"),
        picked_of(session, query, on, findings),
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
