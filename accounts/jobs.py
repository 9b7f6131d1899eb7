"""Background work of accounts: messages on their way, and old tries forgotten."""

from datetime import timedelta
from typing import Any

from accounts import messages, throttle
from foundation import clock, db
from foundation.jobs import Progress, job

KEPT = timedelta(days=7)


@job(messages.JOB)
def deliver_message(payload: dict[str, Any], progress: Progress) -> None:
    """Hand a short message to its carrier; at least once."""
    messages.deliver(payload["sealed"])


@job("accounts.forget_tries", cron="17 20 * * *")
def forget_tries(payload: dict[str, Any], progress: Progress) -> None:
    """Delete sign-in tries that no longer count for anything."""
    with db.transaction() as session:
        throttle.forget_before(session, clock.now() - KEPT)
