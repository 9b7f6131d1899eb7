"""Readings outside a sensor's limits: one alarm an excursion, told to its cooperative.

Beginning and end are each an EPCIS event (ObjectEvent, OBSERVE, sensor_reporting); the readings in
between are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import config, i18n
from foundation.i18n import _
from growing_areas import recipients
from growing_areas.models import GrowingArea
from traceability import events
from traceability.epcis import own_documents
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.models import Batch
from traceability.sensors.bounds import InForce
from traceability.sensors.models import Sensor, SensorAlarm


@dataclass(frozen=True)
class Measured:
    """A reading that is kept, of a sensor whose row is locked."""

    measured_at: datetime
    value: Decimal


def lasting(session: Session, sensor_ids: Iterable[int]) -> dict[int, SensorAlarm]:
    """The alarms that have not ended, by sensor."""
    statement = select(SensorAlarm).where(
        SensorAlarm.sensor_id.in_(sorted(set(sensor_ids))), SensorAlarm.ended_at.is_(None)
    )
    return {alarm.sensor_id: alarm for alarm in session.scalars(statement)}


def judge(
    session: Session,
    sensor: Sensor,
    readings: Iterable[Measured],
    alarm: SensorAlarm | None,
    limits: InForce,
    *,
    now: datetime,
) -> None:
    """Begin, worsen or end the sensor's alarm by new readings, the earliest first.

    Readings older than what is known already only fill the history.
    """
    for reading in readings:
        if sensor.last_at is not None and reading.measured_at < sensor.last_at:
            continue
        sensor.last_at, sensor.last_value = reading.measured_at, reading.value
        broken = limits.of(sensor, reading.measured_at).broken_by(reading.value)
        alarm = _after(session, sensor, reading, alarm, broken, now)


def end(session: Session, sensor: Sensor, *, now: datetime) -> None:
    """End a lasting alarm because the sensor was retired, moved, or its limits are others now."""
    alarm = lasting(session, [sensor.id]).get(sensor.id)
    if alarm is not None:
        # Nought degrees are a reading like any other.
        value = alarm.worst if sensor.last_value is None else sensor.last_value
        last = Measured(sensor.last_at or now, value)
        _end(session, sensor, alarm, last, now)


def _after(
    session: Session,
    sensor: Sensor,
    reading: Measured,
    alarm: SensorAlarm | None,
    broken: Decimal | None,
    now: datetime,
) -> SensorAlarm | None:
    if alarm is not None:
        is_other_side = broken is not None and (broken > reading.value) == alarm.is_above
        if broken is None or is_other_side:
            _end(session, sensor, alarm, reading, now)
            alarm = None
        elif abs(reading.value - alarm.limit) > abs(alarm.worst - alarm.limit):
            alarm.worst = reading.value
    if alarm is None and broken is not None:
        return _begin(session, sensor, reading, broken, now)
    return alarm


def _begin(
    session: Session, sensor: Sensor, reading: Measured, limit: Decimal, now: datetime
) -> SensorAlarm:
    alarm = SensorAlarm(
        sensor_id=sensor.id,
        is_above=reading.value > limit,
        limit=limit,
        worst=reading.value,
        began_at=reading.measured_at,
    )
    session.add(alarm)
    session.flush()
    report = {**_report(sensor, reading), "exception": "ALARM_CONDITION"}
    _record(session, sensor, reading, report, {"alarm": "began", "limit": f"{limit:f}"}, now)
    _tell(session, sensor, alarm, reading)
    return alarm


def _end(
    session: Session, sensor: Sensor, alarm: SensorAlarm, reading: Measured, now: datetime
) -> None:
    alarm.ended_at = max(reading.measured_at, alarm.began_at)
    session.flush()
    worst = "maxValue" if alarm.is_above else "minValue"
    report = {**_report(sensor, reading), worst: float(alarm.worst)}
    _record(session, sensor, reading, report, {"alarm": "ended", "limit": f"{alarm.limit:f}"}, now)
    _tell(session, sensor, alarm, reading)


def _report(sensor: Sensor, reading: Measured) -> dict[str, Any]:
    measure = sensor.measure
    return {"type": measure.gs1_type, "value": float(reading.value), "uom": measure.unit}


def _record(
    session: Session,
    sensor: Sensor,
    reading: Measured,
    report: dict[str, Any],
    details: dict[str, Any],
    now: datetime,
) -> None:
    moment = own_documents.instant(reading.measured_at)
    metadata = {"time": moment, "deviceID": f"/sensors/{sensor.code}"}
    happening = Happening(
        "ObjectEvent",
        "sensor_reporting",
        happened_at=reading.measured_at,
        action="OBSERVE",
        things=_lots(session, sensor),
        biz_location=_area_uri(session, sensor),
        sensors=({"sensorMetadata": metadata, "sensorReport": [report]},),
        details=details,
    )
    events.record(session, sensor.organisation_id, happening, now=now)


def _lots(session: Session, sensor: Sensor) -> tuple[Portion, ...]:
    if sensor.batch_id is None:
        return ()
    return (Portion(nodes.uris_of(session, [sensor.batch_id])[sensor.batch_id]),)


def _area_uri(session: Session, sensor: Sensor) -> str | None:
    if sensor.area_id is None:
        return None
    code = session.scalar(select(GrowingArea.code).where(GrowingArea.id == sensor.area_id))
    return f"/areas/{code}" if code else None


def _tell(session: Session, sensor: Sensor, alarm: SensorAlarm, reading: Measured) -> None:
    managers = recipients.managers_of(session, [sensor.organisation_id])
    lot = session.scalar(select(Batch.lot).where(Batch.id == sensor.batch_id))
    recipients.tell(
        session,
        managers.get(sensor.organisation_id, ()),
        lambda: _words(sensor, alarm, reading, lot),
    )


def _words(
    sensor: Sensor, alarm: SensorAlarm, reading: Measured, lot: str | None
) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    measure = sensor.measure
    said = {
        "name": sensor.name,
        "measure": measure.name,
        "value": f"{i18n.number(reading.value)} {measure.sign}",
        "limit": f"{i18n.number(alarm.limit)} {measure.sign}",
        "worst": f"{i18n.number(alarm.worst)} {measure.sign}",
    }
    if alarm.ended_at is not None:
        subject = _("%(name)s: hết báo động", **said)
        line = _("%(measure)s nay là %(value)s; lúc xấu nhất là %(worst)s.", **said)
    elif alarm.is_above:
        subject = _("%(name)s: %(measure)s quá cao", **said)
        line = _("%(measure)s là %(value)s, cao hơn giới hạn %(limit)s.", **said)
    else:
        subject = _("%(name)s: %(measure)s quá thấp", **said)
        line = _("%(measure)s là %(value)s, thấp hơn giới hạn %(limit)s.", **said)
    lines = [line, *([_("Lô %(lot)s", lot=lot)] if lot else [])]
    address = f"{config.current().base_url}/workspace/sensors/{sensor.code}"
    return subject, "\n".join([*lines, address])
