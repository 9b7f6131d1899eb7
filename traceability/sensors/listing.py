"""Lists of sensors, of their alarms and of their readings, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from traceability.sensors import register
from traceability.sensors.models import AlarmAnswer, Sensor, SensorAlarm, SensorReading, SensorStay


@dataclass(frozen=True)
class Wanted:
    """Which sensors or alarms: in use or retired, in which state; and which page of them."""

    retired: bool = False
    alarms: str = "all"
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


@dataclass(frozen=True)
class Stretch:
    """Readings measured from one moment (included) to another (excluded), and which page."""

    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def list_sensors(session: Session, actor: Actor, wanted: Wanted) -> Page[Sensor]:
    """The sensors of one's organisations, in use or retired, the newest first."""
    permissions.require(actor, register.WRITE)
    state = Sensor.retired_at.is_not(None) if wanted.retired else Sensor.retired_at.is_(None)
    statement = register.whole().where(state, _own(actor))
    return paging.fetch(
        session, statement, (Sensor.id,), cursor=wanted.cursor, size=wanted.size, descending=True
    )


def list_alarms(session: Session, actor: Actor, wanted: Wanted) -> Page[SensorAlarm]:
    """The alarms of one's organisations' sensors, the latest first."""
    permissions.require(actor, register.WRITE)
    answered = select(AlarmAnswer.id).where(AlarmAnswer.alarm_id == SensorAlarm.id).exists()
    valid = SensorAlarm.overtaken_at.is_(None)
    states = {"lasting": SensorAlarm.ended_at.is_(None), "open": ~answered & valid}
    statement = (
        select(SensorAlarm)
        .join(SensorAlarm.sensor)
        .options(
            contains_eager(SensorAlarm.sensor).options(
                joinedload(Sensor.organisation),
                joinedload(Sensor.area),
                joinedload(Sensor.batch),
            ),
            selectinload(SensorAlarm.answers).joinedload(AlarmAnswer.person),
        )
        .where(states.get(wanted.alarms, true()), _own(actor))
    )
    key = (SensorAlarm.began_at, SensorAlarm.id)
    return paging.fetch(
        session, statement, key, cursor=wanted.cursor, size=wanted.size, descending=True
    )


def lasting_among(session: Session, sensors: Sequence[Sensor]) -> frozenset[int]:
    """Which of some sensors are in alarm just now, by id."""
    ids = [sensor.id for sensor in sensors]
    lasting = SensorAlarm.sensor_id.in_(ids) & SensorAlarm.ended_at.is_(None)
    return frozenset(session.scalars(select(SensorAlarm.sensor_id).where(lasting)))


def alarms_of(session: Session, sensor_id: int, *, most: int = 10) -> Sequence[SensorAlarm]:
    """The newest alarms of a sensor."""
    statement = (
        select(SensorAlarm)
        .where(SensorAlarm.sensor_id == sensor_id)
        .options(
            joinedload(SensorAlarm.sensor),
            selectinload(SensorAlarm.answers).joinedload(AlarmAnswer.person),
        )
    )
    return list(session.scalars(statement.order_by(SensorAlarm.began_at.desc()).limit(most)))


def alarms_since(
    session: Session, sensor_id: int, since: datetime, *, most: int = 200
) -> Sequence[SensorAlarm]:
    """The alarms of a sensor that were on at some time since a moment, the newest first."""
    own = (SensorAlarm.sensor_id == sensor_id, SensorAlarm.overtaken_at.is_(None))
    before = select(func.max(SensorAlarm.began_at)).where(*own, SensorAlarm.began_at < since)
    statement = (
        select(SensorAlarm)
        .where(*own, SensorAlarm.began_at >= func.coalesce(before.scalar_subquery(), since))
        .where(SensorAlarm.ended_at.is_(None) | (SensorAlarm.ended_at >= since))
    )
    return list(session.scalars(statement.order_by(SensorAlarm.began_at.desc()).limit(most)))


def stays_of(session: Session, sensor_id: int, *, most: int = 50) -> Sequence[SensorStay]:
    """Where a sensor stood before, the latest first."""
    statement = (
        select(SensorStay)
        .where(SensorStay.sensor_id == sensor_id)
        .options(joinedload(SensorStay.area), joinedload(SensorStay.batch))
        .order_by(SensorStay.ended_at.desc(), SensorStay.id.desc())
    )
    return list(session.scalars(statement.limit(most)))


def list_readings(
    session: Session, actor: Actor, code: str, stretch: Stretch
) -> tuple[Sensor, Page[SensorReading]]:
    """A sensor and a page of its readings, the earliest first. Raises: NotFound."""
    sensor = register.get(session, actor, code)
    measured = SensorReading.measured_at
    statement = select(SensorReading).where(SensorReading.sensor_id == sensor.id)
    if stretch.since is not None:
        statement = statement.where(measured >= stretch.since)
    if stretch.until is not None:
        statement = statement.where(measured < stretch.until)
    key = (measured, SensorReading.sequence)
    page = paging.fetch(
        session, statement, key, cursor=stretch.cursor, size=stretch.size, count=False
    )
    return sensor, page


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.system or actor.has_role("admin"):
        return true()
    return Sensor.organisation_id.in_(actor.organisation_ids("manager", "staff"))
