"""Strays: parcels that lie beyond their area's outline after it was drawn anew, and their mending.

What blocks and what warns:
- drawing a new outline, for a draft or as an amendment, only warns its drawer;
- a draft is not handed in while a parcel lies outside (`dossiers.pieces`): nothing stands yet, and
  its cooperative can mend it at once;
- an amendment is judged by the ground, not by how a cooperative divides it: the officer reads the
  parcels left outside beside the comparison, and may approve;
- from the approval on the cooperative is told, its pages show what is left outside until it is cut
  to the outline, redrawn or taken off, and a diary line about such a parcel warns;
- a batch cannot name a parcel of which nothing lay inside on the day of harvest: the code does not
  stand for that ground (`beyond_code`, asked by whoever opens batches).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import Finding
from growing_areas import areas
from growing_areas.models import GrowingArea
from growing_areas.parcels import fitting, versions
from growing_areas.parcels.models import Parcel
from growing_areas.shapes.measure import Outline, measure
from growing_areas.shapes.sharing import patches

LEFT_OUTSIDE = "parcel.left_outside"


@dataclass(frozen=True)
class Stray:
    """A parcel beyond the outline: by how many m², of how many, and where (lon, lat)."""

    parcel_id: int
    number: int
    label: str
    outside_m2: int
    area_m2: float
    place: tuple[float, float]
    is_wholly_outside: bool

    @property
    def percent(self) -> int:
        """How much of the parcel lies outside, of a hundred, at least one."""
        return max(1, min(100, round(100 * self.outside_m2 / self.area_m2)))

    def finding(self) -> Finding:
        """The stray as a warning with its place."""
        params = {
            "label": self.label,
            "area_m2": self.outside_m2,
            "percent": self.percent,
            "lon": self.place[0],
            "lat": self.place[1],
        }
        return Finding(LEFT_OUTSIDE, params, "geometry", self.place, "warning")


def beyond(parcels: Iterable[Parcel], outline: Outline) -> list[Stray]:
    """Which drawn parcels lie beyond an outline by more than a drawing error."""
    shapely.prepare(outline)
    found = []
    for parcel in parcels:
        if parcel.geometry is None:
            continue
        shape = shapely.from_wkb(parcel.geometry)
        if outline.covers(shape):
            continue
        pieces = patches(shape.difference(outline))
        if pieces:
            found.append(_stray(parcel, shape, pieces, outline))
    return found


def of_plot(session: Session, plot_id: int, outline: Outline) -> list[Stray]:
    """The parcels of a plot that an outline would leave outside, by number."""
    statement = select(Parcel).where(
        Parcel.plot_id == plot_id, Parcel.removed_at.is_(None), Parcel.geometry.is_not(None)
    )
    return beyond(session.scalars(statement.order_by(Parcel.number)), outline)


def of_area(session: Session, area: GrowingArea) -> list[Stray]:
    """The parcels that lie outside an area as it is drawn now, by number."""
    return of_plot(session, area.plot_id, areas.outline_of(area.version))


def findings(strays: Sequence[Stray]) -> list[Finding]:
    """Strays as warnings, each with its place."""
    return [stray.finding() for stray in strays]


def beyond_code(
    session: Session, outlines: Iterable[Outline], parcel_ids: Iterable[int], day: date
) -> list[str]:
    """The labels of parcels of which nothing lay inside any of these outlines on a day.

    ``outlines`` are the areas' own of that day.
    """
    ground = list(outlines)
    return [
        version.label
        for version in versions.on_day(session, parcel_ids, day).values()
        if version.geometry is not None
        and not any(
            fitting.part_inside(areas.shape_of(version.geometry), outline) for outline in ground
        )
    ]


def _stray(
    parcel: Parcel, shape: Outline, pieces: list[shapely.Polygon], outline: Outline
) -> Stray:
    point = max(pieces, key=lambda piece: piece.area).representative_point()
    return Stray(
        parcel.id,
        parcel.number,
        parcel.label,
        round(sum(measure(piece).area_m2 for piece in pieces)),
        parcel.area_m2,
        (round(point.x, 7), round(point.y, 7)),
        fitting.part_inside(shape, outline) is None,
    )
