"""Alarms cost a fixed number of questions, are told once, and are answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from foundation import clock
from foundation.models import OutboxMail
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member
from tests.traceability.factories import Grown, grow
from tests.traceability.sensors.factories import make_sensor, send
from traceability.epcis.models import EpcisEvent
from traceability.sensors.arriving import months
from traceability.sensors.judging import letters
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.models import SensorAlarm

AT_ONCE = PatienceTold(0, 1, Decimal(0), 0)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    months.prepare(session, now=now)
    return grow(session, now)


@contextmanager
def asked() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def warm(
    session: Session, grown: Grown, now: datetime, count: int = 1, **said: object
) -> list[SensorAlarm]:
    """So many sensors, each in an alarm that began half an hour ago."""
    for number in range(count):
        sensor = make_sensor(session, grown, now, name=f"Kho {number}", **said)
        send(session, sensor, [(now - timedelta(minutes=m), 9) for m in (30, 15, 0)], now=now)
    return list(session.scalars(select(SensorAlarm).order_by(SensorAlarm.id)))


def test_five_hundred_readings_ask_as_much_as_five(
    session: Session, grown: Grown, now: datetime
) -> None:
    counts = []
    for number, size in enumerate((5, 5, 500)):
        sensor = make_sensor(session, grown, now, name=str(number), patience=AT_ONCE)
        flapping = [(now - timedelta(seconds=size - n), 9 if n % 2 else 5) for n in range(size)]
        with asked() as statements:
            send(session, sensor, flapping, now=now)
            session.commit()
        counts.append(len(statements))

    # From two hundred rows on, the ledger asks for the number of its entry first.
    assert counts[2] <= counts[1] + 1
    found = session.scalars(select(SensorAlarm)).all()
    assert len(found) == 2 + 2 + 250
    events = select(EpcisEvent).where(EpcisEvent.biz_step == "sensor_reporting")
    assert len(session.scalars(events).all()) == 2 * len(found) - sum(
        each.ended_at is None for each in found
    )


def test_a_device_that_flaps_costs_no_letter_and_a_long_excursion_two(
    session: Session, grown: Grown, now: datetime
) -> None:
    make_member(session, grown.organisation, now)
    sensor = make_sensor(session, grown, now)
    start = now - timedelta(hours=10)

    send(session, sensor, [(start + timedelta(minutes=n), 8 + n % 2) for n in range(60)], now=now)
    quiet = letters.tell(session, now=now)
    after = start + timedelta(hours=1)
    send(session, sensor, [(after + timedelta(minutes=n), 9.5) for n in range(60)], now=now)
    begun = letters.tell(session, now=now)
    again = letters.tell(session, now=now)
    calm = after + timedelta(hours=1)
    send(session, sensor, [(calm + timedelta(minutes=n), 4) for n in range(30)], now=now)
    ended = letters.tell(session, now=now)

    assert (quiet, begun, again, ended) == (0, 1, 0, 1)
    first, last = mails(session)
    assert "quá cao" in first.subject
    assert "hết báo động" in last.subject
    assert "9,5 °C" in str(last.text)


def test_a_lasting_alarm_is_reminded_of_once_a_day_until_somebody_answers(
    session: Session, grown: Grown, now: datetime, client: FlaskClient
) -> None:
    manager = make_member(session, grown.organisation, now)
    (alarm,) = warm(session, grown, now)
    told = [letters.tell(session, now=now + timedelta(hours=hours)) for hours in (0, 23, 25, 26)]
    session.commit()

    sign_in_as(client, session, manager, clock.now())
    page = client.get(f"/workspace/sensors/alarms/{alarm.id}").text
    session.commit()

    assert told == [1, 0, 1, 0]
    assert "Chưa ai ghi đã xử lý" in str(mails(session)[-1].text)
    assert "Báo động đang kéo dài" in page


def test_many_alarms_of_one_house_are_one_letter(
    session: Session, grown: Grown, now: datetime
) -> None:
    make_member(session, grown.organisation, now)
    warm(session, grown, now, count=5)

    told = letters.tell(session, now=now)

    (mail,) = mails(session)
    assert told == 5
    assert mail.subject == "5 báo động của cảm biến"
    assert str(mail.text).count("Kho ") >= 5
    assert "/workspace/sensors/alarms" in str(mail.text)


def test_an_answer_tells_who_and_what_and_ends_reminders(
    session: Session,
    grown: Grown,
    now: datetime,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager = make_member(session, grown.organisation, now)
    (alarm,) = warm(session, grown, now)
    letters.tell(session, now=now)
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: now)
    sign_in_as(client, session, manager, clock.now())
    address = f"/workspace/sensors/alarms/{alarm.id}"

    empty = post(client, address, done=" ")
    open_before = client.get("/workspace/sensors/alarms?state=open").text
    post(client, address, done="Đã đóng cửa kho")
    page = client.get(address).text

    assert empty.status_code == 422
    assert "Kho 0" in open_before
    assert "Đã đóng cửa kho" in page
    assert manager.name in page
    assert "Kho 0" not in client.get("/workspace/sensors/alarms?state=open").text
    assert "Đang báo động" in client.get("/workspace/sensors").text
    assert letters.tell(session, now=now + timedelta(days=2)) == 0


def test_an_excursion_told_late_says_so_and_one_that_late_readings_change_is_corrected_once(
    session: Session, grown: Grown, now: datetime
) -> None:
    make_member(session, grown.organisation, now)
    sensor = make_sensor(session, grown, now)
    start = now - timedelta(hours=5)
    minutes = [start + timedelta(minutes=n) for n in range(120)]
    values = dict.fromkeys(minutes, 5.0) | dict.fromkeys(minutes[20:50], 9.0)
    values |= dict.fromkeys(minutes[70:90], 10.0)

    def hear(*parts: tuple[int, int]) -> None:
        for first, last in parts:
            send(session, sensor, [(at, values[at]) for at in minutes[first:last]], now=now)

    hear((100, 120), (20, 40), (0, 20))
    told = letters.tell(session, now=now)
    hear((50, 100), (40, 50))
    soon = letters.tell(session, now=now + timedelta(minutes=10))
    later = letters.tell(session, now=now + timedelta(hours=2))
    again = letters.tell(session, now=now + timedelta(hours=4))

    assert (told, soon, later, again) == (1, 1, 1, 0)
    first, second, corrected = mails(session)
    assert "đã vượt giới hạn, nay đã hết" in first.subject
    assert "Số đo đến muộn" in str(first.text)
    assert "10 °C" in str(second.text)
    assert "được sửa theo số đo đến muộn" in corrected.subject
    alarms = session.scalars(select(SensorAlarm).order_by(SensorAlarm.began_at)).all()
    assert [(each.began_at, each.ended_at) for each in alarms] == [
        (minutes[20], minutes[50]),
        (minutes[70], minutes[90]),
    ]
    events = session.scalars(
        select(EpcisEvent).where(EpcisEvent.biz_step == "sensor_reporting").order_by(EpcisEvent.id)
    )
    assert all("heard" in str(event.document) for event in events)
