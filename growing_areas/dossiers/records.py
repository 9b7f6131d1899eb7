"""Records: what a decision rests on stays, whatever a cooperative takes out of its dossier later.

Source: Luật Lưu trữ 33/2024/QH15 (records of a decision are kept with it; not checked against the
text).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from growing_areas.models import GrowingAreaEvent

DECIDING = ("approve", "amend_approve", "restore", "renew")
"""Steps by which an officer grants a right on what the dossier holds."""


def rests_on(session: Session, area_id: int, since: datetime) -> bool:
    """Whether a right was granted on an area while something added at an instant was there.

    For what is there until now; then its file is part of the record and is never erased.
    """
    decided = exists().where(
        GrowingAreaEvent.area_id == area_id,
        GrowingAreaEvent.action.in_(DECIDING),
        GrowingAreaEvent.happened_at >= since,
    )
    return bool(session.scalar(select(decided)))
