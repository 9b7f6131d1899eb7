"""Background work of subscriptions: who is due, and sending to each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from foundation import clock, db
from foundation.jobs import Progress, job
from traceability.epcis.querying import delivery, order


@job("epcis.tell", cron="* * * * *")
@job(order.STREAM)
def tell(payload: dict[str, Any], progress: Progress) -> None:
    """Give new events their places and queue the deliveries that are due."""
    with db.transaction() as session:
        delivery.due(session, now=clock.now())


@job(delivery.DELIVER)
def deliver(payload: dict[str, Any], progress: Progress) -> None:
    """Send one subscriber what is new."""
    delivery.deliver(UUID(payload["subscription"]), now=clock.now())
