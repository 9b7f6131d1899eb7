"""Sensors in the access matrix: one of A's, with names nobody outside may read."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from traceability.sensors import register
from traceability.sensors.devices import device_tokens
from traceability.sensors.devices.device_models import DeadLetter
from traceability.sensors.models import SensorAlarm
from traceability.sensors.register import NewSensor

SENSOR = "/workspace/sensors/<code>"
NEW = {"organisation": "@org", "name": "Kho", "measures": "temperature", "room": "Kho"}
LIMITS = {
    "product": "@product",
    "measures": "temperature",
    "valid_from": "01/01/2026",
    "high": "8",
}
PAGES: dict[str, Place] = {
    "POST /workspace/sensors/new": Place(body=NEW, names_a=True),
    f"GET {SENSOR}": at(code="@sensor"),
    f"POST {SENSOR}/limits": send({"low": "2", "high": "8"}, code="@sensor"),
    f"GET {SENSOR}/retire": at(code="@sensor"),
    f"POST {SENSOR}/retire": at(code="@sensor"),
    f"GET {SENSOR}/move": at(code="@sensor"),
    f"POST {SENSOR}/move": send({"room": "Kho 2"}, code="@sensor"),
    f"POST {SENSOR}/publish": at(code="@sensor"),
    f"POST {SENSOR}/withhold": at(code="@sensor"),
    "GET /workspace/sensors/alarms/<int:alarm_id>": at(alarm_id="@sensor_alarm"),
    "POST /workspace/sensors/alarms/<int:alarm_id>": send(
        {"done": "Đóng cửa kho"}, alarm_id="@sensor_alarm"
    ),
    "POST /workspace/sensors/limits": Place(body=LIMITS, names_a=True),
}
PAGES |= {
    f"GET {SENSOR}/tokens": at(code="@sensor"),
    f"POST {SENSOR}/tokens": send({"name": "Nhiệt kế", "scope": "one"}, code="@sensor"),
    f"POST {SENSOR}/tokens/<int:token_id>/revoke": at(code="@sensor", token_id="@sensor_token"),
    "POST /admin/sensors/dead-letters/<int:letter_id>/retry": at(letter_id="@dead_letter"),
    "POST /admin/sensors/dead-letters/<int:letter_id>/discard": at(letter_id="@dead_letter"),
}
READINGS = {"readings": [{"at": "2026-11-21T02:00:00Z", "value": "4"}]}
API: dict[str, Place] = {
    "GET /api/v1/sensors/<code>": at(code="@sensor"),
    "GET /api/v1/sensors/<code>/readings": at(code="@sensor"),
    "POST /api/v1/sensors": Place(body=NEW, names_a=True),
    "POST /api/v1/sensors/<code>/move": send({"room": "Kho 2"}, code="@sensor"),
    "POST /api/v1/sensors/<code>/limits": send({"low": "2", "high": "8"}, code="@sensor"),
    "POST /api/v1/sensors/<code>/retire": at(code="@sensor"),
    "POST /api/v1/sensor-limits": Place(body={**LIMITS, "valid_from": "2026-01-01"}, names_a=True),
    "POST /api/v1/sensor-alarms/<int:alarm_id>/answers": send(
        {"done": "Đóng cửa kho"}, alarm_id="@sensor_alarm"
    ),
    "GET /api/v1/sensors/<code>/keys": at(code="@sensor"),
    "POST /api/v1/sensors/<code>/keys": send({"name": "Nhiệt kế"}, code="@sensor"),
    "DELETE /api/v1/sensors/<code>/keys/<int:token_id>": at(
        code="@sensor", token_id="@sensor_token"
    ),
    "POST /api/v1/sensors/<code>/readings": send(READINGS, code="@sensor"),
}


def tell(session: Session, world: World, a: Organisation, now: datetime) -> None:
    """A sensor in a room of A's."""
    new = NewSensor(a.code, f"Kho {SECRET}", "temperature", room="Kho lạnh")
    sensor = register.register(session, SYSTEM, new, now=now)
    alarm = SensorAlarm(
        sensor_id=sensor.id, is_above=True, limit=Decimal(8), worst=Decimal(9), began_at=now
    )
    letter = DeadLetter(topic=b"?", payload=b"?", reason="RaiseException", arrived_at=now)
    session.add_all([alarm, letter])
    session.flush()
    token = device_tokens.make(session, SYSTEM, sensor.code, "Kho", for_all=False, now=now)
    world.things |= {"sensor": sensor.code, "sensor_alarm": str(alarm.id)}
    world.things |= {"sensor_token": str(token.id), "dead_letter": str(letter.id)}
