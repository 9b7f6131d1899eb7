"""``nguon sensors``: the bridge to the MQTT broker, summaries drawn anew."""

from __future__ import annotations

import signal
import threading

import click
from sqlalchemy import select

from foundation import db
from foundation.console import connected
from foundation.errors import Refused
from foundation.i18n import _
from traceability.sensors.arriving import months
from traceability.sensors.arriving.bridge import Bridge, broker_of
from traceability.sensors.drawing import summaries
from traceability.sensors.models import Sensor


@click.group("sensors")
def sensors() -> None:
    """Sensors and their readings."""


@sensors.command("bridge")
def bridge() -> None:
    """Bring readings in from NGUON_MQTT_URL until stopped; `nguon serve` runs one itself."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with connected() as settings:
        if not settings.mqtt_url:
            raise Refused("sensor.no_broker")
        Bridge(broker_of(settings.mqtt_url), stopping).run()


@sensors.command("draw-summaries")
def draw_summaries() -> None:
    """Draw hours and days of every sensor anew from the readings that are kept."""
    with connected():
        with db.reading() as session:
            ids = list(session.scalars(select(Sensor.id).order_by(Sensor.id)))
            since = months.kept_since(session)
        hours = 0
        for sensor_id in ids:
            with db.transaction() as session:
                sensor = session.get_one(Sensor, sensor_id)
                hours += summaries.draw_anew(session, sensor, since=since)
    click.echo(_("Số giờ đã vẽ lại: %(count)s", count=hours))


commands = [sensors]
