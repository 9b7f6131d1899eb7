"""The facts' background work: today and yesterday every hour, a whole span on demand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from indicators import rebuilding

_CHUNK_DAYS = 31


@job("indicators.refresh", cron="10 * * * *")
def refresh(payload: dict[str, Any], progress: Progress) -> None:
    """Build yesterday's and today's facts anew."""
    today = clock.today()
    with db.transaction() as session:
        rebuilding.rebuild(session, today - timedelta(days=1), today, now=clock.now())


@job("indicators.rebuild")
def rebuild(payload: dict[str, Any], progress: Progress) -> None:
    """Build the facts of ``first`` to ``last`` anew, a month at a time."""
    first, last = date.fromisoformat(payload["first"]), date.fromisoformat(payload["last"])
    rebuild_span(first, last, progress)


def rebuild_span(first: date, last: date, progress: Progress) -> int:
    """Build a span of days anew, each month in a transaction of its own; returns the facts."""
    total = (last - first).days + 1
    count = done = 0
    while done < total:
        start = first + timedelta(days=done)
        end = min(last, start + timedelta(days=_CHUNK_DAYS - 1))
        with db.transaction() as session:
            count += rebuilding.rebuild(session, start, end, now=clock.now())
        done = (end - first).days + 1
        progress.report(done, total)
    return count
