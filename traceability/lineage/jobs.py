"""Background work of lineage: one place for things told of by two names, units to their givers."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.lineage import joining, owning


@job(joining.JOB, cron="25 17 * * *")
def join_names(payload: dict[str, Any], progress: Progress) -> None:
    """Join second names, some places at a time (00:25 in Vietnam); a second run finds none."""
    after: int | None = 0
    while after is not None:
        with db.transaction() as session:
            after = joining.join_some(session, after, now=clock.now())


@job(owning.JOB, cron="35 17 * * *")
def own_units(payload: dict[str, Any], progress: Progress) -> None:
    """Hand units over to whose numbers they bear: once a prefix is confirmed, and every night."""
    handed = 1
    while handed:
        with db.transaction() as session:
            handed = owning.hand_over_some(session, payload.get("organisation"), now=clock.now())
