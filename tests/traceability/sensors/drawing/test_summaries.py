"""Hours and days always say what the readings say, in whatever order those came."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from foundation.clock import VIETNAM
from ledger.rows.models import RecordedRow
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.sensors.factories import make_sensor, send
from traceability.sensors import register
from traceability.sensors.arriving import months
from traceability.sensors.drawing import day_records, showing, summaries
from traceability.sensors.drawing.summary_models import SensorDay, SensorDayRecord, SensorHour
from traceability.sensors.judging import limiting
from traceability.sensors.judging.bounds import EVER
from traceability.sensors.judging.limiting import LimitsTold, PlaceLimitsTold
from traceability.sensors.models import Sensor, SensorReading
from traceability.sensors.register import Place

HOUR = timedelta(hours=1)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    months.prepare(session, now=now)
    return grow(session, now)


Limits = list[tuple[datetime, Decimal | None, Decimal | None]]


def by_hand(session: Session, stays: list[datetime], limits: Limits) -> dict[Any, Any]:
    """Hours computed one reading after the other, from where it stood and what was in force."""
    readings = session.scalars(
        select(SensorReading).order_by(SensorReading.measured_at, SensorReading.sequence)
    ).all()
    found: dict[Any, list[Any]] = defaultdict(lambda: [0, [], Decimal(0)])
    previous: datetime | None = None
    for each in readings:
        at = each.measured_at
        stay = max([began for began in stays if began <= at], default=EVER)
        _since, low, high = next(row for row in reversed(limits) if row[0] <= at)
        row = found[at.replace(minute=0, second=0, microsecond=0), stay]
        row[0] += 1
        row[1].append(each.value)
        is_outside = (low is not None and each.value < low) or (
            high is not None and each.value > high
        )
        if is_outside and previous is not None and at - previous <= HOUR:
            row[2] += Decimal(str((at - max(previous, stay)).total_seconds()))
        previous = at
    return {
        key: (count, min(values), max(values), sum(values), seconds)
        for key, (count, values, seconds) in found.items()
    }


def drawn(session: Session) -> dict[Any, Any]:
    return {
        (each.hour, each.stay_began_at): (
            each.readings, each.lowest, each.highest, each.total, each.outside_s,
        )
        for each in session.scalars(select(SensorHour).execution_options(populate_existing=True))
    }  # fmt: skip


def days(session: Session) -> list[Any]:
    columns = SensorDay.__table__.columns
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_hours_and_days_are_what_the_readings_say_however_they_came(
    session: Session, grown: Grown, now: datetime, seed: int
) -> None:
    chance = Random(seed)
    batch = make_batch(session, grown, now)
    start = now - timedelta(days=6)
    moved, limited, said = (start + timedelta(days=n, minutes=37) for n in (2, 3, 4))
    sensor = make_sensor(session, grown, start)
    register.move(session, SYSTEM, sensor.code, Place(batch=batch.code), now=moved)
    narrow = PlaceLimitsTold(Decimal(3), Decimal(7))
    register.set_limits(session, SYSTEM, sensor.code, narrow, now=limited)
    # Its day lies before the move: it judges from the moment it was said all the same.
    product = LimitsTold("temperature", start.date(), high=Decimal(6))
    limiting.set_product_limits(session, SYSTEM, grown.product.code, product, now=said)
    readings = [
        (start + timedelta(seconds=chance.randrange(-7_000, 6 * 86_400)), chance.randrange(-1, 11))
        for _ in range(300)
    ]

    for portion in range(0, 300, 50):
        send(session, sensor, readings[portion : portion + 50], now=now)

    limits: Limits = [(EVER, Decimal(2), Decimal(8)), (limited, Decimal(3), Decimal(7))]
    limits.append((said, None, Decimal(6)))
    kept = drawn(session)
    assert kept == by_hand(session, [start, moved], limits)
    by_days = days(session)
    assert sum(row[3] for row in by_days) == 300
    assert sum(row[7] for row in by_days) == sum(row[4] for row in kept.values()) > 0
    summaries.draw_anew(session, sensor, since=None)
    assert (drawn(session), days(session)) == (kept, by_days)


def test_what_is_dropped_stays_drawn(session: Session, grown: Grown, now: datetime) -> None:
    sensor = make_sensor(session, grown, now)
    send(session, sensor, [(now - timedelta(days=2), 5), (now, 6)], now=now)
    session.execute(text("DELETE FROM sensor_readings WHERE value = 5"))

    kept = summaries.draw_anew(session, sensor, since=now - timedelta(days=1))

    assert kept == 1
    assert sorted(value[1] for value in drawn(session).values()) == [5, 6]


def test_sensors_of_before_there_were_hours_are_found_and_drawn(
    session: Session, grown: Grown, now: datetime
) -> None:
    sensor = make_sensor(session, grown, now)
    send(session, sensor, [(now, 5)], now=now)
    session.execute(text("DELETE FROM sensor_hours"))

    assert summaries.undrawn(session) == [sensor.id]
    summaries.draw_anew(session, sensor, since=None)
    assert summaries.undrawn(session) == []


def beside(session: Session, grown: Grown, now: datetime) -> tuple[Any, Sensor]:
    """A batch and a public sensor beside it since three days."""
    start = now - timedelta(days=3)
    batch = make_batch(session, grown, start)
    sensor = make_sensor(session, grown, start, room=None, batch=batch.code)
    register.publish(session, SYSTEM, sensor.code, now=start)
    every = timedelta(minutes=20)
    send(session, sensor, [(start + n * every, 7 + n % 3) for n in range(216)], now=now)
    return batch, sensor


def test_a_later_limit_never_rewrites_what_was_shown_of_past_days(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch, _sensor = beside(session, grown, now)
    (before,) = showing.beside(session, batch, now=now)

    stricter = LimitsTold("temperature", (now - timedelta(days=9)).date(), high=Decimal(6))
    limiting.set_product_limits(session, SYSTEM, grown.product.code, stricter, now=now)
    # However many readings there are, the page reads none.
    session.execute(text("DELETE FROM sensor_readings"))
    (after,) = showing.beside(session, batch, now=now)

    assert before.outside_s == after.outside_s > 0
    assert (after.high, after.is_changed, after.limits) == (before.high, False, before.limits)
    assert [before.lowest, before.highest, before.mean] == [7, 9, 8]


def test_closed_days_that_are_shown_are_committed_once_and_again_when_they_changed(
    session: Session, grown: Grown, now: datetime
) -> None:
    batch, sensor = beside(session, grown, now)
    hidden = make_sensor(session, grown, now - timedelta(days=3), room=None, batch=batch.code)
    send(session, hidden, [(now - timedelta(days=2), 5)], now=now)

    first = day_records.record(session, now=now)
    again = day_records.record(session, now=now)
    send(session, sensor, [(now - timedelta(days=2, seconds=7), 11)], now=now)
    late = day_records.record(session, now=now)
    session.commit()

    rows = list(session.scalars(select(SensorDayRecord).order_by(SensorDayRecord.recorded_at)))
    assert (first, again, late) == (3, 0, 1)
    assert {row.sensor_id for row in rows} == {sensor.id}
    assert max(row.day for row in rows) < clock.business_day(now)
    changed = max(rows, key=lambda row: row.edition)
    assert changed.edition == 2
    assert [changed.highest, changed.high] == [11, 8]
    recorded = select(RecordedRow).where(RecordedRow.table_name == "sensor_day_records")
    assert len(session.scalars(recorded).all()) == 4


def test_a_days_summary_is_vietnams_day(session: Session, grown: Grown, now: datetime) -> None:
    sensor = make_sensor(session, grown, now)
    midnight = datetime(2026, 11, 20, tzinfo=VIETNAM).astimezone(UTC)

    send(session, sensor, [(midnight - timedelta(seconds=1), 5), (midnight, 6)], now=now)

    found = {row.day: row.lowest for row in session.scalars(select(SensorDay))}
    assert found == {date(2026, 11, 19): 5, date(2026, 11, 20): 6}
