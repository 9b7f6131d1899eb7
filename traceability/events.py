"""What happened to a batch, recorded in the words of EPCIS 2.0 and CBV 2.0.

Only added to: a trigger keeps the rows as they are.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.models import Batch, BatchEvent


def record(
    session: Session,
    batch: Batch,
    *,
    action: str,
    biz_step: str,
    disposition: str | None,
    details: dict[str, Any],
    now: datetime,
) -> BatchEvent:
    """Record an object event of a batch: ADD when it comes to be, OBSERVE afterwards."""
    event = BatchEvent(
        event_id=uuid4(),
        batch_id=batch.id,
        kind="ObjectEvent",
        action=action,
        biz_step=biz_step,
        disposition=disposition,
        happened_at=now,
        recorded_at=now,
        details=details,
    )
    session.add(event)
    session.flush()
    return event


def list_events(session: Session, batch_id: int) -> list[BatchEvent]:
    """A batch's events, the first first."""
    statement = select(BatchEvent).where(BatchEvent.batch_id == batch_id)
    return list(session.scalars(statement.order_by(BatchEvent.happened_at, BatchEvent.id)))
