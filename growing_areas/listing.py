"""Listing: beside the rows of a list of areas, how many of each status and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import counting
from growing_areas import areas, registration
from growing_areas.models import STATUSES, GrowingArea, PlotVersion
from growing_areas.registration import AreaQuery
from growing_areas.shapes.measure import Outline

MOST_DRAWN = 300
"""So many outlines a map of a list draws, the newest ones; the list itself has all."""
MOST_MAPS = 6


@dataclass(frozen=True)
class Drawn:
    """An area on the map of a list."""

    area_id: int
    name: str
    status: str
    commune_code: str
    outline: Outline


def counts(session: Session, actor: Actor, query: AreaQuery) -> dict[str, int]:
    """How many areas each status has under the other filters, bounded as lists are."""
    each = {
        status: select(GrowingArea.id).where(
            *registration.conditions(actor, replace(query, status=status))
        )
        for status in STATUSES
    }
    return counting.count_each(session, each)


def communes(session: Session, actor: Actor) -> set[str]:
    """The communes in which the actor may see areas."""
    wanted = registration.conditions(actor, AreaQuery())
    return set(session.scalars(select(GrowingArea.commune_code).where(*wanted).distinct()))


def outlines(session: Session, actor: Actor, query: AreaQuery) -> list[Drawn]:
    """The outlines of a list, newest first, at most `MOST_DRAWN`."""
    rows = session.execute(
        select(
            GrowingArea.id,
            GrowingArea.name,
            GrowingArea.status,
            GrowingArea.commune_code,
            PlotVersion.geometry,
        )
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(*registration.conditions(actor, query))
        .order_by(GrowingArea.id.desc())
        .limit(MOST_DRAWN)
    )
    return [
        Drawn(area_id, name, status, commune, areas.shape_of(wkb))
        for area_id, name, status, commune, wkb in rows
    ]


def by_commune(found: Sequence[Drawn]) -> list[tuple[str, list[Drawn]]]:
    """The same, commune by commune: fields of two provinces on one map would be two dots."""
    communes: dict[str, list[Drawn]] = {}
    for area in found:
        communes.setdefault(area.commune_code, []).append(area)
    return sorted(communes.items(), key=lambda commune: (-len(commune[1]), commune[0]))[:MOST_MAPS]


def tone(status: str) -> str:
    """How the map draws an area: in force, on its way, or no longer."""
    if status == "approved":
        return "area"
    return "area area-wait" if status in ("draft", "submitted", "inspected") else "area area-bad"
