"""Background work of the outbox."""

from typing import Any

from foundation import clock, db, mail
from foundation.jobs import Progress, job


@job("mail.deliver")
def deliver(payload: dict[str, Any], progress: Progress) -> None:
    """Send one mail of the outbox, unless it has left already."""
    mail_id = int(payload["mail_id"])
    with db.transaction() as session:
        message = mail.find_waiting(session, mail_id)
    if message is None:
        return
    mail.send(message)
    with db.transaction() as session:
        mail.mark_sent(session, mail_id, now=clock.now())
