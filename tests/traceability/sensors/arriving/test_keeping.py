"""Messages become readings once; excursions become one alarm each."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from tests.traceability.factories import Grown, grow, make_batch
from traceability.epcis.models import EpcisEvent
from traceability.sensors import register
from traceability.sensors.arriving import keeping, months, receipts
from traceability.sensors.arriving.keeping import Kept, Message
from traceability.sensors.drawing import showing
from traceability.sensors.judging import limiting
from traceability.sensors.judging.limiting import LimitsTold
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.models import Sensor, SensorAlarm, SensorReading, SensorStay
from traceability.sensors.register import NewSensor, Place

AT_ONCE = PatienceTold(0, 1, Decimal(0), 0)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    months.prepare(session, now=now)
    return grow(session, now)


def cold_room(session: Session, grown: Grown, now: datetime, **changes: object) -> Sensor:
    row = {"room": "Kho lạnh 1", "low": Decimal(2), "high": Decimal(8), "patience": AT_ONCE}
    row |= changes
    new = NewSensor(grown.organisation.code, "Kho lạnh", "temperature", **row)  # type: ignore[arg-type]
    return register.register(session, SYSTEM, new, now=now)


def told(sensor: Sensor, at: datetime, value: object, **more: object) -> Message:
    body = {"at": at.isoformat(), "value": value, **more}
    return Message(sensor.topic, json.dumps(body).encode())


def keep(session: Session, now: datetime, *messages: Message) -> Kept:
    return keeping.keep(session, messages, now=now)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SensorReading)) or 0


def alarms(session: Session) -> list[SensorAlarm]:
    return list(session.scalars(select(SensorAlarm).order_by(SensorAlarm.id)))


def sensor_events(session: Session) -> list[EpcisEvent]:
    statement = select(EpcisEvent).where(EpcisEvent.biz_step == "sensor_reporting")
    return list(session.scalars(statement.order_by(EpcisEvent.id)))


def test_a_reading_told_again_is_kept_once(session: Session, grown: Grown, now: datetime) -> None:
    sensor = cold_room(session, grown, now)
    message = told(sensor, now, 4.25, sequence=7)

    first = keep(session, now, message, message)
    again = keep(session, now, message, told(sensor, now, 4.25, sequence=8))

    assert (first.new, first.known) == (1, 1)
    assert (again.new, again.known) == (1, 1)
    assert count(session) == 2
    assert sensor.last_value == Decimal("4.25")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 900, "not_json"),
        (b"[4]", "not_an_object"),
        (b'{"value": 4}', "no_time"),
        (b'{"at": "2026-11-21T02:00:00", "value": 4}', "no_time"),
        (b'{"at": "2020-01-01T00:00:00Z", "value": 4}', "time_out_of_range"),
        (b'{"at": "2026-11-21T03:00:00Z", "value": 4}', "time_out_of_range"),
        (b'{"at": "2026-11-21T02:00:00Z"}', "no_value"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": true}', "no_value"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": NaN}', "no_value"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": 1e400}', "no_value"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": 1e99999999999999999999}', "not_json"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": 4, "sequence": -1}', "bad_sequence"),
        (b'{"at": "2026-11-21T02:00:00Z", "value": 900}', "impossible_value"),
        (b" " * 2000, "too_long"),
    ],
)
def test_what_tells_no_reading_is_counted_and_harms_none(
    session: Session, grown: Grown, now: datetime, payload: bytes, reason: str
) -> None:
    sensor = cold_room(session, grown, now)

    kept = keep(session, now, Message(sensor.topic, payload), told(sensor, now, 5))

    assert kept.refused == {reason: 1}
    assert (kept.new, count(session)) == (1, 1)
    assert (sensor.refused, sensor.refused_because) == (1, reason)


def test_strange_topics_are_counted(session: Session, grown: Grown, now: datetime) -> None:
    body = told(cold_room(session, grown, now), now, 5).payload

    kept = keep(session, now, *(Message(t, body) for t in ("", "nguon/sensors/\x00", "x" * 99)))

    assert (kept.new, dict(kept.refused)) == (0, {"unknown_sensor": 3})


def test_an_excursion_is_one_alarm_told_at_its_begin_and_end(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    times = [now + timedelta(seconds=n) for n in range(6)]

    for at, value in zip(times, (5, 9, "x", 11.5, 9.5, 7), strict=True):
        keep(session, now, told(sensor, at, value))

    (alarm,) = alarms(session)
    assert (alarm.is_above, alarm.limit, alarm.worst) == (True, Decimal(8), Decimal("11.5"))
    assert (alarm.began_at, alarm.ended_at) == (times[1], times[5])
    begun, ended = sensor_events(session)
    (element,) = begun.document["sensorElementList"]
    (report,) = element["sensorReport"]
    assert report["exception"] == "ALARM_CONDITION"
    assert (report["type"], report["value"], report["uom"]) == ("Temperature", 9.0, "CEL")
    assert ended.document["sensorElementList"][0]["sensorReport"][0]["maxValue"] == 11.5


def test_from_too_warm_to_too_cold_are_two_alarms(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)

    keep(session, now, told(sensor, now, 9), told(sensor, now + timedelta(seconds=1), 1))

    assert [alarm.ended_at is None for alarm in alarms(session)] == [False, True]
    assert [alarm.is_above for alarm in alarms(session)] == [True, False]


def test_one_excursion_is_one_alarm_in_whatever_order_it_is_told(
    session: Session, grown: Grown, now: datetime
) -> None:
    orders = list(permutations(range(4)))
    rooms = [cold_room(session, grown, now) for _order in orders]
    minutes = [now - timedelta(minutes=60 - n) for n in range(60)]
    values = [5] * 15 + [9, 12, *[9] * 13] + [10] * 15 + [5] * 15

    for turn in range(4):
        portions = [
            told(room, minutes[n], values[n])
            for room, order in zip(rooms, orders, strict=True)
            for n in range(order[turn] * 15, order[turn] * 15 + 15)
        ]
        keep(session, now, *portions)

    found = [each for each in alarms(session) if each.overtaken_at is None]
    assert sorted(each.sensor_id for each in found) == [room.id for room in rooms]
    assert {(each.began_at, each.ended_at, each.worst) for each in found} == {
        (minutes[15], minutes[45], Decimal(12))
    }
    assert {(room.last_at, room.last_value) for room in rooms} == {(minutes[-1], Decimal(5))}


def test_an_alarm_of_a_lot_is_part_of_the_lots_story(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch = make_batch(session, grown, now)
    sensor = cold_room(session, grown, now, room=None, batch=batch.code)

    keep(session, now, told(sensor, now, 30))

    (event,) = sensor_events(session)
    assert batch.code in str(event.document["quantityList"])


def test_a_retired_sensor_is_heard_no_more_and_its_alarm_ends(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    keep(session, now, told(sensor, now, 20))

    register.retire(session, SYSTEM, sensor.code, now=now)
    kept = keep(session, now, told(sensor, now + timedelta(seconds=1), 5))

    assert dict(kept.refused) == {"retired_reading": 1}
    assert alarms(session)[0].ended_at == now


def test_an_alarm_that_is_ended_tells_the_last_reading_though_it_was_nought(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    keep(session, now, told(sensor, now, -5), told(sensor, now + timedelta(seconds=1), 0))

    register.retire(session, SYSTEM, sensor.code, now=now + timedelta(minutes=1))

    (report,) = sensor_events(session)[-1].document["sensorElementList"][0]["sensorReport"]
    assert (report["value"], report["minValue"]) == (0, -5)


def test_impossible_limits_and_two_places_are_refused_together(
    session: Session, grown: Grown, now: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        cold_room(session, grown, now, area=grown.area_code, low=Decimal(9), high=Decimal(900))

    found = {finding.code for finding in refused.value.findings}
    assert found == {"sensor.limit_impossible", "sensor.place_needed"}


def test_months_are_made_once(session: Session, now: datetime) -> None:
    assert months.prepare(session, now=now) in (0, 5)
    assert months.prepare(session, now=now) == 0


def test_a_lots_sensor_rings_by_its_products_limits_of_the_day(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch = make_batch(session, grown, now)
    sensor = cold_room(session, grown, now, room=None, batch=batch.code)
    day = now.date()
    for since, high in ((day - timedelta(days=9), 20), (day + timedelta(days=1), 4)):
        limits = LimitsTold("temperature", since, high=Decimal(high), patience=AT_ONCE)
        limiting.set_product_limits(session, SYSTEM, grown.product.code, limits, now=now)

    keep(session, now, told(sensor, now, 15))
    quiet = alarms(session)
    keep(session, now, told(sensor, now + timedelta(seconds=1), 21))

    assert quiet == []
    (alarm,) = alarms(session)
    assert alarm.limit == 20


def test_a_product_without_limits_leaves_those_of_the_place(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch = make_batch(session, grown, now)
    sensor = cold_room(session, grown, now, room=None, batch=batch.code)
    ended = LimitsTold("temperature", now.date())
    limiting.set_product_limits(session, SYSTEM, grown.product.code, ended, now=now)

    keep(session, now, told(sensor, now, 15))

    assert alarms(session)[0].limit == 8


def test_a_moved_sensor_keeps_topic_and_past_and_its_alarm_ends(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    keep(session, now, told(sensor, now, 20))
    later = now + timedelta(hours=1)

    topic = sensor.topic
    moved = register.move(session, SYSTEM, sensor.code, Place(area=grown.area_code), now=later)

    (stay,) = session.scalars(select(SensorStay))
    assert (stay.room, stay.began_at, stay.ended_at) == ("Kho lạnh 1", now, later)
    assert (moved.room, moved.placed_at, moved.topic) == (None, later, topic)
    assert moved.area is not None
    assert alarms(session)[0].ended_at is not None


def test_receipts_name_what_is_kept_and_what_is_refused(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    sent = [told(sensor, now, 5, sequence=n) for n in (1, 2, 4)]

    kept = keep(session, now, *sent, sent[0], told(sensor, now, 900, sequence=3))

    assert receipts.bodies(kept.answered) == {
        sensor.code: b'{"kept": [[1, 2], [4, 4]], "refused": [[3, 3]]}'
    }


def test_a_reading_of_a_month_nobody_made_is_kept_and_moves_there(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    later = now + timedelta(days=200)
    keep(session, later, told(sensor, later, 5))
    waiting = session.scalar(text("SELECT count(*) FROM sensor_readings_default"))

    months.prepare(session, now=later)

    assert waiting == 1
    assert session.scalar(text("SELECT count(*) FROM sensor_readings_default")) == 0
    assert count(session) == 1


def test_old_months_are_dropped_whole_and_written_down(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = cold_room(session, grown, now)
    keep(session, now, told(sensor, now - timedelta(days=30), 5), told(sensor, now, 5))
    later = now + timedelta(days=365)
    months.prepare(session, now=later)

    forever = months.drop_old(session, 0, now=later)
    dropped = months.drop_old(session, 12, now=later)

    assert forever == []
    assert [each.readings for each in dropped][-1] == 1
    assert count(session) == 1
    since = months.kept_since(session)
    assert since is not None
    assert now - timedelta(days=30) < since <= now


def test_a_trace_page_shows_what_the_owner_allows(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch = make_batch(session, grown, now)
    sensor = cold_room(session, grown, now, room=None, batch=batch.code)
    times = [now + timedelta(minutes=n) for n in range(9)]
    keep(session, times[-1], *(told(sensor, at, 4 + n) for n, at in enumerate(times)))
    hidden = showing.beside(session, batch, now=times[-1])
    stamp = batch.changed_at

    register.publish(session, SYSTEM, sensor.code, now=times[-1])
    (shown,) = showing.beside(session, batch, now=times[-1])

    assert hidden == ()
    assert batch.changed_at > stamp
    assert (shown.readings, shown.alarms) == (9, 1)
    assert (shown.lowest, shown.highest) == (Decimal(4), Decimal(12))
    assert (shown.low, shown.high) == (Decimal(2), Decimal(8))
    assert len(shown.band) < 600
