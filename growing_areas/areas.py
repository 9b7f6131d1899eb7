"""Areas: finding registrations, one or many, and their outlines.

`get_by_code` and `areas_in_force` serve batches; `get_area` is for whoever may see the inside.
"""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import NotFound
from foundation.inputs import INT64
from growing_areas.models import IN_FORCE, GrowingArea, PlotVersion
from growing_areas.shapes.measure import Outline

_WHOLE = (joinedload(GrowingArea.version), joinedload(GrowingArea.organisation))


def get_area(session: Session, actor: Actor, area_id: int) -> GrowingArea:
    """An area with its outline and organisation, for those who may see its inside.

    Raises: NotFound, also for other organisations' areas; Forbidden, Unauthenticated.
    """
    area = load_area(session, area_id)
    permissions.require(actor, "area.read", area)
    return area


def load_area(session: Session, area_id: int, *, lock: bool = False) -> GrowingArea:
    """An area by id, unasked who wants it; with ``lock`` nobody else changes it meanwhile."""
    if not 0 < area_id <= INT64:
        raise NotFound("area.not_found")
    statement = select(GrowingArea).options(*_WHOLE).where(GrowingArea.id == area_id)
    if lock:
        # Fresh values: what was read before the lock may be somebody else's past.
        statement = statement.with_for_update(of=GrowingArea).execution_options(
            populate_existing=True
        )
    area = session.scalar(statement)
    if area is None:
        raise NotFound("area.not_found")
    return area


def load_several(session: Session, area_ids: Iterable[int]) -> dict[int, GrowingArea]:
    """Areas by id in one query, unasked who wants them; raises NotFound when one is not there."""
    wanted = set(area_ids)
    found: dict[int, GrowingArea] = {}
    if all(0 < area_id <= INT64 for area_id in wanted):
        statement = select(GrowingArea).options(*_WHOLE).where(GrowingArea.id.in_(wanted))
        found = {area.id: area for area in session.scalars(statement)}
    if len(found) < len(wanted):
        raise NotFound("area.not_found")
    return found


def find_by_code(session: Session, code: str) -> GrowingArea | None:
    """The area that bears an issued code, in whatever state it is now."""
    if not code.isprintable() or len(code) > 60:
        return None
    return session.scalar(
        select(GrowingArea).options(*_WHOLE).where(GrowingArea.code == code.strip().upper())
    )


def get_by_code(session: Session, code: str) -> GrowingArea:
    """The area that bears an issued code; raises NotFound("area.not_found")."""
    area = find_by_code(session, code)
    if area is None:
        raise NotFound("area.not_found", area_code=code[:40])
    return area


def list_by_codes(session: Session, codes: Iterable[str]) -> dict[str, GrowingArea]:
    """Areas by their codes in one query; codes nobody bears are missing from the answer."""
    wanted = {code.strip().upper() for code in codes}
    if not wanted:
        return {}
    found = session.scalars(
        select(GrowingArea).options(*_WHOLE).where(GrowingArea.code.in_(wanted))
    )
    return {area.code: area for area in found if area.code is not None}


def areas_in_force(session: Session, organisation_ids: Iterable[int]) -> list[GrowingArea]:
    """The areas on which these organisations may open batches today, by code."""
    return list(
        session.scalars(
            select(GrowingArea)
            .options(*_WHOLE)
            .where(
                GrowingArea.organisation_id.in_(set(organisation_ids)),
                GrowingArea.status == IN_FORCE,
            )
            .order_by(GrowingArea.code)
        )
    )


def of_organisations(
    session: Session, organisation_ids: Iterable[int], most: int = 200
) -> list[GrowingArea]:
    """The areas of some organisations by name, for a choice in a form."""
    statement = select(GrowingArea).where(GrowingArea.organisation_id.in_(set(organisation_ids)))
    return list(
        session.scalars(statement.order_by(GrowingArea.name_key, GrowingArea.id).limit(most))
    )


def outline_of(version: PlotVersion) -> Outline:
    """The outline of a version as a shape (lon, lat; WGS 84)."""
    return shape_of(version.geometry)


def shape_of(wkb: bytes) -> Outline:
    """A stored outline as a shape (lon, lat; WGS 84)."""
    return shapely.from_wkb(wkb)
