"""Background work of claims: letters, and what follows steps that count once they are told."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.claims import notices
from traceability.lineage import claiming
from traceability.quality import inheriting
from traceability.recalls import renewing


@job(claiming.TELL, cron="*/15 * * * *")
def tell(payload: dict[str, Any], progress: Progress) -> None:
    """Write to owners and officers of claims nobody was written of; what has to wait, waits."""
    while True:
        with db.transaction() as session:
            if not notices.tell_due(session, now=clock.now()):
                break


@job(claiming.FOLLOW)
def follow(payload: dict[str, Any], progress: Progress) -> None:
    """Bring holds and recalls of what went in down to what it went into; twice is once."""
    children = [int(child) for child in payload["children"]]
    with db.transaction() as session:
        now = clock.now()
        inheriting.carry(session, children, now=now)
        renewing.renew(session, children, now=now)
