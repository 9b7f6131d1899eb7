"""Fitting: whether a drawn parcel lies inside its plot and beside its sisters. PURE.

The tolerance is that of neighbouring areas: strips narrower than 2 m and patches of at most
10 m² are drawing errors (`shapes.sharing`), not faults.
"""

from __future__ import annotations

from collections.abc import Iterable

import shapely

from foundation.errors import Finding
from growing_areas.shapes.measure import Outline, measure, wound
from growing_areas.shapes.sharing import patches


def outside_plot(parcel: Outline, plot: Outline) -> Finding | None:
    """The ground of a parcel beyond its plot's outline, in m², and where; None when it fits."""
    beyond = patches(parcel.difference(plot))
    return _finding("parcel.outside_plot", beyond) if beyond else None


def overlapping(parcel: Outline, sisters: Iterable[tuple[str, Outline]]) -> list[Finding]:
    """The sister parcels (by label) this one lies over."""
    shapely.prepare(parcel)
    found = []
    for label, sister in sisters:
        if not parcel.intersects(sister):
            continue
        shared = patches(parcel.intersection(sister))
        if shared:
            found.append(_finding("parcel.overlaps", shared, other=label))
    return found


def part_inside(parcel: Outline, plot: Outline) -> Outline | None:
    """What of a parcel lies inside a plot's outline, slivers left off; None when nothing does."""
    pieces = patches(parcel.intersection(plot))
    return wound(shapely.union_all(pieces)) if pieces else None


def is_mere_cut(new: Outline, old: Outline, plot: Outline) -> bool:
    """Whether a parcel drawn anew only gives up ground beyond its plot, and takes none.

    Then whatever was done on the old parcel was done on all of the new one, and nowhere else in
    the plot.
    """
    return not patches(new.difference(old)) and not patches(old.difference(new).intersection(plot))


def _finding(code: str, pieces: list[shapely.Polygon], **params: object) -> Finding:
    largest = max(pieces, key=lambda piece: piece.area)
    point = largest.representative_point()
    place = (round(point.x, 7), round(point.y, 7))
    square = round(sum(measure(piece).area_m2 for piece in pieces))
    told = {**params, "area_m2": square, "lon": place[0], "lat": place[1]}
    return Finding(code, told, "geometry", place)
