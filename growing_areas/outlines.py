"""Outlines: the drawings of a plot, each kept for good; a new one is a new version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from growing_areas import checking
from growing_areas.models import PlotVersion
from growing_areas.parcels.strays import LEFT_OUTSIDE
from growing_areas.proposals import Checked
from territory.boundaries import box_text


def store(
    session: Session, actor: Actor, plot_id: int, checked: Checked, origin: str, *, now: datetime
) -> PlotVersion:
    """Keep a checked outline as the next version of its plot."""
    newest = session.scalar(
        select(func.max(PlotVersion.number)).where(PlotVersion.plot_id == plot_id)
    )
    version = drawn(actor, plot_id, (newest or 0) + 1, checked, origin, now=now)
    session.add(version)
    session.flush()
    return version


def drawn(
    actor: Actor, plot_id: int, number: int, checked: Checked, origin: str, *, now: datetime
) -> PlotVersion:
    """A checked outline as the numbered version of its plot, not yet kept."""
    measures = checked.measures
    return PlotVersion(
        plot_id=plot_id,
        number=number,
        geometry=checked.outline_wkb,
        box=box_text(*measures.bbox),
        area_m2=measures.area_m2,
        perimeter_m=measures.perimeter_m,
        centroid_lon=measures.centroid[0],
        centroid_lat=measures.centroid[1],
        findings=[
            checking.to_json(finding)
            for finding in checked.findings
            # Parcels are mended later, the drawing stays: pages ask anew.
            if finding.code != LEFT_OUTSIDE
        ],
        origin=origin,
        created_at=now,
        created_by_id=actor.person_id,
    )
