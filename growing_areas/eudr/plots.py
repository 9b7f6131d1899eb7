"""Plots: what an organisation's areas give for the EU's file, area by area, with every reason.

Nothing is mended, merged or split in silence: an area goes in as it was drawn and checked, or
it is refused with all reasons, or its owner leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shapely

from foundation.errors import Finding
from growing_areas import areas
from growing_areas.eudr import checking
from growing_areas.eudr.checking import Fault
from growing_areas.eudr.document import PlotFeature
from growing_areas.eudr.rules import Commodity, Rules
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel
from growing_areas.shapes.measure import Outline, hectares, polygons_of, wound

COUNTRY = "VN"
_COVERED = 0.99

State = Literal["in", "refused", "left_out", "not_in_force"]


@dataclass(frozen=True)
class Entry:
    """What becomes of one area: its features, or why it does not go in.

    ``faults`` are what the EU would refuse; ``notes`` what its owner should know.
    """

    area: GrowingArea
    commodity: Commodity
    state: State
    features: tuple[PlotFeature, ...] = ()
    faults: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def is_point(self) -> bool:
        return any(feature.geometry["type"] == "Point" for feature in self.features)


@dataclass(frozen=True)
class Ground:
    """A piece of an area that becomes a feature: whose it is and its outline."""

    producer: str
    outline: Outline
    area_m2: float


def entry_of(
    area: GrowingArea,
    commodity: Commodity,
    grounds: Sequence[Ground],
    place: str,
    rules: Rules,
    *,
    points: bool,
) -> Entry:
    """An area in force as the file would hold it."""
    features, faults = [], []
    for ground in grounds:
        feature = _feature(area, commodity, ground, place, rules, points=points)
        features.append(feature)
        faults += _findings(area, checking.faults(feature.geometry, rules))
        if not feature.producer.strip():
            faults.append(Finding("eudr.no_producer", {"area": area.code}))
    notes = [*_since_cutoff(area, rules), *_uncovered(area, grounds)]
    state: State = "refused" if faults else "in"
    return Entry(area, commodity, state, tuple(features), tuple(faults), tuple(notes))


def aside(area: GrowingArea, commodity: Commodity, state: State) -> Entry:
    """An area that is not asked to go in: not in force, or left out by its owner."""
    return Entry(area, commodity, state)


def own_ground(area: GrowingArea, producer: str) -> list[Ground]:
    """The whole area as the organisation's."""
    return [Ground(producer, areas.outline_of(area.version), area.version.area_m2)]


def household_grounds(parcels: Iterable[Parcel]) -> list[Ground]:
    """The drawn parcels, each its household's; nameless where nobody agreed to be named."""
    return [
        Ground(
            parcel.household.name if parcel.household and parcel.household.agreed_on else "",
            shapely.from_wkb(parcel.geometry),
            parcel.area_m2,
        )
        for parcel in parcels
        if parcel.geometry is not None
    ]


def shared_ground(entries: Sequence[Entry]) -> dict[int, Finding]:
    """Areas that bring the same plot into one file twice (another crop or market), by area id."""
    first: dict[int, GrowingArea] = {}
    found = {}
    for entry in entries:
        if entry.state not in ("in", "refused"):
            continue
        other = first.setdefault(entry.area.plot_id, entry.area)
        if other is not entry.area:
            params = {"area": entry.area.code, "other": other.code}
            found[entry.area.id] = Finding("eudr.same_ground", params)
    return found


def _feature(
    area: GrowingArea,
    commodity: Commodity,
    ground: Ground,
    place: str,
    rules: Rules,
    *,
    points: bool,
) -> PlotFeature:
    size = hectares(ground.area_m2)
    geometry: Any = None
    if points and rules.takes_point(commodity.code, size) and len(polygons_of(ground.outline)) == 1:
        geometry = _middle(ground.outline, rules.decimals)
    drawn = geometry or shapely.geometry.mapping(wound(ground.outline))
    told = f"{area.code} {area.name}, {place}".rstrip(", ")
    return PlotFeature(ground.producer, COUNTRY, told, size, drawn)


def _middle(outline: Outline, decimals: int) -> dict[str, Any] | None:
    """The centre if it lies inside, else another point inside; None where rounding leaves it."""
    for point in (outline.centroid, outline.representative_point()):
        lon, lat = checking.rounded((point.x, point.y), decimals)
        if outline.contains(shapely.Point(lon, lat)):
            return {"type": "Point", "coordinates": (lon, lat)}
    return None


def _findings(area: GrowingArea, faults: Iterable[Fault]) -> list[Finding]:
    return [
        Finding(
            fault.code,
            {"area": area.code, "lon": round(fault.place[0], 6), "lat": round(fault.place[1], 6)},
            coordinate=fault.place,
        )
        for fault in faults
    ]


def _since_cutoff(area: GrowingArea, rules: Rules) -> list[Finding]:
    """Planted after the cut-off: the buyer will ask what stood there before."""
    if area.planting_year is None or area.planting_year <= rules.cutoff.year:
        return []
    params = {"year": area.planting_year, "cutoff": rules.cutoff.strftime("%d/%m/%Y")}
    return [Finding("eudr.planted_after_cutoff", params, severity="warning")]


def _uncovered(area: GrowingArea, grounds: Sequence[Ground]) -> list[Finding]:
    """How much of the area stays outside the file because no household's parcel holds it."""
    inside = sum(ground.area_m2 for ground in grounds)
    whole = area.version.area_m2
    if not grounds or inside >= whole * _COVERED:
        return []
    params = {"left_ha": hectares(whole - inside), "whole_ha": hectares(whole)}
    return [Finding("eudr.ground_left", params, severity="warning")]
