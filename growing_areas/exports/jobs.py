"""Background work of exports: writing long lists, removing files nobody fetched in time."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.exports import orders


@job(orders.JOB)
def write_export(payload: dict[str, Any], progress: Progress) -> None:
    """Write a list's file; a second run after a crash writes it again, or finds it written."""
    with db.transaction() as session:
        orders.write_to_shelf(session, int(payload["export"]), progress.report, now=clock.now())


@job("growing_areas.forget_exports", cron="27 19 * * *")
def forget_exports(payload: dict[str, Any], progress: Progress) -> None:
    """Remove files kept long enough (02:27 in Vietnam)."""
    with db.transaction() as session:
        spent = orders.forget_before(session, clock.now() - orders.KEPT)
    # Only now is it sure that no row names them; the next run finds nothing it has to take back.
    for digest in spent:
        orders.shelf().discard(digest)
