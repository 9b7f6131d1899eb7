"""Proposals: what an operator says of a packing house, and everything to be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import shapely
from sqlalchemy.orm import Session

from foundation import clock
from foundation.errors import Finding, Invalid
from growing_areas.checking import BOUNDARY_SLACK_M
from growing_areas.crops import find_crop
from growing_areas.packing.rules import standards
from growing_areas.shapes import place
from growing_areas.shapes.positions import Part
from territory import boundaries, picking
from territory.models import Unit


@dataclass(frozen=True)
class Certified:
    """A standard the operator says it is certified to."""

    standard: str
    certificate_number: str
    certifier: str
    valid_until: date | None = None


@dataclass(frozen=True)
class HouseProposal:
    """What an operator says of a packing house; ``commune_code`` may be a name as typed.

    ``lon`` and ``lat``: its gate, WGS 84. ``capacity_kg``: packed in a day.
    """

    name: str
    commune_code: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    crops: Sequence[str] = ()
    products: str = ""
    markets: Sequence[str] = ("VN",)
    capacity_kg: Decimal | None = None
    equipment: str = ""
    standards: Sequence[Certified] = field(default=())


@dataclass(frozen=True)
class Checked:
    """A description fit to be stored: its place, and what was found."""

    commune_code: str
    province_code: str
    findings: tuple[Finding, ...]


def check(session: Session, said: HouseProposal, *, now: datetime) -> Checked:
    """Everything there is to say about a description; raises Invalid if any of it is an error."""
    found = [
        Finding("crop.not_found", {"crop": code[:40]}, "crops")
        for code in said.crops
        if find_crop(code) is None
    ]
    found += [
        Finding("packing.unknown_standard", {"standard": told.standard[:40]}, "standards")
        for told in said.standards
        if told.standard not in standards()
    ]
    commune: Unit | None = None
    try:
        commune = picking.resolve(session, said.commune_code, clock.business_day(now))
    except Invalid as unresolved:
        found += unresolved.findings
    found += _position_findings(session, said, commune)
    if commune is None or any(finding.severity == "error" for finding in found):
        raise Invalid(found, "packing.invalid")
    return Checked(commune.code, commune.province_code, tuple(found))


def _position_findings(
    session: Session, said: HouseProposal, commune: Unit | None
) -> list[Finding]:
    if said.lon is None and said.lat is None:
        return []
    if said.lon is None or said.lat is None:
        return [Finding("packing.half_position", {}, "position")]
    point = Part(np.array([[said.lon, said.lat]]))
    strange = [
        Finding(_POSITION_CODES[found.code], found.params, "position", found.coordinate)
        for found in place.findings([point])
    ]
    if strange or commune is None:
        return strange
    outside = boundaries.outside_by_m(session, commune.code, shapely.Point(said.lon, said.lat))
    if not outside:
        return []
    params, at = {"metres": round(outside)}, (said.lon, said.lat)
    if outside < BOUNDARY_SLACK_M:
        return [Finding("packing.near_commune_edge", params, "position", at, "warning")]
    return [Finding("packing.outside_commune", params, "position", at)]


_POSITION_CODES = {
    "area.axes_swapped": "packing.axes_swapped",
    "area.out_of_range": "packing.out_of_range",
    "area.outside_vietnam": "packing.outside_vietnam",
}
