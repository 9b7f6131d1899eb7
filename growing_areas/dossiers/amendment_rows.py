"""The rows of amendments: the open one, all of them, and what closes one that is overtaken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from growing_areas.dossiers.models import OPEN_AMENDMENT, Amendment
from growing_areas.models import GrowingArea


def find_open(session: Session, area_id: int) -> Amendment | None:
    """The amendment under review, if there is one, with its outline."""
    return session.scalar(
        select(Amendment)
        .options(joinedload(Amendment.version))
        .where(Amendment.area_id == area_id, Amendment.status.in_(OPEN_AMENDMENT))
    )


def list_all(session: Session, area_id: int) -> list[Amendment]:
    """Every amendment ever proposed to an area, newest first, with its outline."""
    return list(
        session.scalars(
            select(Amendment)
            .options(joinedload(Amendment.version))
            .where(Amendment.area_id == area_id)
            .order_by(Amendment.id.desc())
        )
    )


def close_open(session: Session, area: GrowingArea, *, now: datetime) -> None:
    """Close the amendment of an area that ended."""
    amendment = find_open(session, area.id)
    if amendment is not None:
        amendment.status = "withdrawn"
        amendment.status_changed_at = now
        session.flush()
