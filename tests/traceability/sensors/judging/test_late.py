"""What comes late costs a fixed number of questions, each by an index, and respects what was."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.traceability.factories import Grown, grow
from tests.traceability.sensors.factories import make_sensor, send
from tests.traceability.sensors.judging.test_alarms import AT_ONCE, asked
from traceability.sensors import register
from traceability.sensors.arriving import keeping, months
from traceability.sensors.arriving.messages import Told
from traceability.sensors.judging import past
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.models import Sensor, SensorAlarm
from traceability.sensors.register import Place


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    months.prepare(session, now=now)
    return grow(session, now)


def alarms(session: Session) -> list[SensorAlarm]:
    valid = SensorAlarm.overtaken_at.is_(None)
    return list(session.scalars(select(SensorAlarm).where(valid).order_by(SensorAlarm.id)))


def rooms(session: Session, grown: Grown, now: datetime, count: int) -> list[Sensor]:
    """So many cold rooms, all well now and an hour ago."""
    found = [
        make_sensor(session, grown, now, name=f"Kho {n}", patience=AT_ONCE) for n in range(count)
    ]
    for sensor in found:
        send(session, sensor, [(now - timedelta(hours=1), 5), (now, 5)], now=now)
    session.commit()
    return found


def test_eight_sensors_that_tell_late_ask_as_much_as_two(
    session: Session, grown: Grown, now: datetime
) -> None:
    def cost(count: int) -> int:
        told = [
            Told(sensor.code, now - timedelta(minutes=minute), minute, Decimal(9))
            for sensor in rooms(session, grown, now, count)
            for minute in (40, 30, 20)
        ]
        with asked() as statements:
            keeping.keep_told(session, told, now=now)
            session.commit()
        return len(statements)

    cost(2)
    few = cost(2)

    assert cost(8) <= few + 1
    assert len(alarms(session)) == 12
    assert {each.ended_at for each in alarms(session)} == {now}


def test_what_was_measured_before_a_move_still_belongs_before_it(
    session: Session, grown: Grown, now: datetime
) -> None:
    start = now - timedelta(hours=2)
    sensor = make_sensor(session, grown, start, patience=AT_ONCE)
    send(session, sensor, [(start, 5)], now=start)
    moved = start + timedelta(hours=1)
    register.move(session, SYSTEM, sensor.code, Place(room="Kho 2"), now=moved)

    warm = [(moved + timedelta(minutes=m), 9) for m in (-30, -10, 10, 20)]
    send(session, sensor, warm, now=now)

    before, after = alarms(session)
    assert (before.began_at, before.ended_at, before.over_at) == (warm[0][0], warm[1][0], moved)
    assert (after.began_at, after.ended_at) == (warm[2][0], None)


def test_an_alarm_that_late_readings_break_in_two_keeps_its_row_and_its_answers(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = make_sensor(session, grown, now, patience=AT_ONCE)
    start = now - timedelta(minutes=30)
    at = [start + timedelta(minutes=n) for n in range(30)]
    send(session, sensor, [(at[0], 9), (at[20], 12)], now=now)
    (told,) = alarms(session)

    send(session, sensor, [(at[10], 5)], now=now)

    first, second = alarms(session)
    assert (first.id, first.ended_at, first.worst) == (told.id, at[10], Decimal(9))
    assert (second.began_at, second.ended_at, second.worst) == (at[20], None, Decimal(12))


def test_alarms_that_late_readings_join_are_one_and_the_other_is_kept_as_its_part(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = make_sensor(session, grown, now, patience=PatienceTold(0, 1, Decimal(0), 10))
    start = now - timedelta(minutes=30)
    at = [start + timedelta(minutes=n) for n in range(30)]
    send(session, sensor, [(at[0], 9), (at[5], 5), (at[16], 5), (at[20], 12)], now=now)
    first, second = alarms(session)

    send(session, sensor, [(at[10], 9)], now=now)

    (one,) = alarms(session)
    assert (one.id, one.began_at, one.ended_at, one.worst) == (first.id, at[0], None, Decimal(12))
    assert (second.joined_id, second.ended_at is not None) == (first.id, True)


@pytest.mark.untouched
def test_a_late_reading_reads_a_few_rows_of_many(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = make_sensor(session, grown, now)
    session.execute(
        text(
            "INSERT INTO sensor_readings (sensor_id, measured_at, sequence, value, received_at)"
            " SELECT :sensor, CAST(:now AS timestamptz) - n * interval '1 minute', 0, 5, :now"
            " FROM generate_series(1, 20000) n"
        ),
        {"sensor": sensor.id, "now": now},
    )
    session.execute(
        text(
            'INSERT INTO sensor_alarms (sensor_id, is_above, "limit", worst, began_at, ended_at)'
            " SELECT :sensor, true, 8, 9, at, at FROM (SELECT CAST(:now AS timestamptz)"
            " - n * interval '10 minutes' AS at FROM generate_series(1, 2000) n) made"
        ),
        {"sensor": sensor.id, "now": now},
    )
    session.execute(text("ANALYZE sensor_readings"))
    session.execute(text("ANALYZE sensor_alarms"))
    middle = now - timedelta(minutes=10_000)

    around = {"sensors": [sensor.id], "moments": [middle], "sizes": [past.FEW]}
    readings = _rows_read(session, past.AROUND, around)
    spans = {
        "sensors": [sensor.id],
        "firsts": [middle - timedelta(minutes=400)],
        "lasts": [middle + timedelta(minutes=400)],
    }

    assert readings <= 2 * past.FEW + 50
    assert _rows_read(session, past.ALARMS_OF, spans) <= 100


def _rows_read(session: Session, statement: Any, given: dict[str, Any]) -> int:
    explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}")
    plan = session.execute(explained, given).scalar_one()[0]["Plan"]
    nodes, read = [plan], 0
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        assert node["Node Type"] != "Seq Scan", node
        if "Scan" in node["Node Type"] and "Relation Name" in node:
            missed = node.get("Rows Removed by Filter", 0)
            read += round((node["Actual Rows"] + missed) * node["Actual Loops"])
    return read
