"""Proposals: what a cooperative says about an area, and everything to be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import shapely
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from foundation import clock
from foundation.errors import Finding, Invalid
from growing_areas import checking, geometry, overlap
from growing_areas.crops import Crop, find_crop
from growing_areas.dossiers.models import Amendment
from growing_areas.models import DOMESTIC, PlotVersion
from growing_areas.overlap import Overlap
from growing_areas.parcels import strays
from growing_areas.shapes.measure import Measures, Outline, measure
from growing_areas.yardstick import Yardstick
from territory.models import Unit


@dataclass(frozen=True)
class Household:
    """A household farming part of an area (personal data)."""

    name: str
    phone: str | None = None
    area_ha: Decimal | None = None
    agreed_on: date | None = None
    agreed_how: str | None = None


@dataclass(frozen=True)
class Proposal:
    """What a cooperative says about an area.

    ``commune_code`` may be a name as typed, ``geometry`` is GeoJSON, ``plot`` an earlier outline.
    """

    name: str
    crop: str
    commune_code: str
    geometry: object = None
    plot: int | None = None
    market: str = DOMESTIC
    variety: str | None = None
    planting_year: int | None = None
    expected_yield_kg: Decimal | None = None
    households: Sequence[Household] = field(default=())
    origin: str = "api"


@dataclass(frozen=True)
class Checked:
    """A proposal fit to be stored: crop, place, outline and measures, and what was found."""

    crop: Crop
    commune_code: str
    province_code: str
    outline: Outline
    measures: Measures
    findings: tuple[Finding, ...]

    @property
    def outline_wkb(self) -> bytes:
        return bytes(shapely.to_wkb(self.outline))


def check(
    session: Session,
    organisation_id: int,
    proposal: Proposal,
    *,
    plot_id: int | None,
    now: datetime,
    standing: PlotVersion | None = None,
) -> Checked:
    """Everything there is to say about a proposal; raises Invalid if any of it is an error.

    Without an outline drawn, ``standing`` is judged, or the plot's newest.
    """
    outline, own = _outline(session, proposal, plot_id, standing)
    overlaps: Sequence[Overlap] = ()
    if outline is not None:
        overlaps = overlap.find(session, outline, organisation_id=organisation_id, plot_id=plot_id)
        if plot_id is not None:
            own += strays.findings(strays.of_plot(session, plot_id, outline))
    yardstick = Yardstick(session, clock.business_day(now))
    return judge(yardstick, proposal, outline, own, overlaps)


def judge(
    yardstick: Yardstick,
    proposal: Proposal,
    outline: Outline | None,
    own: Sequence[Finding],
    overlaps: Sequence[Overlap],
) -> Checked:
    """Weigh an outline, what it says of itself and over whom it lies; raises Invalid."""
    found: list[Finding] = []
    crop = find_crop(proposal.crop)
    if crop is None:
        found.append(Finding("crop.not_found", {"crop": proposal.crop[:40]}, "crop"))
    commune: Unit | None = None
    try:
        commune = yardstick.commune(proposal.commune_code)
    except Invalid as unresolved:
        found += unresolved.findings
    found += own
    if outline is not None and commune is not None:
        found += yardstick.commune_findings(outline, commune.code)
    found += checking.overlap_findings(overlaps)
    if _has_errors(found) or crop is None or commune is None or outline is None:
        raise Invalid(found, "area.invalid")
    measures = measure(outline)
    found += checking.size_findings(measures.area_m2, crop, proposal.market, yardstick.on)
    if _has_errors(found):
        raise Invalid(found, "area.invalid")
    return Checked(crop, commune.code, commune.province_code, outline, measures, tuple(found))


def _has_errors(found: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in found)


def latest_version(session: Session, plot_id: int) -> PlotVersion:
    """The newest drawing of a plot; one that an amendment merely proposed does not count."""
    merely_proposed = exists().where(
        Amendment.version_id == PlotVersion.id,
        Amendment.version_id != Amendment.based_on_id,
        Amendment.status != "approved",
    )
    return session.scalars(
        select(PlotVersion)
        .where(PlotVersion.plot_id == plot_id, ~merely_proposed)
        .order_by(PlotVersion.number.desc())
        .limit(1)
    ).one()


def _outline(
    session: Session, proposal: Proposal, plot_id: int | None, standing: PlotVersion | None
) -> tuple[Outline | None, list[Finding]]:
    """The outline as drawn, or the plot's own when none was drawn."""
    if proposal.geometry is None and plot_id is not None:
        version = standing or latest_version(session, plot_id)
        return shapely.from_wkb(version.geometry), []
    reading = geometry.read(proposal.geometry)
    return reading.outline, checking.outline_findings(reading)
