"""Background work of dossiers: codes that end, warnings, the officers' morning digest."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.dossiers import alarms, renewal, visit_photos, warnings


@job("growing_areas.keep_watch", cron="7 23 * * *")
def keep_watch(payload: dict[str, Any], progress: Progress) -> None:
    """End codes whose time is over, warn of certificates, tell officers what is due (06:07).

    Each part is a transaction that finds its own work: run twice it does nothing twice.
    """
    while True:
        with db.transaction() as session:
            if not renewal.expire_ended(session, now=clock.now()):
                break
    while True:
        with db.transaction() as session:
            if not warnings.warn_of_certificates(session, now=clock.now()):
                break
    for person_id in _officers():
        with db.transaction() as session:
            alarms.tell_officer(session, person_id, now=clock.now())
    with db.transaction() as session:
        visit_photos.forget_abandoned(session, now=clock.now())


def _officers() -> list[int]:
    with db.reading() as session:
        return alarms.officers(session)
