"""``nguon sensors bridge``: bring readings in from the MQTT broker."""

from __future__ import annotations

import signal
import threading

import click

from foundation.console import connected
from foundation.errors import Refused
from traceability.sensors.bridge import Bridge, broker_of


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


commands = [sensors]
