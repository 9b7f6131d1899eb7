"""Background work of the field book: photos of work that was never written down."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.fieldbook import photos


@job("diary.forget_photos", cron="53 19 * * *")
def forget_photos(payload: dict[str, Any], progress: Progress) -> None:
    """Forget photos that waited a month for a line nobody wrote (02:53)."""
    with db.transaction() as session:
        photos.forget_abandoned(session, now=clock.now())
