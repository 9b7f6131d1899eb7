"""Background work of traceability: printing label sheets, reading scan journals."""

from typing import Any

from foundation import clock, config, db
from foundation.jobs import Cancelled, Progress, job
from traceability.labels import issuing, orders, serial_keys
from traceability.scan import days, scans


@job(orders.RENDER)
def render_labels(payload: dict[str, Any], progress: Progress) -> None:
    """Issue an order's serials, then print it; a second run after a crash prints the same."""
    job_id = int(payload["label_job"])
    try:
        _issue(job_id, progress)
        with db.transaction() as session:
            orders.print_to_store(session, job_id, progress.report, now=clock.now())
    except Cancelled:
        with db.transaction() as session:
            issuing.withdraw(session, orders.load(session, job_id), now=clock.now())
        raise


def _issue(job_id: int, progress: Progress) -> None:
    """Enter the serials part by part: each part stays, whatever becomes of this process."""
    done, total = 0, 1
    while done < total:
        with db.transaction() as session:
            job, now = orders.load(session, job_id), clock.now()
            key = serial_keys.key_of(session, job, config.current().secret_key, now=now)
            done, total = issuing.issue_part(session, job, key=key, now=now), job.label_count
        # Told as nothing printed yet; it is also where the order may be stopped.
        progress.report(0, total)


@job("scans.import", cron="* * * * *")
def import_scans(payload: dict[str, Any], progress: Progress) -> None:
    """Read what web processes wrote into their journals, those that died included."""
    scans.import_journals(scans.journal_folder(config.current().data_dir))


@job("scans.days", cron="40 16 * * *")
def keep_scan_days(payload: dict[str, Any], progress: Progress) -> None:
    """Make the days ahead, drop those whose time is over (NGUON_SCANS_DAYS); 23:40 in Vietnam."""
    now = clock.now()
    with db.transaction() as session:
        days.prepare(session, now=now)
    with db.transaction() as session:
        days.drop_old(session, config.current().scans_days, now=now)
