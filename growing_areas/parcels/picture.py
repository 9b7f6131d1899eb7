"""Picture: the plot and its numbered parcels as one map, for pages without a script. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from foundation.errors import Finding
from growing_areas.parcels.models import Parcel
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Gathering, Shape, Sketch
from growing_areas.shapes.measure import M2_PER_HA, Outline
from growing_areas.shapes.positions import Ring


@dataclass(frozen=True)
class Picture:
    """The map (plot as outline, parcels as neighbours, numbers as marks) and its sums."""

    sketch: Sketch | None
    drawn: int
    listed: int
    parcels_ha: float
    rest_ha: float


_NEAR_DEGREES = 0.2


def tried(
    plot: Outline, sisters: Sequence[Parcel], rings: Sequence[Ring], findings: Sequence[Finding]
) -> Sketch | None:
    """A parcel that is being tried, in its plot and among its sisters, with places of faults."""
    around = [("", plot)]
    around += [(each.label, shapely.from_wkb(each.geometry)) for each in sisters if each.geometry]
    middle = plot.centroid
    is_near = all(
        abs(float(lon) - middle.x) < _NEAR_DEGREES and abs(float(lat) - middle.y) < _NEAR_DEGREES
        for ring in rings
        for lon, lat in ring
    )
    # Numbers gone astray are shown where they lie: beside them the plot would be a dot.
    framed = drawing.rings_of(plot) if is_near else []
    return drawing.sketch(rings, findings, around if is_near else (), framed=framed)


def many(
    plot: Outline,
    present: Sequence[Parcel],
    tried: Sequence[tuple[int, str, bool, Sequence[Ring]]],
) -> Gathering | None:
    """Shapes of a file (number, label, whether sound, rings) in the plot, above its parcels."""
    ground = [Shape(0, "", "commune", drawing.rings_of(plot))]
    ground += [
        Shape(0, each.label, "commune", drawing.rings_of(shapely.from_wkb(each.geometry)))
        for each in present
        if each.geometry
    ]
    shapes = [
        Shape(number, label, "area area-wait" if is_sound else "area area-bad", rings)
        for number, label, is_sound, rings in tried
    ]
    return drawing.gather([*ground, *shapes])


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
