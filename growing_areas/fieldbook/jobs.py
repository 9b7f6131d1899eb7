"""Background work of the field book: abandoned photos, works a new list speaks of."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.catalogue.yearly_list import CHANGED
from growing_areas.fieldbook import photos, reexamining


@job("diary.forget_photos", cron="53 19 * * *")
def forget_photos(payload: dict[str, Any], progress: Progress) -> None:
    """Forget photos that waited a month for a line nobody wrote (02:53)."""
    with db.transaction() as session:
        photos.forget_abandoned(session, now=clock.now())


@job(CHANGED)
def catalogue_changed(payload: dict[str, Any], progress: Progress) -> None:
    """Look again at works with products whose permission came, changed or was taken back."""
    with db.transaction() as session:
        reexamining.tell_of(session, set(payload["names"]), now=clock.now())
