"""Background work of copies: looking at what came in, the day's letter, forgetting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from foundation import clock, config, db
from foundation.jobs import Progress, job
from traceability.copies import limits, notices, noticing, remembering


@job("copies.notice", cron="*/2 * * * *")
def notice(payload: dict[str, Any], progress: Progress) -> None:
    """Look at every scan that came in since, a part at a time, each in its own transaction."""
    looked, count = 0, 1
    while count:
        now = clock.now()
        known = limits.read(config.current().copy_limits, clock.business_day(now))
        with db.transaction() as session:
            count = noticing.notice(session, known, now=now)
        looked += count
        progress.report(looked, looked)


@job("copies.tell", cron="10 0 * * *")
def tell(payload: dict[str, Any], progress: Progress) -> None:
    """Write the day's letters; 07:10 in Vietnam."""
    with db.transaction() as session:
        notices.tell_due(session, now=clock.now())


@job("copies.forget", cron="50 16 * * *")
def forget(payload: dict[str, Any], progress: Progress) -> None:
    """Forget serials nobody has scanned for as long as scans are kept; 23:50 in Vietnam."""
    days = config.current().scans_days
    if days:
        with db.transaction() as session:
            remembering.forget(session, clock.now() - timedelta(days=days))
