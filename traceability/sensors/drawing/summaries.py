"""What sensors measured, hour by hour and day by day: drawn as readings arrive, and anew.

Both ways use the same statements, so a summary is always what its readings say. Hours follow from
readings, days (Vietnamese ones) from hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from foundation.clock import VIETNAM
from traceability.sensors.drawing.summary_models import SensorDay, SensorHour
from traceability.sensors.judging import bounds
from traceability.sensors.judging.bounds import InForce, Regime
from traceability.sensors.judging.watching import Measured
from traceability.sensors.models import Sensor

_HOUR = timedelta(hours=1)


def note(session: Session, new: Mapping[int, Sequence[Measured]], limits: InForce) -> None:
    """Draw the hours and days that new readings fall into; two statements, however many."""
    hours = {
        (sensor_id, hour)
        for sensor_id, readings in new.items()
        for reading in readings
        # One that comes late shortens what the next one stands for, an hour later at most.
        for hour in (_hour(reading.measured_at), _hour(reading.measured_at) + _HOUR)
    }
    if not hours:
        return
    spans: dict[int, tuple[datetime, datetime]] = {}
    for sensor_id, hour in hours:
        first, last = spans.get(sensor_id, (hour, hour))
        spans[sensor_id] = (min(first, hour), max(last, hour))
    regimes = [
        (sensor_id, regime)
        for sensor_id, (first, last) in spans.items()
        for regime in limits.within(sensor_id, first, last + _HOUR)
    ]
    _draw(session, sorted(hours), regimes)


def draw_anew(session: Session, sensor: Sensor, *, since: datetime | None) -> int:
    """Draw all hours and days of a sensor from its readings; answers how many hours there are.

    ``since``: readings of before are no more kept, so what is drawn of them stays.
    """
    start = _midnight_after(since) if since else bounds.EVER
    # Whoever keeps readings holds this lock, too.
    session.execute(text("SELECT FROM sensors WHERE id = :id FOR UPDATE"), {"id": sensor.id})
    session.execute(
        delete(SensorHour).where(SensorHour.sensor_id == sensor.id, SensorHour.hour >= start)
    )
    day = start.astimezone(VIETNAM).date()
    session.execute(delete(SensorDay).where(SensorDay.sensor_id == sensor.id, SensorDay.day >= day))
    hours = session.scalars(_HOURS_READ, {"sensor": sensor.id, "since": start}).all()
    limits = bounds.in_force(session, [sensor])
    regimes = [(sensor.id, each) for each in limits.within(sensor.id, start, bounds.NEVER)]
    _draw(session, [(sensor.id, hour) for hour in hours], regimes)
    return len(hours)


def undrawn(session: Session) -> list[int]:
    """Sensors that measured something of which nothing is drawn: from before there were hours."""
    measured = Sensor.last_at.is_not(None)
    drawn = select(SensorHour.sensor_id).where(SensorHour.sensor_id == Sensor.id).exists()
    return list(session.scalars(select(Sensor.id).where(measured, ~drawn).order_by(Sensor.id)))


def _draw(
    session: Session, hours: Sequence[tuple[int, datetime]], regimes: Iterable[tuple[int, Regime]]
) -> None:
    if not hours:
        return
    wanted = {"sensors": [sensor for sensor, _at in hours], "hours": [at for _sensor, at in hours]}
    session.execute(_DRAW_HOURS, wanted | _arrays(list(regimes)))
    session.execute(_DRAW_DAYS, wanted)


def _arrays(regimes: Sequence[tuple[int, Regime]]) -> dict[str, list[Any]]:
    return {
        "regime_sensors": [sensor_id for sensor_id, _each in regimes],
        "stays": [each.stand.began_at for _id, each in regimes],
        "begans": [each.began_at for _id, each in regimes],
        "untils": [each.until for _id, each in regimes],
        "lows": [each.bounds.low for _id, each in regimes],
        "highs": [each.bounds.high for _id, each in regimes],
    }


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _midnight_after(moment: datetime) -> datetime:
    """The beginning of the first Vietnamese day of which every reading is kept."""
    local = moment.astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == local else midnight + timedelta(days=1)


_HOURS_READ = text(
    """
SELECT DISTINCT date_trunc('hour', r.measured_at, 'UTC') AS hour FROM sensor_readings r
WHERE r.sensor_id = :sensor AND r.measured_at >= :since ORDER BY hour
"""
)
# Of each hour also the one before is read: a reading stands for the time since the last one.
_DRAW_HOURS = text(
    """
INSERT INTO sensor_hours (sensor_id, stay_began_at, hour, readings, lowest, highest, total,
    outside_s, first_at, last_at)
SELECT wanted.sensor_id, regime.stay, wanted.hour, count(*), min(r.value), max(r.value),
    sum(r.value),
    sum(CASE WHEN (r.value > regime.high OR r.value < regime.low)
            AND r.previous >= r.measured_at - interval '1 hour'
        THEN extract(epoch FROM r.measured_at - greatest(r.previous, regime.stay))
        ELSE 0 END),
    min(r.measured_at), max(r.measured_at)
FROM unnest(CAST(:sensors AS bigint[]), CAST(:hours AS timestamptz[])) AS wanted (sensor_id, hour)
CROSS JOIN LATERAL (
    SELECT r.measured_at, r.value,
        lag(r.measured_at) OVER (ORDER BY r.measured_at, r.sequence) AS previous
    FROM sensor_readings r
    WHERE r.sensor_id = wanted.sensor_id AND r.measured_at >= wanted.hour - interval '1 hour'
        AND r.measured_at < wanted.hour + interval '1 hour'
) r
JOIN unnest(CAST(:regime_sensors AS bigint[]), CAST(:stays AS timestamptz[]),
    CAST(:begans AS timestamptz[]), CAST(:untils AS timestamptz[]), CAST(:lows AS numeric[]),
    CAST(:highs AS numeric[])) AS regime (sensor_id, stay, began_at, until, low, high)
    ON regime.sensor_id = wanted.sensor_id
    AND r.measured_at >= regime.began_at AND r.measured_at < regime.until
WHERE r.measured_at >= wanted.hour
GROUP BY wanted.sensor_id, regime.stay, wanted.hour
ON CONFLICT (sensor_id, hour, stay_began_at) DO UPDATE SET
    (readings, lowest, highest, total, outside_s, first_at, last_at) = ROW (excluded.readings,
    excluded.lowest, excluded.highest, excluded.total, excluded.outside_s, excluded.first_at,
    excluded.last_at)
"""
)
_DRAW_DAYS = text(
    """
INSERT INTO sensor_days (sensor_id, stay_began_at, day, readings, lowest, highest, total,
    outside_s, first_at, last_at)
SELECT h.sensor_id, h.stay_began_at, wanted.day, sum(h.readings), min(h.lowest), max(h.highest),
    sum(h.total), sum(h.outside_s), min(h.first_at), max(h.last_at)
FROM (
    SELECT DISTINCT told.sensor_id, CAST(told.hour AT TIME ZONE INTERVAL '7 hours' AS date) AS day
    FROM unnest(CAST(:sensors AS bigint[]), CAST(:hours AS timestamptz[]))
        AS told (sensor_id, hour)
) wanted
JOIN sensor_hours h ON h.sensor_id = wanted.sensor_id
    AND h.hour >= CAST(wanted.day AS timestamp) AT TIME ZONE INTERVAL '7 hours'
    AND h.hour < CAST(wanted.day + 1 AS timestamp) AT TIME ZONE INTERVAL '7 hours'
GROUP BY h.sensor_id, h.stay_began_at, wanted.day
ON CONFLICT (sensor_id, day, stay_began_at) DO UPDATE SET
    (readings, lowest, highest, total, outside_s, first_at, last_at) = ROW (excluded.readings,
    excluded.lowest, excluded.highest, excluded.total, excluded.outside_s, excluded.first_at,
    excluded.last_at)
"""
)
