"""Background work of complaints: letters, what becomes the office's matter, and erasing."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.complaints import erasing, filing, letters


@job(filing.TELL, cron="*/5 * * * *")
def tell(payload: dict[str, Any], progress: Progress) -> None:
    """Write of new complaints; what waits too long becomes the office's matter as well."""
    with db.transaction() as session:
        letters.escalate(session, now=clock.now())
    while True:
        with db.transaction() as session:
            if not letters.tell_due(session, now=clock.now()):
                break


@job("complaints.erase", cron="20 19 * * *")
def erase(payload: dict[str, Any], progress: Progress) -> None:
    """Erase what is a person's in complaints that ended long ago."""
    while True:
        with db.transaction() as session:
            if not erasing.erase_old(session, now=clock.now()):
                break
