"""Closed days of sensors that trace pages show, committed to the ledger.

Readings themselves are not: they are too many, and devices send some of them days late. A day that
changed after it was committed gets a further edition; the former ones stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from foundation import clock
from traceability.sensors.drawing.summary_models import SensorDayRecord
from traceability.sensors.judging import bounds
from traceability.sensors.judging.watching import Bounds
from traceability.sensors.models import Sensor

BATCH = 2_000


def record(session: Session, *, now: datetime) -> int:
    """Commit what is not yet, up to BATCH days; answers how many."""
    rows = session.execute(_OPEN, {"today": clock.business_day(now), "most": BATCH}).all()
    if not rows:
        return 0
    ids = sorted({row.sensor_id for row in rows})
    sensors = session.scalars(select(Sensor).where(Sensor.id.in_(ids))).all()
    limits = bounds.in_force(session, sensors)
    session.add_all(_record(row, limits.at(row.sensor_id, row.last_at).bounds, now) for row in rows)
    session.flush()
    return len(rows)


def newest_keys(session: Session, batch_id: int) -> list[tuple[Any, ...]]:
    """The keys of the newest editions of a batch's days, of sensors that are still shown."""
    key = (SensorDayRecord.sensor_id, SensorDayRecord.stay_began_at, SensorDayRecord.day)
    statement = (
        select(*key, SensorDayRecord.edition)
        .join(Sensor, Sensor.id == SensorDayRecord.sensor_id)
        .where(SensorDayRecord.batch_id == batch_id, Sensor.is_public)
        .ext(distinct_on(*key))
        .order_by(*key, SensorDayRecord.edition.desc())
    )
    return [tuple(row) for row in session.execute(statement)]


def _record(row: Row[Any], limits: Bounds, now: datetime) -> SensorDayRecord:
    return SensorDayRecord(
        sensor_id=row.sensor_id,
        stay_began_at=row.stay_began_at,
        day=row.day,
        edition=row.edition,
        batch_id=row.batch_id,
        measures=row.measures,
        readings=row.readings,
        lowest=row.lowest,
        highest=row.highest,
        mean=row.mean,
        outside_s=row.outside_s,
        low=limits.low,
        high=limits.high,
        recorded_at=now,
    )


_OPEN = text(
    """
WITH stay AS (
    SELECT s.id AS sensor_id, s.placed_at AS began_at, s.batch_id, s.measures
    FROM sensors s WHERE s.is_public AND s.batch_id IS NOT NULL
    UNION ALL
    SELECT p.sensor_id, p.began_at, p.batch_id, s.measures
    FROM sensor_stays p JOIN sensors s ON s.id = p.sensor_id
    WHERE s.is_public AND p.batch_id IS NOT NULL AND p.ended_at > p.began_at
), closed AS (
    SELECT d.sensor_id, d.stay_began_at, d.day, stay.batch_id, stay.measures, d.readings,
        d.lowest, d.highest, round(d.total / d.readings, 3) AS mean, d.outside_s, d.last_at
    FROM stay JOIN sensor_days d ON d.sensor_id = stay.sensor_id
        AND d.stay_began_at = stay.began_at AND d.day < :today
)
SELECT closed.*, coalesce(told.edition, 0) + 1 AS edition
FROM closed LEFT JOIN LATERAL (
    SELECT r.* FROM sensor_day_records r
    WHERE r.sensor_id = closed.sensor_id AND r.stay_began_at = closed.stay_began_at
        AND r.day = closed.day
    ORDER BY r.edition DESC LIMIT 1
) told ON true
WHERE (told.readings, told.lowest, told.highest, told.mean, told.outside_s)
    IS DISTINCT FROM (closed.readings, closed.lowest, closed.highest, closed.mean, closed.outside_s)
ORDER BY closed.sensor_id, closed.day, closed.stay_began_at LIMIT :most
"""
)
