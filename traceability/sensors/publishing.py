"""Trace pages that show a sensor: told at once when what they may show is another thing now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from traceability.models import Batch
from traceability.sensors.models import Sensor, SensorStay


def stale(session: Session, sensor: Sensor, *, now: datetime) -> None:
    """Have the pages of the batches a public sensor stands or stood beside built anew.

    New readings need it not: a page kept for scans is never older than a minute.
    """
    if not sensor.is_public:
        return
    stood = select(SensorStay.batch_id).where(SensorStay.sensor_id == sensor.id)
    beside = or_(Batch.id == sensor.batch_id, Batch.id.in_(stood))
    statement = select(Batch).where(beside).order_by(Batch.id).with_for_update()
    for batch in session.scalars(statement):
        batch.changed_at = max(now, batch.changed_at)
    session.flush()
