"""Messages of devices become readings: each once, however often it comes.

Whoever took messages from a broker acknowledges them only after this has committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from traceability.sensors.arriving import messages
from traceability.sensors.arriving.messages import Told, Unreadable
from traceability.sensors.arriving.receipts import Answered
from traceability.sensors.drawing import summaries
from traceability.sensors.judging import alarms, bounds
from traceability.sensors.judging.watching import Measured
from traceability.sensors.models import Sensor, SensorReading


@dataclass(frozen=True)
class Message:
    """What came on a topic."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Kept:
    """What became of some messages: new readings, ones known already, refusals by reason.

    ``answered`` tells it of each numbered one.
    """

    new: int
    known: int
    refused: Mapping[str, int]
    answered: tuple[Answered, ...] = ()


def keep(session: Session, told: Iterable[Message], *, now: datetime) -> Kept:
    """Keep the readings that messages tell; what cannot be read is counted, never raised.

    Raises: sqlalchemy.exc.OperationalError when the database is away: nothing was kept then.
    """
    return _keep(session, [messages.read(each.topic, each.payload, now=now) for each in told], now)


def keep_told(session: Session, told: Iterable[Told], *, now: datetime) -> Kept:
    """Keep readings that came another way than by messages."""
    return _keep(session, [messages.in_time(each, now=now) for each in told], now)


def _keep(session: Session, read: Sequence[Told | Unreadable], now: datetime) -> Kept:
    sensors = _locked(session, {each.code for each in read})
    judged = [_judged(each, sensors) for each in read]
    readings = [each for each in judged if isinstance(each, Told)]
    refused = [each for each in judged if isinstance(each, Unreadable)]
    new = _insert(session, readings, sensors, now)
    _judge(session, [each for each in sensors.values() if each.id in new], new, now)
    _count(sensors, refused, now)
    count = sum(map(len, new.values()))
    return Kept(
        count,
        len(readings) - count,
        Counter(each.reason for each in refused),
        tuple(
            Answered(each.code, each.sequence, isinstance(each, Told))
            for each in judged
            if each.sequence and each.code in sensors
        ),
    )


def _locked(session: Session, codes: set[str]) -> dict[str, Sensor]:
    """The sensors of some codes, locked in id order: alarms are judged by one at a time."""
    sane = [code for code in codes if "\x00" not in code and len(code) <= 16]
    statement = select(Sensor).where(Sensor.code.in_(sane)).order_by(Sensor.id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {sensor.code: sensor for sensor in found}


def _judged(each: Told | Unreadable, sensors: Mapping[str, Sensor]) -> Told | Unreadable:
    sensor = sensors.get(each.code)
    if sensor is None:
        return Unreadable(each.code, "unknown_sensor", each.sequence)
    if sensor.retired_at is not None:
        return Unreadable(each.code, "retired_reading", each.sequence)
    if isinstance(each, Told):
        measure = sensor.measure
        if not measure.lowest <= each.value <= measure.highest:
            return Unreadable(each.code, "impossible_value", each.sequence)
    return each


def _insert(
    session: Session, readings: Sequence[Told], sensors: Mapping[str, Sensor], now: datetime
) -> dict[int, list[Measured]]:
    """Write what is new; by sensor, the earliest first."""
    if not readings:
        return {}
    rows = [
        {
            "sensor_id": sensors[each.code].id,
            "measured_at": each.measured_at,
            "sequence": each.sequence,
            "value": each.value,
            "received_at": now,
        }
        for each in readings
    ]
    written = session.execute(
        insert(SensorReading)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(
            SensorReading.sensor_id,
            SensorReading.measured_at,
            SensorReading.sequence,
            SensorReading.value,
        )
    )
    new: dict[int, list[Measured]] = {}
    for sensor_id, measured_at, sequence, value in sorted(written.all()):
        new.setdefault(sensor_id, []).append(Measured(measured_at, value, sequence))
    return new


def _judge(
    session: Session, heard: list[Sensor], new: Mapping[int, list[Measured]], now: datetime
) -> None:
    if not heard:
        return
    limits = bounds.in_force(session, heard)
    alarms.judge(session, heard, new, limits, now=now)
    summaries.note(session, new, limits)


def _count(sensors: Mapping[str, Sensor], refused: Iterable[Unreadable], now: datetime) -> None:
    """Owners see on their sensor's page that something comes which cannot be read."""
    for each in refused:
        sensor = sensors.get(each.code)
        if sensor is not None:
            sensor.refused += 1
            sensor.refused_at, sensor.refused_because = now, each.reason
