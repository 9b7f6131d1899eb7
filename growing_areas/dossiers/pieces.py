"""Pieces: what a registration holds of what officers ask for, and what it still lacks.

Source: application form under QĐ 3156/QĐ-BNN-TT; which pieces are asked for is data
(data/pieces.csv). The map extract is drawn from the outline, sound or it would not be stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from accounts.models import Membership
from foundation import clock
from foundation.errors import Finding, Severity
from growing_areas import areas, checking
from growing_areas.crops import find_crop
from growing_areas.dossiers import lists, requirements
from growing_areas.dossiers.models import AreaCertificate, AreaPaper, AreaYield
from growing_areas.dossiers.requirements import Requirement
from growing_areas.models import DiaryEntry, GrowingArea, GrowingAreaEvent
from growing_areas.parcels import strays
from growing_areas.parcels.models import PlotHousehold
from growing_areas.yardstick import Yardstick

_MOST_NAMED = 5
State = Literal["there", "missing", "returned"]
PAST_YEARS = 3
"""Yields of so many earlier years count as told."""


@dataclass(frozen=True)
class Piece:
    """One piece of a dossier: whether it is there, and what an officer said of it last."""

    code: str
    severity: Severity
    state: State
    requirement: Requirement
    causes: tuple[str, ...] = ()
    # Of how many households the signed paper is here, of how many listed; for agreements only.
    papers: tuple[int, int] | None = None

    @property
    def is_there(self) -> bool:
        return self.state == "there"


@dataclass(frozen=True)
class Dossier:
    """All pieces of a dossier in the order of the form, and how far it is."""

    pieces: tuple[Piece, ...]

    @property
    def percent(self) -> int:
        """How much of what is asked for is there, of a hundred."""
        if not self.pieces:
            return 100
        return 100 * sum(piece.is_there for piece in self.pieces) // len(self.pieces)

    @property
    def lacking(self) -> tuple[Piece, ...]:
        """What is not there yet or was sent back, what must be there first."""
        open_pieces = [piece for piece in self.pieces if not piece.is_there]
        return tuple(sorted(open_pieces, key=lambda piece: piece.severity != "error"))

    @property
    def wished(self) -> tuple[Piece, ...]:
        """What is open but does not keep the dossier from being handed in, sent back ones first."""
        held = [p for p in self.lacking if p.severity != "error" or p.state != "missing"]
        return tuple(sorted(held, key=lambda piece: piece.state != "returned"))


def read(session: Session, area: GrowingArea, *, now: datetime) -> Dossier:
    """What a dossier holds of what its kind of crop, market and province ask for."""
    return read_many(session, [area], now=now)[area.id]


def read_many(
    session: Session, found: Sequence[GrowingArea], *, now: datetime
) -> dict[int, Dossier]:
    """The dossiers of several areas by their ids, in two statements."""
    today = clock.business_day(now)
    stored = {row.id: row for row in _stored(session, [area.id for area in found], today)}
    drafts = [area.id for area in found if area.status == "draft"]
    told = _returned_causes(session, drafts)
    return {
        area.id: _dossier(area, stored[area.id], told.get(area.id, {}), today) for area in found
    }


def _dossier(area: GrowingArea, stored: Any, told: dict[str, list[str]], today: date) -> Dossier:
    crop = find_crop(area.crop_code)
    asked = requirements.asked_for(
        crop.kind if crop else "", area.market, area.province_code, today
    )
    there = _there(area, stored)
    return Dossier(
        tuple(
            Piece(
                rule.piece,
                rule.severity,
                _state(there[rule.piece], told.get(rule.piece)),
                rule,
                tuple(told.get(rule.piece, ())),
                _papers(rule.piece, stored),
            )
            for rule in asked
        )
    )


def missing_pieces(session: Session, area: GrowingArea, *, now: datetime) -> list[Finding]:
    """What an area still lacks before it can be handed in (errors only)."""
    found = [
        Finding(f"dossier.no_{piece.code}", {}, _FIELDS.get(piece.code, piece.code))
        for piece in read(session, area, now=now).pieces
        if piece.severity == "error" and piece.state == "missing"
    ]
    crop, today = find_crop(area.crop_code), clock.business_day(now)
    if crop is not None:
        found += checking.size_findings(area.version.area_m2, crop, area.market, today)
    outline = areas.outline_of(area.version)
    found += Yardstick(session, today).commune_findings(outline, area.commune_code)
    outside = strays.of_plot(session, area.plot_id, outline)
    if outside:
        labels = ", ".join(stray.label for stray in outside[:_MOST_NAMED])
        params = {"count": len(outside), "labels": labels}
        found.append(Finding("dossier.parcels_outside", params, "parcels"))
    return [finding for finding in found if finding.severity == "error"]


def count_households(session: Session, area_id: int) -> int:
    """How many households are listed for the plot of an area (a number, no names)."""
    statement = (
        select(func.count(PlotHousehold.id))
        .join(GrowingArea, GrowingArea.plot_id == PlotHousehold.plot_id)
        .where(GrowingArea.id == area_id)
    )
    return session.scalar(statement) or 0


_FIELDS = {"representative": "households", "outline": "geometry", "target_market": "market"}


def _state(is_there: bool, causes: list[str] | None) -> State:
    if not is_there:
        return "missing"
    return "returned" if causes else "there"


def _papers(piece: str, stored: Any) -> tuple[int, int] | None:
    """Evidence that households agreed: counted, whether or not it is asked for."""
    counts = piece.startswith("agreement") and stored.listed > 0
    return (stored.papers, stored.listed) if counts else None


def _there(area: GrowingArea, stored: Any) -> dict[str, bool]:
    """Whether each piece is there, by the area and what `_stored` found elsewhere."""
    owner = area.organisation
    alone = owner.kind == "household"
    all_agreed = stored.listed > 0 and stored.agreed == stored.listed
    return {
        "crop": find_crop(area.crop_code) is not None,
        "variety": bool(area.variety),
        "planting_year": area.planting_year is not None,
        "outline": True,
        "map_extract": True,
        "target_market": bool(area.market),
        "representative": bool(owner.representative or alone or stored.listed or stored.manager),
        "households": stored.listed > 0 or alone,
        "agreement": bool(stored.agreement or alone or all_agreed),
        "agreement_papers": stored.papers == stored.listed > 0 or alone,
        "expected_yield": area.expected_yield_kg is not None,
        "past_yields": stored.years >= PAST_YEARS,
        "diary": bool(stored.diary),
        "standard": bool(stored.certified),
    }


def _stored(session: Session, area_ids: Sequence[int], today: date) -> Sequence[Any]:
    """Of each area: is there a manager, an agreement, a valid certificate, a diary; how many
    yields; how many households are listed and have agreed."""
    manager = exists().where(
        Membership.organisation_id == GrowingArea.organisation_id,
        Membership.role == "manager",
        Membership.ended_at.is_(None),
    )
    agreement = exists().where(
        AreaPaper.area_id == GrowingArea.id,
        AreaPaper.piece == "agreement",
        AreaPaper.removed_at.is_(None),
    )
    certified = exists().where(
        AreaCertificate.area_id == GrowingArea.id,
        AreaCertificate.removed_at.is_(None),
        AreaCertificate.valid_from <= today,
        AreaCertificate.valid_to >= today,
    )
    diary = exists().where(DiaryEntry.area_id == GrowingArea.id)
    years = _count(AreaYield.year).where(
        AreaYield.area_id == GrowingArea.id, AreaYield.year >= today.year - 5
    )
    on_plot = PlotHousehold.plot_id == GrowingArea.plot_id
    listed = _count(PlotHousehold.id).where(on_plot)
    agreed = _count(PlotHousehold.agreed_on).where(on_plot)
    papers = _count(PlotHousehold.agreement_hash).where(on_plot)
    statement = select(
        GrowingArea.id,
        manager.label("manager"),
        agreement.label("agreement"),
        certified.label("certified"),
        diary.label("diary"),
        years.scalar_subquery().label("years"),
        listed.scalar_subquery().label("listed"),
        agreed.scalar_subquery().label("agreed"),
        papers.scalar_subquery().label("papers"),
    )
    return session.execute(statement.where(GrowingArea.id.in_(area_ids))).all()


def _count(column: Any) -> Select[int]:
    return select(func.count(column)).correlate(GrowingArea)


def _returned_causes(session: Session, area_ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """What the officer chose when drafts last went back, by area and piece it concerns."""
    if not area_ids:
        return {}
    newest = (
        select(func.max(GrowingAreaEvent.id))
        .where(GrowingAreaEvent.area_id.in_(area_ids))
        .group_by(GrowingAreaEvent.area_id)
    )
    last = session.scalars(select(GrowingAreaEvent).where(GrowingAreaEvent.id.in_(newest)))
    told: dict[int, dict[str, list[str]]] = {}
    for event in last:
        for code in event.causes if event.action == "send_back" else ():
            cause = lists.causes().get(code)
            if cause is not None and cause.piece is not None:
                told.setdefault(event.area_id, {}).setdefault(cause.piece, []).append(code)
    return told
