"""The log's background work: places, signed checkpoints, one of them mailed a day."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.errors import NotFound
from foundation.jobs import Progress, job
from ledger import checkpoint, keys, rotation, sequencing, witnessing


@job("ledger.sequence", cron="* * * * *")
def sequence(payload: dict[str, Any], progress: Progress) -> None:
    """Give waiting entries their place in the tree."""
    with db.transaction() as session:
        sequencing.sequence(session)


@job("ledger.checkpoint", cron="*/10 * * * *")
def sign_checkpoint(payload: dict[str, Any], progress: Progress) -> None:
    """Sign the log as it stands, if anything has been recorded."""
    with db.transaction() as session:
        rotation.finish(session)
        try:
            checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
        except NotFound:
            return


@job("ledger.mail", cron="5 19 * * *")
def mail_checkpoint(payload: dict[str, Any], progress: Progress) -> None:
    """Mail the day's last checkpoint to the witnesses, at two in the morning in Vietnam."""
    with db.transaction() as session:
        newest = checkpoint.find_newest(session)
        if newest is not None:
            witnessing.mail_out(session, newest, now=clock.now())
