"""The chain's sensors: a cold room with its readings, limits and an excursion."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal

from app.demo.chain import Step, Telling
from foundation import clock
from traceability.sensors import register
from traceability.sensors.arriving import keeping, months
from traceability.sensors.arriving.messages import Told
from traceability.sensors.judging import limiting
from traceability.sensors.judging.limiting import LimitsTold
from traceability.sensors.register import NewSensor

_EVERY = timedelta(minutes=20)


def keep_within(step: Step) -> None:
    """Between which limits a product is to be kept."""
    given = step.given
    told = LimitsTold(
        given["measures"],
        clock.business_day(step.now),
        Decimal(given["low"]),
        Decimal(given["high"]),
        given["source"],
    )
    limiting.set_product_limits(step.session, step.manager, step.product(), told, now=step.now)


def measure(step: Step) -> None:
    """A sensor and what it measured until the day of loading, warm for a while if said so."""
    given, session = step.given, step.session
    months.prepare(session, now=step.today)
    batch = step.batch() if "batch" in given else None
    sensor = register.register(
        session,
        step.manager,
        NewSensor(
            step.chain.organisations[given["by"]].code,
            given["name"],
            given["measures"],
            batch=batch,
            room=given.get("room"),
            low=Decimal(given["low"]),
            high=Decimal(given["high"]),
        ),
        now=step.now,
    )
    if given.get("public"):
        register.publish(session, step.manager, sensor.code, now=step.now)
    keeping.keep_told(session, _readings(step, sensor.code), now=step.today)


def _readings(step: Step, code: str) -> list[Told]:
    count = (step.today - step.now) // _EVERY
    return [
        Told(code, step.now + number * _EVERY, number, _value(step, number))
        for number in range(1, count)
    ]


def _value(step: Step, number: int) -> Decimal:
    """A slow wave; between two hours, when a door stood open, so much more."""
    hours = number * _EVERY / timedelta(hours=1)
    wave = math.sin(hours / 3.8) * 0.7 + math.sin(number * 1.7) * 0.2
    first, last, more = step.given.get("warm", (0, 0, "0"))
    extra = Decimal(more) if first <= hours < last else Decimal(0)
    return (Decimal(step.given["usual"]) + extra + Decimal(wave)).quantize(Decimal("0.1"))


TELLINGS: dict[str, Telling] = {"keep_within": keep_within, "measure": measure}
