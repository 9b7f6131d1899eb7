"""Background work of EPCIS: captures too long for a request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from foundation import clock, config, db
from foundation.jobs import Progress, job
from traceability.epcis import capturing


@job(capturing.JOB)
def capture(payload: dict[str, Any], progress: Progress) -> None:
    """Carry out a capture that waits; a second run after a crash finds it waiting, or done."""
    with db.transaction() as session:
        capturing.carry_out_waiting(
            session,
            UUID(payload["capture"]),
            base_url=config.current().base_url,
            now=clock.now(),
        )
