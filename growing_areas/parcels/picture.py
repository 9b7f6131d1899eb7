"""Picture: the plot and its numbered parcels as one map, for pages without a script. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from growing_areas.parcels.models import Parcel
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Sketch
from growing_areas.shapes.measure import M2_PER_HA, Outline


@dataclass(frozen=True)
class Picture:
    """The map (plot as outline, parcels as neighbours, numbers as marks) and its sums."""

    sketch: Sketch | None
    drawn: int
    listed: int
    parcels_ha: float
    rest_ha: float


def draw(plot: Outline, parcels: Sequence[Parcel], area_m2: float) -> Picture:
    """Draw the plot with the parcels that have an outline, each with its number."""
    shapes = [(parcel, shapely.from_wkb(parcel.geometry)) for parcel in parcels if parcel.geometry]
    points = [(parcel.number, shape.representative_point()) for parcel, shape in shapes]
    sketch = drawing.sketch(
        drawing.rings_of(plot),
        neighbours=[(parcel.label, shape) for parcel, shape in shapes],
        numbered=[(number, point.x, point.y) for number, point in points],
    )
    together = sum(parcel.area_m2 for parcel in parcels)
    return Picture(
        sketch,
        len(shapes),
        len(parcels) - len(shapes),
        together / M2_PER_HA,
        max(0.0, area_m2 - together) / M2_PER_HA,
    )
