"""Background work of recalls: telling everybody concerned once something was decided."""

from __future__ import annotations

from typing import Any

from foundation import clock
from foundation.jobs import Progress, job
from traceability.recalls import deciding, following


@job(deciding.FOLLOW)
def follow_recall(payload: dict[str, Any], progress: Progress) -> None:
    """Tell holders, officers and buyers; run again, it tells only who was not told yet."""
    following.run(str(payload["recall"]), now=clock.now(), report=progress.report)
