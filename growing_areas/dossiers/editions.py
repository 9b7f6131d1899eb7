"""Editions: every shape and description an area in force ever had, and which held on a day.

Batches and traces of the past are told by the edition of their day, whatever the area is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import NotFound
from foundation.inputs import INT64
from growing_areas import areas
from growing_areas.dossiers.models import AreaEdition
from growing_areas.models import GrowingArea


def begin(
    session: Session, area: GrowingArea, *, amendment_id: int | None = None, now: datetime
) -> AreaEdition:
    """Write down what an area is from now on (when its code is issued, or an amendment holds)."""
    newest = session.scalar(
        select(func.max(AreaEdition.number)).where(AreaEdition.area_id == area.id)
    )
    edition = AreaEdition(
        area_id=area.id,
        number=(newest or 0) + 1,
        version_id=area.version.id,
        amendment_id=amendment_id,
        name=area.name,
        variety=area.variety,
        planting_year=area.planting_year,
        expected_yield_kg=area.expected_yield_kg,
        in_force_at=now,
    )
    session.add(edition)
    session.flush()
    return edition


def list_editions(session: Session, area_id: int) -> list[AreaEdition]:
    """Every edition of an area with its outline, newest first."""
    return list(
        session.scalars(
            select(AreaEdition)
            .options(joinedload(AreaEdition.version))
            .where(AreaEdition.area_id == area_id)
            .order_by(AreaEdition.number.desc())
        )
    )


def get_edition(
    session: Session, actor: Actor, area_id: int, number: int
) -> tuple[GrowingArea, AreaEdition]:
    """An edition with its area, for whoever may see the area's inside; raises NotFound."""
    area = areas.get_area(session, actor, area_id)
    if not 0 < number <= INT64 // 2**32:
        raise NotFound("area.no_such_edition")
    edition = session.scalar(
        select(AreaEdition)
        .options(joinedload(AreaEdition.version))
        .where(AreaEdition.area_id == area_id, AreaEdition.number == number)
    )
    if edition is None:
        raise NotFound("area.no_such_edition")
    return area, edition


def on_day(session: Session, area_ids: Iterable[int], day: date) -> dict[int, AreaEdition]:
    """The edition each area had at the end of a day, by area; one query for all.

    An area first coded after the day answers with its first edition: a code that came later
    than the harvest describes the same ground.
    """
    end = clock.start_of_day(day + timedelta(days=1))
    held = AreaEdition.in_force_at < end
    statement = (
        # Not joinedload, which would wrap the distinct rows in a question of their own.
        select(AreaEdition)
        .join(AreaEdition.version)
        .options(contains_eager(AreaEdition.version))
        .where(AreaEdition.area_id.in_(sorted(set(area_ids))))
        .ext(distinct_on(AreaEdition.area_id))
        # Of those that held by then the last; where none did, the first of all.
        .order_by(
            AreaEdition.area_id,
            held.desc(),
            case((held, -AreaEdition.number), else_=AreaEdition.number),
        )
    )
    return {edition.area_id: edition for edition in session.scalars(statement)}
