"""Comparing an area with the change under review: fields side by side, outlines on one map."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import shapely
from sqlalchemy.orm import Session

from foundation.errors import Finding
from growing_areas import areas, overlap
from growing_areas.checking import from_json
from growing_areas.dossiers import amendment_rows, overrides
from growing_areas.dossiers.models import Amendment
from growing_areas.models import GrowingArea
from growing_areas.parcels import strays
from growing_areas.parcels.strays import Stray
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Sketch
from growing_areas.shapes.measure import hectares, measure

_FIELDS = ("name", "variety", "planting_year", "expected_yield_kg")


@dataclass(frozen=True)
class Difference:
    """A field that the change alters: what stands, what is proposed."""

    field: str
    old: object
    new: object


@dataclass(frozen=True)
class Comparison:
    """A change beside what stands; ``sketch`` draws the new outline over the old."""

    amendment: Amendment
    differences: tuple[Difference, ...]
    old_m2: float
    new_m2: float
    added_ha: Decimal
    dropped_ha: Decimal
    sketch: Sketch | None
    old_path: str
    overlaps: tuple[Finding, ...]
    strays: tuple[tuple[int, Stray], ...]
    """Parcels the new outline would leave outside, with their numbers on the map."""
    findings: tuple[Finding, ...]


def of_open(session: Session, area: GrowingArea) -> Comparison | None:
    """The change under review beside the area in force; None when there is none."""
    amendment = amendment_rows.find_open(session, area.id)
    if amendment is None:
        return None
    old, new = areas.outline_of(area.version), areas.outline_of(amendment.version)
    held = (
        overrides.held_ground(session, area, amendment.version) if amendment.moves_outline else []
    )
    marks = [each.finding("warning") for each in held]
    left = strays.of_plot(session, area.plot_id, new) if amendment.moves_outline else []
    around = [("", old), *overlap.neighbours(session, area, new)]
    sketch = (
        drawing.sketch(drawing.rings_of(new), [*marks, *strays.findings(left)], around)
        if amendment.moves_outline
        else None
    )
    return Comparison(
        amendment,
        tuple(
            Difference(name, getattr(area, name), getattr(amendment, name))
            for name in _FIELDS
            if getattr(area, name) != getattr(amendment, name)
        ),
        area.version.area_m2,
        amendment.version.area_m2,
        _ground(new.difference(old)),
        _ground(old.difference(new)),
        sketch,
        sketch.neighbours[0].path if sketch else "",
        tuple(marks),
        tuple(enumerate(left, start=len(marks) + 1)),
        tuple(
            found
            for found in map(from_json, amendment.version.findings)
            if found.code != "area.overlaps"
        ),
    )


def _ground(shape: shapely.Geometry) -> Decimal:
    """Hectares of the polygons in a difference of outlines."""
    # Where nothing differs the difference is a polygon without a corner, which has no measure.
    parts = [
        part
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return hectares(sum(measure(polygon).area_m2 for polygon in parts))
