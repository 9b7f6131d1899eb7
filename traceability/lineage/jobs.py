"""Background work of lineage: one place for things that were told of under two names."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.lineage import joining


@job(joining.JOB, cron="25 17 * * *")
def join_names(payload: dict[str, Any], progress: Progress) -> None:
    """Join second names, some places at a time (00:25 in Vietnam); a second run finds none."""
    after: int | None = 0
    while after is not None:
        with db.transaction() as session:
            after = joining.join_some(session, after, now=clock.now())
