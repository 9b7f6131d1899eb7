"""The nightly publication of open data."""

from __future__ import annotations

from typing import Any

from atlas.published import publishing
from atlas.published.datasets import datasets
from foundation import clock, config, db, i18n
from foundation.jobs import Progress, job


@job(publishing.JOB, cron="37 18 * * *")
def publish_open_data(payload: dict[str, Any], progress: Progress) -> None:
    """Publish what changed, each dataset in a transaction of its own (01:37 in Vietnam)."""
    i18n.set_language(i18n.DEFAULT)
    wanted = list(datasets().values())
    for done, dataset in enumerate(wanted):
        progress.report(done, len(wanted))
        with db.transaction() as session:
            outcome = publishing.publish(
                session, dataset, base_url=config.current().base_url, now=clock.now()
            )
        publishing.discard(outcome.spent)
    progress.report(len(wanted), len(wanted))
