"""The owner's choice: whether everybody may see an area's exact outline, or only its cells."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from growing_areas import areas
from growing_areas.dossiers import lifecycle
from growing_areas.models import GrowingArea


def show_outline(session: Session, actor: Actor, area_id: int, *, now: datetime) -> GrowingArea:
    """Let everybody see the exact outline. Raises: NotFound, Forbidden."""
    return _choose(session, actor, area_id, True, now=now)


def hide_outline(session: Session, actor: Actor, area_id: int, *, now: datetime) -> GrowingArea:
    """Show only the cells of about 1 km the area lies in. Raises: NotFound, Forbidden."""
    return _choose(session, actor, area_id, False, now=now)


def _choose(
    session: Session,
    actor: Actor,
    area_id: int,
    public: bool,
    *,
    now: datetime,
) -> GrowingArea:
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.submit", area)
    if area.outline_public != public:
        area.outline_public = public
        kind = "area.outline_shown" if public else "area.outline_hidden"
        lifecycle.record(session, area, kind, {}, now=now)
        session.flush()
    return area
