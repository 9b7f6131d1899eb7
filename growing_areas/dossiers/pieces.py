"""Pieces: what a registration holds of what officers ask for, and what it still lacks.

Source: application form under QĐ 3156/QĐ-BNN-TT; which pieces are asked for is data
(data/pieces.csv). The map extract is drawn from the outline, sound or it would not be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import exists, func, select
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
from growing_areas.parcels import households as plot_households
from growing_areas.parcels.models import PlotHousehold

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


def read(session: Session, area: GrowingArea, *, now: datetime) -> Dossier:
    """What a dossier holds of what its kind of crop, market and province ask for."""
    today = clock.business_day(now)
    crop = find_crop(area.crop_code)
    asked = requirements.asked_for(
        crop.kind if crop else "", area.market, area.province_code, today
    )
    there = _there(session, area, now)
    told = _returned_causes(session, area)
    return Dossier(
        tuple(
            Piece(
                rule.piece,
                rule.severity,
                _state(there[rule.piece], told.get(rule.piece)),
                rule,
                tuple(told.get(rule.piece, ())),
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
    crop = find_crop(area.crop_code)
    if crop is not None:
        today = clock.business_day(now)
        found += checking.size_findings(area.version.area_m2, crop, area.market, today)
    outline = areas.outline_of(area.version)
    found += checking.commune_findings(session, outline, area.commune_code)
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


def _there(session: Session, area: GrowingArea, now: datetime) -> dict[str, bool]:
    """Whether each piece is there; everything stored elsewhere is asked for at once."""
    today = clock.business_day(now)
    households = plot_households.agreements(session, area.plot_id)
    manager, agreement, certified, diary, years = _stored(session, area, today)
    owner = area.organisation
    alone = owner.kind == "household"
    all_agreed = households.listed > 0 and not households.missing
    return {
        "crop": find_crop(area.crop_code) is not None,
        "variety": bool(area.variety),
        "planting_year": area.planting_year is not None,
        "outline": True,
        "map_extract": True,
        "target_market": bool(area.market),
        "representative": bool(owner.representative or alone or households.listed or manager),
        "households": households.listed > 0 or alone,
        "agreement": bool(agreement or alone or all_agreed),
        "expected_yield": area.expected_yield_kg is not None,
        "past_yields": years >= PAST_YEARS,
        "diary": bool(diary),
        "standard": bool(certified),
    }


def _stored(session: Session, area: GrowingArea, today: date) -> Any:
    """Whether there are a manager, an agreement, a valid certificate, a diary; how many yields."""
    manager = exists().where(
        Membership.organisation_id == area.organisation_id,
        Membership.role == "manager",
        Membership.ended_at.is_(None),
    )
    agreement = exists().where(
        AreaPaper.area_id == area.id,
        AreaPaper.piece == "agreement",
        AreaPaper.removed_at.is_(None),
    )
    certified = exists().where(
        AreaCertificate.area_id == area.id,
        AreaCertificate.removed_at.is_(None),
        AreaCertificate.valid_from <= today,
        AreaCertificate.valid_to >= today,
    )
    diary = exists().where(DiaryEntry.area_id == area.id)
    years = select(func.count()).where(
        AreaYield.area_id == area.id, AreaYield.year >= today.year - 5
    )
    there = (select(found).scalar_subquery() for found in (manager, agreement, certified, diary))
    return session.execute(select(*there, years.scalar_subquery())).one()


def _returned_causes(session: Session, area: GrowingArea) -> dict[str, list[str]]:
    """What the officer chose when the dossier last went back, by the piece it concerns."""
    if area.status != "draft":
        return {}
    event = session.scalar(
        select(GrowingAreaEvent)
        .where(GrowingAreaEvent.area_id == area.id)
        .order_by(GrowingAreaEvent.id.desc())
        .limit(1)
    )
    if event is None or event.action != "send_back":
        return {}
    told: dict[str, list[str]] = {}
    for code in event.causes:
        cause = lists.causes().get(code)
        if cause is not None and cause.piece is not None:
            told.setdefault(cause.piece, []).append(code)
    return told
