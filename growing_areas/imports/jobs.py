"""Background work of imports: storing large files, forgetting what nobody decided upon."""

from __future__ import annotations

from typing import Any

from accounts.actors import find_actor
from accounts.permissions import ANONYMOUS
from foundation import clock, db
from foundation.errors import Finding, NguonError
from foundation.jobs import Progress, job
from growing_areas.imports import batches, uploads


@job(batches.JOB)
def store_import(payload: dict[str, Any], progress: Progress) -> None:
    """Store the areas of a file as the person who ordered it, all or none; told if none."""
    batch_id = int(payload["import"])
    try:
        with db.transaction() as session:
            batch = batches.load(session, batch_id, lock=True)
            if batch.state != "waiting":
                return
            actor = find_actor(session, batch.person_id) if batch.person_id else None
            batches.store(
                session, actor or ANONYMOUS, batch, now=clock.now(), progress=progress.report
            )
    except NguonError as refusal:
        told = refusal.findings or (Finding(refusal.code, refusal.params),)
        with db.transaction() as session:
            batches.refuse(session, batch_id, told)


@job("growing_areas.forget_uploads", cron="41 18 * * *")
def forget_uploads(payload: dict[str, Any], progress: Progress) -> None:
    """Forget files read more than a day ago that nobody decided upon."""
    with db.transaction() as session:
        uploads.forget_old(session, now=clock.now())
