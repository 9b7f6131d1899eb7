"""Dossier: the pieces a registration needs before officers look at it.

Source: application form under QĐ 3156/QĐ-BNN-TT (crop, area, owner or representative,
household list, map extract); the map is the outline itself, sound or it would not be stored.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from accounts.models import Membership
from foundation import clock
from foundation.errors import Finding
from growing_areas import areas, checking
from growing_areas.crops import find_crop
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import PlotHousehold


def missing_pieces(session: Session, area: GrowingArea, *, now: datetime) -> list[Finding]:
    """What an area still lacks before it can be handed in (errors only)."""
    found = []
    if not _has_representative(session, area):
        found.append(Finding("dossier.no_representative", {}, "households"))
    crop = find_crop(area.crop_code)
    if crop is None:
        found.append(Finding("crop.not_found", {"crop": area.crop_code}, "crop"))
    else:
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


def _has_representative(session: Session, area: GrowingArea) -> bool:
    """Somebody answers for the area: listed households, a named representative or a manager."""
    if area.organisation.representative or area.organisation.kind == "household":
        return True
    if count_households(session, area.id):
        return True
    manager = exists().where(
        Membership.organisation_id == area.organisation_id,
        Membership.role == "manager",
        Membership.ended_at.is_(None),
    )
    return bool(session.scalar(select(manager)))
