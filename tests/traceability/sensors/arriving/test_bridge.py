"""The bridge between a real Mosquitto and the readings: what it brings, answers and outlives."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from accounts.permissions import SYSTEM
from drills import mqtt
from drills.mqtt import Broker, CarefulDevice
from foundation import clock, db
from foundation.errors import Invalid
from tests.traceability.factories import grow
from traceability.sensors import register
from traceability.sensors.arriving.bridge import Bridge, broker_of
from traceability.sensors.models import SensorReading
from traceability.sensors.register import NewSensor


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not Path(mqtt.MOSQUITTO).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the bridge's test needs Mosquitto: apt-get install mosquitto")
        pytest.skip("the bridge's test needs Mosquitto: apt-get install mosquitto")
    broker = Broker(tmp_path / "broker")
    yield broker
    broker.stop()


@pytest.fixture
def bridge(own_database: db.Database, broker: Broker) -> Iterator[threading.Thread]:
    stopping = threading.Event()
    bridge = Bridge(broker_of(f"mqtt://127.0.0.1:{broker.port}"), stopping)
    thread = threading.Thread(target=bridge.run)
    thread.start()
    yield thread
    stopping.set()
    thread.join()


def cold_room(now: datetime) -> str:
    with db.transaction() as session:
        grown = grow(session, now)
        room, high = "Kho lạnh", Decimal(8)
        new = NewSensor(grown.organisation.code, room, "temperature", room=room, high=high)
        return register.register(session, SYSTEM, new, now=now).code


def kept() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(SensorReading)) or 0


def soon(is_so: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_a_device_is_sent_receipts_and_a_killed_broker_costs_nothing(
    broker: Broker, bridge: threading.Thread
) -> None:
    now = clock.now()
    device = CarefulDevice(broker.port, cold_room(now))

    for number in range(1, 41):
        if number == 20:
            broker.kill()
        device.send(number, f'{{"at": "{now.isoformat()}", "value": 4, "sequence": {number}}}')
    told = device.finish(time.monotonic() + 60)
    device.send(41, '{"sequence": 41}')
    refused = device.finish(time.monotonic() + 60)
    device.stop()

    assert bridge.is_alive()
    assert told
    assert refused
    assert kept() == 40


@pytest.mark.parametrize("url", ["http://a", "mqtt://", "mqtt://a:99999", "mqtt://a:b"])
def test_an_address_that_names_no_broker_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        broker_of(url)


def test_an_address_may_name_who_one_is() -> None:
    found = broker_of("mqtts://b%40c:p%3A@host")

    assert (found.host, found.port, found.user, found.password) == ("host", 8883, "b@c", "p:")
    assert found.is_tls
