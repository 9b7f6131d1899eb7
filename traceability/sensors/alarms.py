"""Readings outside a sensor's limits: one alarm an excursion, told to its cooperative.

`watching` says when one begins and ends. Each of both is an EPCIS event (ObjectEvent, OBSERVE,
sensor_reporting); the readings in between are not. Letters leave with a job (`letters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import jobs
from growing_areas.models import GrowingArea
from traceability import events
from traceability.epcis import own_documents
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.sensors import watching
from traceability.sensors.bounds import InForce, Stand
from traceability.sensors.models import Sensor, SensorAlarm
from traceability.sensors.watching import Bounds, Change, Excursion, Measured, Row, Watch

JOB = "sensors.tell_alarms"


@dataclass(frozen=True)
class _News:
    """A change of an alarm, and where its sensor stood."""

    sensor: Sensor
    stand: Stand
    change: Change


def lasting(session: Session, sensor_ids: Iterable[int]) -> dict[int, SensorAlarm]:
    """The alarms that have not ended, by sensor."""
    statement = select(SensorAlarm).where(
        SensorAlarm.sensor_id.in_(sorted(set(sensor_ids))), SensorAlarm.ended_at.is_(None)
    )
    return {alarm.sensor_id: alarm for alarm in session.scalars(statement)}


def judge(
    session: Session,
    sensors: Sequence[Sensor],
    readings: Mapping[int, Sequence[Measured]],
    limits: InForce,
    *,
    now: datetime,
) -> None:
    """Begin, worsen and end the alarms of some sensors by new readings, the earliest first.

    The sensors' rows are locked. As many statements for a thousand readings as for one.
    """
    open_alarms = lasting(session, [sensor.id for sensor in sensors])
    news: list[_News] = []
    new: list[SensorAlarm] = []
    for sensor in sorted(sensors, key=lambda each: each.id):
        watch, changes = watching.follow(
            _watch(sensor, open_alarms.get(sensor.id)),
            readings[sensor.id],
            lambda at, sensor_id=sensor.id: limits.at(sensor_id, at).bounds,  # type: ignore[misc]
        )
        _remember(sensor, watch)
        news += [_News(sensor, limits.at(sensor.id, each.at).stand, each) for each in changes]
        new += _written(sensor, open_alarms.get(sensor.id), watch, changes)
    # A lasting one ends in the database before another one of its sensor begins.
    session.flush()
    session.add_all(new)
    session.flush()
    _record(session, news, now)


def end(session: Session, sensor: Sensor, *, now: datetime) -> None:
    """End a lasting alarm because the sensor was retired, moved, or its limits are others now.

    What was outside for too short a while for an alarm is forgotten likewise.
    """
    alarm = lasting(session, [sensor.id]).get(sensor.id)
    watch = _watch(sensor, alarm)
    _remember(sensor, Watch(watch.last))
    if alarm is None or watch.excursion is None:
        session.flush()
        return
    # Nought degrees are a reading like any other.
    last = watch.last or Measured(now, alarm.worst)
    at = max(last.measured_at, alarm.began_at)
    change = Change("ended", watch.excursion, at, last, Bounds(sensor.low, sensor.high))
    alarm.ended_at = at
    session.flush()
    stand = Stand(sensor.placed_at, now, sensor.batch_id)
    _record(session, [_News(sensor, stand, change)], now)


def _watch(sensor: Sensor, alarm: SensorAlarm | None) -> Watch:
    last = outside = excursion = None
    if sensor.last_at is not None and sensor.last_value is not None:
        last = Measured(sensor.last_at, sensor.last_value)
    since, worst, above = sensor.outside_since, sensor.outside_worst, sensor.outside_above
    if since is not None and worst is not None and above is not None:
        outside = Row(since, sensor.outside_count, worst, above)
    if alarm is not None:
        excursion = Excursion(alarm.is_above, alarm.limit, alarm.worst, alarm.began_at)
    return Watch(last, outside, excursion, sensor.calm_since)


def _remember(sensor: Sensor, watch: Watch) -> None:
    if watch.last is not None:
        sensor.last_at, sensor.last_value = watch.last.measured_at, watch.last.value
    row = watch.outside
    sensor.outside_since = row.since if row else None
    sensor.outside_count = row.count if row else 0
    sensor.outside_worst = row.worst if row else None
    sensor.outside_above = row.is_above if row else None
    sensor.calm_since = watch.calm_since


def _written(
    sensor: Sensor, alarm: SensorAlarm | None, watch: Watch, changes: Sequence[Change]
) -> list[SensorAlarm]:
    """Write down what became of the alarm that lasted; answers those that began since."""
    new: list[SensorAlarm] = []
    for change in changes:
        excursion = change.excursion
        if change.kind == "began":
            alarm = SensorAlarm(
                sensor_id=sensor.id,
                is_above=excursion.is_above,
                limit=excursion.limit,
                worst=excursion.worst,
                began_at=excursion.began_at,
            )
            new.append(alarm)
        elif alarm is not None:
            alarm.worst, alarm.ended_at = excursion.worst, max(change.at, excursion.began_at)
            alarm = None
    if alarm is not None and watch.excursion is not None:
        alarm.worst = watch.excursion.worst
    return new


def _record(session: Session, news: Sequence[_News], now: datetime) -> None:
    """Record the events, and have the letters written."""
    if not news:
        return
    batch_ids = {each.stand.batch_id for each in news if each.stand.batch_id is not None}
    lots = nodes.uris_of(session, batch_ids) if batch_ids else {}
    areas = _areas(session, {each.sensor.area_id for each in news if each.sensor.area_id})
    told = [(each.sensor.organisation_id, _happening(each, lots, areas)) for each in news]
    events.record_all(session, told, now=now)
    # One each time: one that waits already could start before this transaction has committed.
    jobs.defer(session, JOB, lock=JOB)


def _happening(news: _News, lots: Mapping[int, str], areas: Mapping[int, str]) -> Happening:
    sensor, change = news.sensor, news.change
    lot = lots.get(news.stand.batch_id or 0)
    at = change.reading.measured_at
    metadata = {"time": own_documents.instant(at), "deviceID": f"/sensors/{sensor.code}"}
    return Happening(
        "ObjectEvent",
        "sensor_reporting",
        happened_at=at,
        action="OBSERVE",
        things=(Portion(lot),) if lot else (),
        biz_location=areas.get(sensor.area_id or 0),
        sensors=({"sensorMetadata": metadata, "sensorReport": [_report(sensor, change)]},),
        details={
            "alarm": change.kind,
            "limit": f"{change.excursion.limit:f}",
            "since": own_documents.instant(change.at),
        },
    )


def _report(sensor: Sensor, change: Change) -> dict[str, Any]:
    measure, excursion = sensor.measure, change.excursion
    told = {"type": measure.gs1_type, "value": float(change.reading.value), "uom": measure.unit}
    if change.kind == "began":
        return {**told, "exception": "ALARM_CONDITION"}
    return {**told, "maxValue" if excursion.is_above else "minValue": float(excursion.worst)}


def _areas(session: Session, area_ids: set[int]) -> dict[int, str]:
    if not area_ids:
        return {}
    statement = select(GrowingArea.id, GrowingArea.code).where(GrowingArea.id.in_(area_ids))
    return {row.id: f"/areas/{row.code}" for row in session.execute(statement) if row.code}
