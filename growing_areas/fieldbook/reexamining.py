"""Re-examining: what a change of the catalogue means for works written before it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock
from foundation.vietnamese import fold
from growing_areas.fieldbook import lines
from growing_areas.models import DiaryEntry
from growing_areas.season import AWAITED, stands

_LOOKBACK = timedelta(days=1000)
"""No interval is longer."""


def tell_of(session: Session, name_keys: Collection[str], *, now: datetime) -> int:
    """Let whoever keeps batches look again at every work with one of some products.

    Sprayings and treatments, and what was fed or spread: a list may give those days, too.

    Answers how many there are; some hundreds are one job, and done twice it is done once.
    """
    recent = (
        DiaryEntry.activity.in_(AWAITED),
        DiaryEntry.product_name.is_not(None),
        DiaryEntry.done_on >= clock.business_day(now) - _LOOKBACK,
    )
    told = session.scalars(select(DiaryEntry.product_name).where(*recent).distinct())
    names = [name for name in told if name and fold(name)[:400] in name_keys]
    ids = session.scalars(
        select(DiaryEntry.id)
        .where(*recent, DiaryEntry.product_name.in_(names), stands())
        .order_by(DiaryEntry.id)
    ).all()
    lines.tell_batches(session, ids)
    return len(ids)
