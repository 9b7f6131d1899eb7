"""What a sensor's page draws."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.traceability.factories import grow
from tests.traceability.sensors.factories import make_sensor, send
from traceability.sensors import listing, register
from traceability.sensors.arriving import months
from traceability.sensors.drawing import history
from traceability.sensors.judging import bounds
from traceability.sensors.judging.limiting import PlaceLimitsTold


def test_the_drawing_shows_limits_while_they_were_in_force_and_alarms(
    session: Session, now: datetime
) -> None:
    months.prepare(session, now=now)
    grown = grow(session, now)
    start = now - timedelta(hours=30)
    sensor = make_sensor(session, grown, start, low=None, high=Decimal(8))
    changed = now - timedelta(hours=10)
    warm = [now - timedelta(hours=15, minutes=-m) for m in range(60)]
    send(session, sensor, [(at, 9) for at in warm], now=changed)
    send(session, sensor, [(now - timedelta(hours=13, minutes=-m), 5) for m in range(30)], now=now)
    limits = PlaceLimitsTold(Decimal(2), Decimal(6))
    register.set_limits(session, SYSTEM, sensor.code, limits, now=changed)
    span = history.SPANS["day"]
    since = history.since(span, now)

    drawing = history.draw(
        history.pieces(session, sensor, span, now=now),
        span,
        bounds.in_force(session, [sensor]).within(sensor.id, since, now),
        listing.alarms_since(session, sensor.id, since),
        now=now,
    )

    first, second = drawing.zones
    assert (len(first.edges), len(second.edges)) == (1, 2)
    assert first.x + first.width == pytest.approx(second.x, abs=0.2)
    share = (changed - since) / timedelta(days=1)
    assert (second.x - drawing.left) / (drawing.width - drawing.left) == pytest.approx(
        share, abs=0.05
    )
    (flag,) = drawing.flags
    assert first.x < flag.x < second.x
    assert "Báo động từ" in flag.label
