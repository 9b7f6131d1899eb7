"""What is kept about readings that came late: the readings around them, and the alarms of then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from traceability.sensors.judging import patience
from traceability.sensors.judging.episodes import Episode
from traceability.sensors.judging.rejudging import Window
from traceability.sensors.judging.watching import Measured
from traceability.sensors.models import SensorAlarm

FEW, MOST = 400, 400_000
"""Readings that are read before and after a late one: at first, and at the most."""


@dataclass(frozen=True)
class Asked:
    """The first late reading of a sensor, and how many readings about it are wanted."""

    sensor_id: int
    late: Measured
    size: int = FEW


def windows(session: Session, asked: Sequence[Asked]) -> dict[int, Window]:
    """The readings around the late ones, by sensor; one statement, however many sensors."""
    rows = session.execute(
        AROUND,
        {
            "sensors": [each.sensor_id for each in asked],
            "moments": [each.late.measured_at for each in asked],
            "sizes": [each.size for each in asked],
        },
    )
    before: dict[int, list[Measured]] = {each.sensor_id: [] for each in asked}
    after: dict[int, list[Measured]] = {each.sensor_id: [] for each in asked}
    for sensor_id, is_before, measured_at, sequence, value in rows:
        side = before if is_before else after
        side[sensor_id].append(Measured(measured_at, value, sequence))
    return {
        each.sensor_id: Window(
            sorted(before[each.sensor_id], key=lambda one: one.place),
            sorted(after[each.sensor_id], key=lambda one: one.place),
            has_first=len(before[each.sensor_id]) < each.size,
            has_last=len(after[each.sensor_id]) < each.size,
        )
        for each in asked
    }


def alarms(session: Session, found: Mapping[int, Window]) -> dict[int, list[SensorAlarm]]:
    """The alarms of the time of some windows, by sensor: two that began before each, and all since.

    Of those before it only the last can reach into it, or two of which one ended the other.
    """
    ends = {sensor_id: _ends(window) for sensor_id, window in found.items()}
    rows = session.scalars(
        select(SensorAlarm).from_statement(ALARMS_OF),
        {
            "sensors": list(ends),
            "firsts": [first for first, _last in ends.values()],
            "lasts": [last for _first, last in ends.values()],
        },
    )
    by_sensor: dict[int, list[SensorAlarm]] = {sensor_id: [] for sensor_id in found}
    for alarm in rows:
        by_sensor[alarm.sensor_id].append(alarm)
    return by_sensor


def episode(alarm: SensorAlarm) -> Episode:
    """An alarm as it is judged; ones from before 23 November 2026 do not tell since when sure."""
    over_at = alarm.over_at
    if over_at is None and alarm.ended_at is not None:
        over_at = alarm.ended_at + timedelta(minutes=patience.MOST_MINUTES)
    return Episode(
        alarm.is_above,
        alarm.limit,
        alarm.worst,
        alarm.began_at,
        alarm.sure_at or alarm.began_at,
        alarm.ended_at,
        over_at,
        alarm.id,
        alarm.overtaken_at is not None,
    )


def _ends(window: Window) -> tuple[datetime, datetime]:
    first = window.before[0] if window.before else window.after[0]
    return first.measured_at, window.after[-1].measured_at


AROUND = text(
    """
SELECT wanted.sensor_id, r.is_before, r.measured_at, r.sequence, r.value
FROM unnest(CAST(:sensors AS bigint[]), CAST(:moments AS timestamptz[]), CAST(:sizes AS bigint[]))
    AS wanted (sensor_id, moment, size)
CROSS JOIN LATERAL (
    (SELECT true AS is_before, b.measured_at, b.sequence, b.value FROM sensor_readings b
    WHERE b.sensor_id = wanted.sensor_id AND b.measured_at < wanted.moment
    ORDER BY b.measured_at DESC, b.sequence DESC LIMIT wanted.size)
    UNION ALL
    (SELECT false, f.measured_at, f.sequence, f.value FROM sensor_readings f
    WHERE f.sensor_id = wanted.sensor_id AND f.measured_at >= wanted.moment
    ORDER BY f.measured_at, f.sequence LIMIT wanted.size)
) r
"""
)
ALARMS_OF = text(
    """
SELECT a.*
FROM unnest(CAST(:sensors AS bigint[]), CAST(:firsts AS timestamptz[]),
    CAST(:lasts AS timestamptz[])) AS wanted (sensor_id, first, last)
CROSS JOIN LATERAL (
    (SELECT b.* FROM sensor_alarms b
    WHERE b.sensor_id = wanted.sensor_id AND b.began_at < wanted.first AND b.overtaken_at IS NULL
    ORDER BY b.began_at DESC LIMIT 2)
    UNION ALL
    (SELECT f.* FROM sensor_alarms f
    WHERE f.sensor_id = wanted.sensor_id
        AND f.began_at BETWEEN wanted.first AND wanted.last)
) a
ORDER BY a.id
"""
)
