"""Background work of traceability: printing label sheets, reading scan journals."""

from typing import Any

from foundation import clock, config, db
from foundation.jobs import Cancelled, Progress, job
from traceability.labels import orders, serials
from traceability.scan import scans


@job(orders.RENDER)
def render_labels(payload: dict[str, Any], progress: Progress) -> None:
    """Issue an order's serials, then print it; a second run after a crash prints the same."""
    job_id = int(payload["label_job"])
    key = serials.key_from(config.current().secret_key)
    try:
        with db.transaction() as session:
            total = orders.issue_serials(session, job_id, key=key, now=clock.now()).label_count
        progress.report(0, total)
        with db.transaction() as session:
            orders.print_to_store(session, job_id, progress.report, now=clock.now())
    except Cancelled:
        with db.transaction() as session:
            orders.void_serials(session, job_id)
        raise


@job("scans.import", cron="* * * * *")
def import_scans(payload: dict[str, Any], progress: Progress) -> None:
    """Read what web processes wrote into their journals, those that died included."""
    scans.import_journals(scans.journal_folder(config.current().data_dir))
