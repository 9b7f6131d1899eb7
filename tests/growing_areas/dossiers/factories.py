"""Makers of dossiers on their way, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import registration
from growing_areas.dossiers import inspection
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea
from tests.growing_areas import factories


def submitted(session: Session, now: datetime, at: int = 0, **changes: Any) -> GrowingArea:
    """An area handed in; ``at`` sets it beside the others."""
    shape = factories.field(0.02 * at, 0.0)
    area = factories.make_area(session, now, **{"geometry": shape, **changes})
    return registration.submit(session, SYSTEM, area.id, now=now)


def inspected(session: Session, now: datetime, at: int = 0, **changes: Any) -> GrowingArea:
    """An area inspected and waiting for approval."""
    area = submitted(session, now, at, **changes)
    visit = Visit(True, clock.business_day(now))
    return inspection.record(session, SYSTEM, area.id, visit, now=now)
