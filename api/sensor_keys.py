"""Keys of devices for programs: made, listed, withdrawn; each posts readings and nothing else."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability.sensors import register
from traceability.sensors.devices import device_tokens
from traceability.sensors.devices.device_models import SensorToken
from traceability.sensors.schemas import (
    DeviceKeyListSchema,
    DeviceKeyMadeSchema,
    TokenInput,
)

blueprint = Blueprint(
    "api_sensor_keys",
    __name__,
    url_prefix="/api/v1/sensors/<code>/keys",
    description="Keys of devices that report",
)


@blueprint.get("")
@web.guarded("sensor.write")
@blueprint.response(200, DeviceKeyListSchema)
def list_keys(code: str) -> dict[str, Any]:
    """The living keys by which a sensor can report: its own, and those for all of its house's."""
    with db.reading() as session:
        sensor = register.get(session, current_actor(), code)
        return {"items": [_as_json(each) for each in device_tokens.list_of(session, sensor)]}


@blueprint.post("")
@web.guarded("sensor.write")
@blueprint.arguments(TokenInput)
@blueprint.response(201, DeviceKeyMadeSchema)
def make_key(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Make a key for one sensor or (`scope`: `all`) for all; `key` is told this once."""
    with db.transaction() as session:
        actor, for_all = current_actor(), given["scope"] == "all"
        made = device_tokens.make(
            session, actor, code, given["name"], for_all=for_all, now=clock.now()
        )
        return {**_as_json(session.get_one(SensorToken, made.id)), "key": made.plain}


@blueprint.delete("/<int:token_id>")
@web.guarded("sensor.write")
@blueprint.response(204)
def withdraw_key(code: str, token_id: int) -> None:
    """End a key at once; twice is once."""
    with db.transaction() as session:
        device_tokens.revoke(session, current_actor(), code, token_id, now=clock.now())


def _as_json(row: SensorToken) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scope": "one" if row.sensor_id is not None else "all",
        "created_at": row.created_at,
        "last_used_on": row.last_used_on,
    }
