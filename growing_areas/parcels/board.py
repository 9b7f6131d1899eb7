"""Board: a plot with its parcels laid out, on which further ones are tried before they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from accounts.permissions import Actor
from foundation.errors import Finding
from foundation.vietnamese import fold
from growing_areas import areas, checking, geometry, proposals
from growing_areas.models import GrowingArea
from growing_areas.parcels import fitting
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.shapes.measure import M2_PER_HA, Outline, measure

MOST = 1_000
"""Parcels of one plot; more are several plots."""
_FULL = 1.02
"""Listed sizes come from land papers: together they may exceed a drawn outline by so much."""


@dataclass(frozen=True)
class ParcelTold:
    """What is said about a parcel: GeoJSON, or a size in hectares from the land paper."""

    label: str = ""
    geometry: object = None
    area_ha: Decimal | None = None
    household: int | None = None
    origin: str = "api"


def of_plot(session: Session, plot_id: int) -> list[Parcel]:
    """The parcels that are there, by number; unasked who wants them."""
    statement = (
        select(Parcel)
        .where(Parcel.plot_id == plot_id, Parcel.removed_at.is_(None))
        .options(joinedload(Parcel.household))
        .order_by(Parcel.number)
    )
    return list(session.scalars(statement))


def metres(area_ha: Decimal) -> float:
    """Hectares as square metres."""
    return float(area_ha * M2_PER_HA)


class Board:
    """A plot with its parcels laid out, on which further ones are tried before they are stored."""

    def __init__(
        self, area: GrowingArea, plot: Outline, plot_m2: float, present: Iterable[Parcel],
        households: Iterable[int], newest: int,
    ) -> None:  # fmt: skip
        self._area, self._plot, self._plot_m2 = area, plot, plot_m2
        self._outlines = [
            (parcel.label, shapely.from_wkb(parcel.geometry))
            for parcel in present
            if parcel.geometry
        ]
        self._labels = {fold(parcel.label) for parcel in present}
        self._numbers = {parcel.number for parcel in present}
        self._m2 = sum(parcel.area_m2 for parcel in present)
        self._households = set(households)
        self._next = newest + 1
        self._drawn: dict[int, Outline] = {}

    @classmethod
    def of(cls, session: Session, area: GrowingArea, *, without: int | None = None) -> Board:
        """The plot of an area as it is drawn now, one parcel left out when it is tried anew."""
        version = proposals.latest_version(session, area.plot_id)
        present = [parcel for parcel in of_plot(session, area.plot_id) if parcel.id != without]
        newest = session.scalar(
            select(func.max(Parcel.number)).where(Parcel.plot_id == area.plot_id)
        )
        households = session.scalars(
            select(PlotHousehold.id).where(PlotHousehold.plot_id == area.plot_id)
        )
        outline = areas.outline_of(version)
        return cls(area, outline, version.area_m2, present, households, newest or 0)

    def weigh(self, told: ParcelTold, kept: Parcel | None = None) -> list[Finding]:
        """Everything there is to say about a parcel; nothing is stored."""
        found: list[Finding] = []
        if told.household is not None and told.household not in self._households:
            found.append(Finding("household.not_found", {}, "household"))
        if told.label and fold(told.label) in self._labels:
            found.append(Finding("parcel.label_taken", {"label": told.label}, "label"))
        if len(self._numbers) >= MOST:
            found.append(Finding("parcel.too_many", {"most": MOST}, "label"))
        if told.geometry is not None:
            found += self._outline_findings(told)
        elif told.area_ha is None and kept is None:
            found.append(Finding("parcel.needs_size", {}, "area_ha"))
        size = metres(told.area_ha) if told.area_ha is not None else 0.0
        if told.geometry is None and self._m2 + size > self._plot_m2 * _FULL:
            params = {"plot_ha": round(self._plot_m2 / M2_PER_HA, 2)}
            found.append(Finding("parcel.more_than_plot", params, "area_ha", severity="warning"))
        return found

    def ground_of(self, told: ParcelTold) -> tuple[bytes | None, float, str]:
        """The outline, the size in m² and the origin of a weighed parcel."""
        outline = self._drawn.get(id(told))
        if outline is None:
            return None, metres(told.area_ha or Decimal(0)), "listed"
        origin = told.origin if told.origin != "listed" else "api"
        return bytes(shapely.to_wkb(outline)), measure(outline).area_m2, origin

    def change_of(self, parcel: Parcel, told: ParcelTold) -> str | None:
        """What a weighed parcel would be to the one that stands: redrawn, cut, renamed or None."""
        if told.geometry is not None:
            outline = self._drawn.get(id(told))
            if outline is None or parcel.geometry is None:
                return "redrawn"
            old = shapely.from_wkb(parcel.geometry)
            if not outline.equals(old):
                return "cut" if fitting.is_mere_cut(outline, old, self._plot) else "redrawn"
        elif told.area_ha is not None and metres(told.area_ha) != parcel.area_m2:
            return "redrawn"
        return "renamed" if told.label and told.label != parcel.label else None

    def put(self, told: ParcelTold, actor: Actor, now: datetime) -> Parcel:
        """A weighed parcel laid down: the next ones are tried against it too."""
        shape, size, origin = self.ground_of(told)
        number, self._next = self._next, self._next + 1
        parcel = Parcel(
            plot_id=self._area.plot_id,
            number=number,
            label=told.label or self._free_label(number),
            household_id=told.household,
            geometry=shape,
            area_m2=size,
            origin=origin,
            created_at=now,
            created_by_id=actor.person_id,
        )
        self._lay(parcel)
        return parcel

    def take_back(self, parcel: Parcel) -> list[Finding]:
        """Lay a removed parcel down again, or say what is in its way."""
        found: list[Finding] = []
        if parcel.geometry is not None:
            found += fitting.overlapping(shapely.from_wkb(parcel.geometry), self._outlines)
        if fold(parcel.label) in self._labels:
            found.append(Finding("parcel.label_taken", {"label": parcel.label}, "label"))
        if found:
            return found
        if parcel.number in self._numbers:
            parcel.number, self._next = self._next, self._next + 1
        parcel.removed_at = parcel.removed_by_id = None
        self._lay(parcel)
        return []

    def _lay(self, parcel: Parcel) -> None:
        if parcel.geometry is not None:
            self._outlines.append((parcel.label, shapely.from_wkb(parcel.geometry)))
        self._labels.add(fold(parcel.label))
        self._numbers.add(parcel.number)
        self._m2 += parcel.area_m2

    def _free_label(self, number: int) -> str:
        label = f"Thửa {number}"
        return label if fold(label) not in self._labels else f"Thửa {number}-{self._area.plot_id}"

    def _outline_findings(self, told: ParcelTold) -> list[Finding]:
        reading = geometry.read(told.geometry)
        found = checking.outline_findings(reading)
        if reading.outline is None:
            return found
        self._drawn[id(told)] = reading.outline
        outside = fitting.outside_plot(reading.outline, self._plot)
        if outside is not None:
            found.append(outside)
        return found + fitting.overlapping(reading.outline, self._outlines)
