"""Background work of recalls: telling everybody concerned once something was decided."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.recalls import deciding, following, restoring


@job(deciding.FOLLOW)
def follow_recall(payload: dict[str, Any], progress: Progress) -> None:
    """Tell holders, officers and buyers; run again, it tells only who was not told yet."""
    following.run(str(payload["recall"]), now=clock.now(), report=progress.report)


@job("traceability.restore_recalled", cron="41 19 * * *")
def restore_recalled(payload: dict[str, Any], progress: Progress) -> None:
    """Set right what earlier versions let be closed in spite of its recall (02:41)."""
    while True:
        with db.transaction() as session:
            if not restoring.restore(session, now=clock.now()):
                break
