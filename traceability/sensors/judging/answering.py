"""Answering an alarm: who saw to it, when, and what was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import NotFound
from traceability.sensors.models import AlarmAnswer, Sensor, SensorAlarm

WRITE = "sensor.write"


def get_alarm(session: Session, actor: Actor, alarm_id: int) -> SensorAlarm:
    """An alarm of one's own organisation's sensor, with its answers. Raises: NotFound."""
    alarm = session.scalar(
        select(SensorAlarm)
        .join(SensorAlarm.sensor)
        .options(
            contains_eager(SensorAlarm.sensor).options(
                joinedload(Sensor.organisation), joinedload(Sensor.area), joinedload(Sensor.batch)
            ),
            selectinload(SensorAlarm.answers).joinedload(AlarmAnswer.person),
            joinedload(SensorAlarm.joined),
        )
        .where(SensorAlarm.id == alarm_id)
        .execution_options(populate_existing=True)
    )
    if alarm is None:
        raise NotFound("sensor.alarm_not_found")
    permissions.require(actor, WRITE, alarm.sensor)
    return alarm


def answer(
    session: Session, actor: Actor, alarm_id: int, done: str, *, now: datetime
) -> AlarmAnswer:
    """Say what was done about an alarm; reminders of it end. Also of one that is over.

    Raises: Forbidden, NotFound("sensor.alarm_not_found").
    """
    alarm = get_alarm(session, actor, alarm_id)
    said = AlarmAnswer(alarm_id=alarm.id, person_id=actor.person_id, answered_at=now, done=done)
    session.add(said)
    session.flush()
    return said
