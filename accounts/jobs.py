"""Background work of accounts: messages on their way, and what is spent forgotten."""

from datetime import timedelta
from typing import Any

from accounts import contacts, messages, one_time_codes, recovery, sessions, throttle
from foundation import clock, db
from foundation.jobs import Progress, job

KEPT = timedelta(days=7)


@job(messages.JOB)
def deliver_message(payload: dict[str, Any], progress: Progress) -> None:
    """Hand a short message to its carrier; at least once."""
    messages.deliver(payload["sealed"])


@job(recovery.JOB)
def send_recovery_code(payload: dict[str, Any], progress: Progress) -> None:
    """Send the code somebody asked for, if there is such an account."""
    with db.transaction() as session:
        recovery.send_asked(session, payload["sealed"], now=clock.now())


@job("accounts.forget_spent", cron="17 20 * * *")
def forget_spent(payload: dict[str, Any], progress: Progress) -> None:
    """Delete sign-in tries, codes and sessions that open nothing any more."""
    before = clock.now() - KEPT
    with db.transaction() as session:
        throttle.forget_before(session, before)
        one_time_codes.forget_before(session, before)
        contacts.forget_before(session, before)
        sessions.forget_ended(session, before)
