"""Background work on packing houses: codes whose last day has passed."""

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.packing import approval


@job("packing.expire_due", cron="11 17 * * *")
def expire_due(payload: dict[str, Any], progress: Progress) -> None:
    """Write down, just after midnight in Vietnam, which codes hold no longer."""
    more = True
    while more:
        with db.transaction() as session:
            more = approval.expire_due(session, now=clock.now()) > 0
