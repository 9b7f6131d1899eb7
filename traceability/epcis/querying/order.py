"""The order in which subscribers are told of events: that of their commits, without gaps.

An event's number is given while its transaction is still open, so a lower one may come to light
after a higher one has been told. A trigger lets each event wait in its own transaction; whoever
tells gives places to those that wait, one at a time: what commits late comes later, and no event
is passed over or told twice.
"""

from __future__ import annotations

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from foundation import jobs
from traceability.epcis.querying.models import EventPlace, Subscription

STREAM = "epcis.stream"
_LOCK = 0x45504349
"""Advisory lock of whoever gives places ("EPCI")."""
_PLACE = text(
    "WITH taken AS (DELETE FROM epcis_waiting_events RETURNING event_id)"
    " INSERT INTO epcis_event_places (place, event_id)"
    " SELECT :last + row_number() OVER (ORDER BY event_id), event_id FROM taken"
)


def place_waiting(session: Session) -> int:
    """Give every waiting event its place; answers the last place given, now or before."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    # Two statements: the second sees what the lock's former holder has committed.
    session.execute(_PLACE, {"last": last_place(session)})
    return last_place(session)


def last_place(session: Session) -> int:
    """The last place that was given."""
    return session.scalar(select(func.coalesce(func.max(EventPlace.place), 0))) or 0


def wake(session: Session) -> None:
    """Have streaming subscribers told soon after this transaction commits, once however often."""
    if session.info.get(STREAM):
        return
    session.info[STREAM] = True
    if session.scalar(select(exists().where(Subscription.is_stream.is_(True)))):
        jobs.defer(session, STREAM)
