"""Background work of quality: what a late spraying forbids, certificates to be renewed."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.fieldbook.lines import SPRAY_RECORDED
from traceability.certifying import reminders
from traceability.quality import early, notices


@job(SPRAY_RECORDED)
def spray_recorded(payload: dict[str, Any], progress: Progress) -> None:
    """Hold what a spraying forbids and free what its correction no longer does; twice is once.

    The holds and the messages about them share a transaction.
    """
    with db.transaction() as session:
        settled = early.settle_entry(session, int(payload["entry"]), now=clock.now())
        notices.tell(session, settled)


@job("quality.remind", cron="17 23 * * *")
def remind(payload: dict[str, Any], progress: Progress) -> None:
    """Tell managers of certificates that come to their end (06:17)."""
    while True:
        with db.transaction() as session:
            if not reminders.remind(session, now=clock.now()):
                break
