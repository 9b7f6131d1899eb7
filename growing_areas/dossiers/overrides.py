"""Overrides: ground that others hold is given again only for a reason that stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit
from accounts.permissions import Actor
from foundation.errors import Refused
from growing_areas import areas, overlap
from growing_areas.dossiers import lifecycle
from growing_areas.models import GrowingArea, PlotVersion
from growing_areas.overlap import Overlap


def held_ground(session: Session, area: GrowingArea, version: PlotVersion) -> list[Overlap]:
    """Areas with a code that an outline of this area lies over, largest share first."""
    found = overlap.find(
        session,
        areas.outline_of(version),
        organisation_id=area.organisation_id,
        plot_id=area.plot_id,
    )
    return [each for each in found if each.holds_ground and each.area_id != area.id]


def refuse_overlaps(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    version: PlotVersion,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Let an outline pass that lies over nobody's, or over others' for a reason, audited.

    Raises: Refused("area.overlaps_refused") whose findings name every neighbour.
    """
    held = held_ground(session, area, version)
    area.overlap_count = len(held)
    if not held:
        return
    if not reason.strip():
        raise Refused("area.overlaps_refused", [each.finding("error") for each in held])
    audit.record(
        session,
        actor,
        "area.overlap_accepted",
        lifecycle.subject_of(area),
        reason.strip(),
        now=now,
        details={"others": [each.label for each in held]},
    )
