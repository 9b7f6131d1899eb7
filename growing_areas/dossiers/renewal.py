"""Renewal: what a code needs to run on, and how codes end by themselves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict
from growing_areas import areas
from growing_areas.dossiers import deadlines, lifecycle, pieces, terms
from growing_areas.models import GrowingArea, GrowingAreaInspection

_AT_ONCE = 500


def require_ready(session: Session, area: GrowingArea, *, now: datetime) -> None:
    """Raises Conflict unless the required pieces are current and a visit was passed lately.

    The newest visit counts, the one before the code was issued too, and must lie within one
    monitoring interval.
    """
    missing = pieces.missing_pieces(session, area, now=now)
    if missing:
        raise Conflict("area.dossier_incomplete", missing)
    day = deadlines.day_of(now)
    interval = terms.code_term(area.market, day).monitoring_months
    visit = session.scalar(
        select(GrowingAreaInspection)
        .where(GrowingAreaInspection.area_id == area.id)
        .order_by(GrowingAreaInspection.id.desc())
        .limit(1)
    )
    earliest = terms.months_after(day, -interval)
    if visit is None or not visit.passed or visit.inspected_on < earliest:
        raise Conflict("area.visit_needed", months=interval)


def refuse_twice(area: GrowingArea, day: date) -> None:
    """Raises Conflict when a whole term lies ahead already: a form sent twice gives one term."""
    whole = deadlines.end_of_term(area, day)
    if area.status != "approved" or whole is None or area.valid_until is None:
        return
    if area.valid_until >= whole:
        raise Conflict("area.renewed_already", until=area.valid_until)


def starts_on(area: GrowingArea, day: date) -> date:
    """The day a renewed term begins: after the running one, or at once when it has ended."""
    if area.status == "approved" and area.valid_until is not None and area.valid_until >= day:
        return area.valid_until
    return day


def next_end(area: GrowingArea, day: date) -> date | None:
    """Until when a code would hold if it were renewed on a day; None where no rule ends it."""
    return deadlines.end_of_term(area, starts_on(area, day))


def expire_ended(session: Session, *, now: datetime) -> int:
    """End every code whose validity is over, in id order; answers how many. Rerunnable."""
    ended = (
        select(GrowingArea.id)
        .where(
            GrowingArea.valid_until < deadlines.day_of(now),
            GrowingArea.status.in_(lifecycle.STEPS["expire"].from_statuses),
        )
        .order_by(GrowingArea.id)
        .limit(_AT_ONCE)
    )
    ids = list(session.scalars(ended))
    return sum(_expire(session, area_id, now) for area_id in ids)


def _expire(session: Session, area_id: int, now: datetime) -> bool:
    area = areas.load_area(session, area_id, lock=True)
    over = area.valid_until is not None and area.valid_until < deadlines.day_of(now)
    # Somebody may have renewed or revoked it while we waited for the row.
    if not over or area.status not in lifecycle.STEPS["expire"].from_statuses:
        return False
    facts = {"valid_until": area.valid_until}
    lifecycle.take(session, SYSTEM, area, "expire", now=now, facts=facts)
    session.flush()
    return True
