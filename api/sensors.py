"""Sensors for programs: which there are, what they measured, readings of those without MQTT."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability.sensors import listing, register
from traceability.sensors.arriving import keeping, months
from traceability.sensors.arriving.messages import Told
from traceability.sensors.judging import answering, limiting
from traceability.sensors.judging.limiting import LimitsTold, PlaceLimitsTold
from traceability.sensors.judging.patience import patient
from traceability.sensors.listing import Stretch, Wanted
from traceability.sensors.models import AlarmAnswer, Sensor
from traceability.sensors.register import NewSensor, Place
from traceability.sensors.schemas import (
    AlarmAnsweredSchema,
    AlarmListSchema,
    AnswerInput,
    KeptSchema,
    LimitsInput,
    ProductLimitsInput,
    ProductLimitsSchema,
    ReadingListSchema,
    ReadingsInput,
    SensorListSchema,
    SensorMadeInput,
    SensorPlaceInput,
    SensorSchema,
    SensorsQuery,
    StretchQuery,
)

blueprint = Blueprint(
    "api_sensors", __name__, url_prefix="/api/v1", description="Sensors and what they measure"
)

_SAID = ("measures", "valid_from", "low", "high", "source", "set_at")


@blueprint.get("/sensors")
@web.guarded("sensor.write")
@blueprint.arguments(SensorsQuery, location="query")
@blueprint.response(200, SensorListSchema)
def list_sensors(query: dict[str, Any]) -> dict[str, Any]:
    """The sensors of the caller's organisations, the newest first."""
    wanted = Wanted(query["retired"], cursor=query.get("cursor"), size=query["limit"])
    with db.reading() as session:
        page = listing.list_sensors(session, current_actor(), wanted)
        return {"items": [_as_json(each) for each in page.items], "next": page.next_cursor}


@blueprint.get("/sensors/<code>")
@web.guarded("sensor.write")
@blueprint.response(200, SensorSchema)
def get_sensor(code: str) -> dict[str, Any]:
    """One sensor."""
    with db.reading() as session:
        return _as_json(register.get(session, current_actor(), code))


@blueprint.post("/sensors")
@web.guarded("sensor.write")
@blueprint.arguments(SensorMadeInput)
@blueprint.made_at(SensorSchema, "/sensors/{code}")
def register_sensor(given: dict[str, Any]) -> dict[str, Any]:
    """Register a sensor; its code is the end of its topic."""
    with db.transaction() as session:
        new = NewSensor(patience=patient(given), **given)
        sensor = register.register(session, current_actor(), new, now=clock.now())
        return _as_json(register.get(session, current_actor(), sensor.code))


@blueprint.post("/sensors/<code>/move")
@web.guarded("sensor.write")
@blueprint.arguments(SensorPlaceInput)
@blueprint.response(200, SensorSchema)
def move_sensor(given: dict[str, Any], code: str) -> dict[str, Any]:
    """A sensor stands elsewhere from now on; its topic stays, a lasting alarm ends."""
    with db.transaction() as session:
        place = Place(**given)
        return _as_json(register.move(session, current_actor(), code, place, now=clock.now()))


@blueprint.post("/sensors/<code>/limits")
@web.guarded("sensor.write")
@blueprint.arguments(LimitsInput)
@blueprint.response(200, SensorSchema)
def limit_sensor(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Set the limits of a sensor's place from now on; readings of before keep theirs."""
    with db.transaction() as session:
        said = PlaceLimitsTold(given.get("low"), given.get("high"), patient(given))
        return _as_json(register.set_limits(session, current_actor(), code, said, now=clock.now()))


@blueprint.post("/sensors/<code>/retire")
@web.guarded("sensor.write")
@blueprint.response(200, SensorSchema)
def retire_sensor(code: str) -> dict[str, Any]:
    """Take a sensor out of use; what it measured stays. Twice is once."""
    with db.transaction() as session:
        return _as_json(register.retire(session, current_actor(), code, now=clock.now()))


@blueprint.post("/sensor-limits")
@web.guarded("sensor.write")
@blueprint.arguments(ProductLimitsInput)
@blueprint.response(201, ProductLimitsSchema)
def limit_product(given: dict[str, Any]) -> dict[str, Any]:
    """Set a product's limits from a day on; both empty: none from then on."""
    code, patience = given.pop("product"), patient(given)
    with db.transaction() as session:
        said = LimitsTold(**given, patience=patience)
        row = limiting.set_product_limits(session, current_actor(), code, said, now=clock.now())
        return {**{name: getattr(row, name) for name in _SAID}, "product": code}


@blueprint.post("/sensor-alarms/<int:alarm_id>/answers")
@web.guarded("sensor.write")
@blueprint.arguments(AnswerInput)
@blueprint.response(201, AlarmAnsweredSchema)
def answer_alarm(given: dict[str, Any], alarm_id: int) -> AlarmAnswer:
    """Note what was done about an alarm; reminders of it end."""
    with db.transaction() as session:
        return answering.answer(session, current_actor(), alarm_id, given["done"], now=clock.now())


@blueprint.get("/sensors/<code>/readings")
@web.guarded("sensor.write")
@blueprint.arguments(StretchQuery, location="query")
@blueprint.response(200, ReadingListSchema)
def list_readings(query: dict[str, Any], code: str) -> dict[str, Any]:
    """A sensor's readings of a stretch of time, the earliest first."""
    stretch = Stretch(query.get("since"), query.get("until"), query.get("cursor"), query["limit"])
    with db.reading() as session:
        _sensor, page = listing.list_readings(session, current_actor(), code, stretch)
        items = [
            {
                "at": each.measured_at,
                "sequence": each.sequence,
                "value": each.value,
                "received_at": each.received_at,
            }
            for each in page.items
        ]
        since = months.kept_since(session)
    return {"items": items, "next": page.next_cursor, "kept_since": since}


@blueprint.post("/sensors/<code>/readings")
@web.guarded("sensor.report")
@blueprint.arguments(ReadingsInput)
@blueprint.response(200, KeptSchema)
def send_readings(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Keep readings as if they had come over MQTT; sent again, each is still one.

    A device's own key (`ngs_…`, made on the sensor's page) may do this and nothing else. What
    cannot be kept is refused by itself, with the reason: `time_out_of_range` (older than
    31 days or in the future), `impossible_value`, `retired_reading`.
    """
    now = clock.now()
    with db.transaction() as session:
        sensor = register.get_to_report(session, current_actor(), code)
        told = [
            Told(sensor.code, each["at"], each["sequence"], each["value"])
            for each in given["readings"]
        ]
        kept = keeping.keep_told(session, told, now=now)
    return {"new": kept.new, "known": kept.known, "refused": kept.refused}


@blueprint.get("/sensor-alarms")
@web.guarded("sensor.write")
@blueprint.arguments(SensorsQuery(only=("cursor", "limit")), location="query")
@blueprint.response(200, AlarmListSchema)
def list_alarms(query: dict[str, Any]) -> dict[str, Any]:
    """The alarms of the caller's sensors, the latest first."""
    wanted = Wanted(cursor=query.get("cursor"), size=query["limit"])
    with db.reading() as session:
        page = listing.list_alarms(session, current_actor(), wanted)
        items = [
            {
                "id": each.id,
                "sensor": each.sensor.code,
                "is_above": each.is_above,
                "limit": each.limit,
                "worst": each.worst,
                "began_at": each.began_at,
                "ended_at": each.ended_at,
                "heard_at": each.heard_at,
                "is_late": each.is_late,
                "overtaken_at": each.overtaken_at,
                "part_of": each.joined_id,
            }
            for each in page.items
        ]
    return {"items": items, "next": page.next_cursor}


def _as_json(sensor: Sensor) -> dict[str, Any]:
    return {
        "code": sensor.code,
        "name": sensor.name,
        "organisation": sensor.organisation.code,
        "measures": sensor.measures,
        "unit": sensor.measure.unit,
        "area": sensor.area.code if sensor.area else None,
        "batch": sensor.batch.code if sensor.batch else None,
        "room": sensor.room,
        "low": sensor.low,
        "high": sensor.high,
        "is_public": sensor.is_public,
        "topic": sensor.topic,
        "registered_at": sensor.registered_at,
        "retired_at": sensor.retired_at,
        "last_at": sensor.last_at,
        "last_value": sensor.last_value,
    }
