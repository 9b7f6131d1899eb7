"""Sensors and their readings for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.traceability.factories import Grown
from traceability.sensors import register
from traceability.sensors.arriving import keeping
from traceability.sensors.arriving.keeping import Kept
from traceability.sensors.arriving.messages import Told
from traceability.sensors.models import Sensor
from traceability.sensors.register import NewSensor


def make_sensor(session: Session, grown: Grown, now: datetime, **said: object) -> Sensor:
    """A thermometer of a cold room that rings above 8 °C and below 2 °C."""
    row = {"room": "Kho lạnh", "low": Decimal(2), "high": Decimal(8), **said}
    name = str(row.pop("name", "Kho lạnh"))
    new = NewSensor(grown.organisation.code, name, "temperature", **row)  # type: ignore[arg-type]
    return register.register(session, SYSTEM, new, now=now)


def send(
    session: Session, sensor: Sensor, readings: Iterable[tuple[datetime, object]], *, now: datetime
) -> Kept:
    """Keep readings of a sensor."""
    told = [
        Told(sensor.code, at, number, Decimal(str(value)))
        for number, (at, value) in enumerate(readings, 1)
    ]
    return keeping.keep_told(session, told, now=now)
