"""Background work of quality: what a late spraying forbids, certificates to be renewed."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.fieldbook.lines import SPRAY_RECORDED, lines_of
from traceability.certifying import reminders
from traceability.quality import early, notices


@job(SPRAY_RECORDED)
def spray_recorded(payload: dict[str, Any], progress: Progress) -> None:
    """Hold what sprayings forbid and free what their corrections no longer do; twice is once.

    The holds of a line and the messages about them share a transaction, which ends before the
    next line's begins: areas and batches are never held across lines.
    """
    entries = lines_of(payload)
    for done, entry_id in enumerate(entries, start=1):
        with db.transaction() as session:
            settled = early.settle_entry(session, entry_id, now=clock.now())
            notices.tell(session, settled)
        progress.report(done, len(entries))


@job("quality.remind", cron="17 23 * * *")
def remind(payload: dict[str, Any], progress: Progress) -> None:
    """Tell managers of certificates that come to their end (06:17)."""
    while True:
        with db.transaction() as session:
            if not reminders.remind(session, now=clock.now()):
                break
