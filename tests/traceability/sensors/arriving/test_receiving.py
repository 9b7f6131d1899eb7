"""One message that nobody foresaw stops neither the bridge nor the others, and is not lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from tests.traceability.factories import grow
from tests.traceability.sensors.factories import make_sensor
from traceability.sensors.arriving import dead_letters, months
from traceability.sensors.arriving.keeping import Message
from traceability.sensors.arriving.receiving import ROUNDS, TRIES, Receiver
from traceability.sensors.devices.device_models import DeadLetter
from traceability.sensors.models import Sensor, SensorReading

_REFUSE = """
CREATE FUNCTION refuse_66() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN
    IF NEW.value = 66 THEN RAISE EXCEPTION 'nobody foresaw this';
    -- As a time limit that is over tells it, and a server that is shutting down.
    ELSIF NEW.value = 67 THEN RAISE EXCEPTION 'took too long' USING ERRCODE = 'query_canceled';
    ELSE RAISE EXCEPTION 'shutting down' USING ERRCODE = 'admin_shutdown';
    END IF;
END$$;
CREATE TRIGGER refuse_66 BEFORE INSERT ON sensor_readings
FOR EACH ROW WHEN (NEW.value BETWEEN 66 AND 68) EXECUTE FUNCTION refuse_66()
"""


@pytest.fixture
def sensor(session: Session, now: datetime) -> Sensor:
    months.prepare(session, now=clock.now())
    made = make_sensor(session, grow(session, now), now)
    session.commit()
    return made


@pytest.fixture
def poisoned(session: Session, sensor: Sensor) -> Iterator[None]:
    session.execute(text(_REFUSE))
    session.commit()
    yield
    session.rollback()
    session.execute(text("DROP FUNCTION IF EXISTS refuse_66 CASCADE"))
    session.commit()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def receiver(pauses: list[float]) -> Receiver:
    return Receiver(pauses.append)


def told(sensor: Sensor, number: int, value: int) -> Message:
    body = {"at": clock.now().isoformat(), "value": value, "sequence": number}
    return Message(sensor.topic, json.dumps(body).encode())


def test_the_one_at_fault_is_set_aside_and_the_others_are_kept(
    session: Session, sensor: Sensor, poisoned: None, receiver: Receiver
) -> None:
    kept = receiver.receive([told(sensor, 1, 5), told(sensor, 2, 66), told(sensor, 3, 5)])

    assert kept is not None
    assert (kept.new, dict(kept.refused)) == (2, {"unforeseen": 1})
    assert [(each.sequence, each.is_kept) for each in kept.answered] == [
        (1, True),
        (2, False),
        (3, True),
    ]
    (letter,) = session.scalars(select(DeadLetter))
    assert (letter.reason, b'"value": 66' in letter.payload) == ("RaiseException", True)
    assert dead_letters.count(session) == 1


def test_a_message_set_aside_is_kept_once_what_was_wrong_is_mended(
    session: Session, sensor: Sensor, poisoned: None, receiver: Receiver
) -> None:
    receiver.receive([told(sensor, 2, 66)])
    (letter,) = session.scalars(select(DeadLetter))
    session.execute(text("DROP TRIGGER refuse_66 ON sensor_readings"))

    is_kept = dead_letters.try_again(session, SYSTEM, letter.id, now=clock.now())

    assert is_kept
    assert dead_letters.count(session) == 0
    assert session.scalar(select(func.count()).select_from(SensorReading)) == 1


def test_one_the_database_always_gives_up_is_set_aside_after_some_tries(
    session: Session, sensor: Sensor, poisoned: None, receiver: Receiver, pauses: list[float]
) -> None:
    kept = receiver.receive([told(sensor, 1, 67), told(sensor, 2, 5)])

    assert kept is not None
    assert (kept.new, dict(kept.refused)) == (1, {"unforeseen": 1})
    (letter,) = session.scalars(select(DeadLetter))
    assert letter.reason == "QueryCanceled"
    assert len(pauses) == TRIES - 1


def test_while_the_database_gives_up_everything_it_may_only_be_busy(
    session: Session, sensor: Sensor, poisoned: None, receiver: Receiver
) -> None:
    alone = [told(sensor, 1, 67)]

    rounds = [receiver.receive(alone) for _round in range(ROUNDS)]
    kept = receiver.receive(alone)

    assert rounds == [None] * ROUNDS
    assert kept is not None
    assert dict(kept.refused) == {"unforeseen": 1}
    assert dead_letters.count(session) == 1


def test_while_the_database_shuts_down_nothing_is_set_aside(
    session: Session, sensor: Sensor, poisoned: None, receiver: Receiver
) -> None:
    told_both = [told(sensor, 1, 68), told(sensor, 2, 5)]

    assert [receiver.receive(told_both) for _time in range(ROUNDS + 1)] == [None] * (ROUNDS + 1)
    assert dead_letters.count(session) == 0
