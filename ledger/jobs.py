"""The log's background work: places every minute, a signed checkpoint every ten."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.errors import NotFound
from foundation.jobs import Progress, job
from ledger import checkpoint, keys, sequencing


@job("ledger.sequence", cron="* * * * *")
def sequence(payload: dict[str, Any], progress: Progress) -> None:
    """Give waiting entries their place in the tree."""
    with db.transaction() as session:
        sequencing.sequence(session)


@job("ledger.checkpoint", cron="*/10 * * * *")
def sign_checkpoint(payload: dict[str, Any], progress: Progress) -> None:
    """Sign the log as it stands, if anything has been recorded."""
    with db.transaction() as session:
        try:
            checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
        except NotFound:
            return
