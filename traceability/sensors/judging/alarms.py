"""Readings outside a sensor's limits: one alarm an excursion, told to its cooperative.

`watching` says when one begins and ends, `rejudging` what readings that come late change. Letters
leave with a job (`letters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import jobs
from traceability.sensors.judging import (
    alarm_events,
    alarm_rows,
    episodes,
    past,
    rejudging,
    watching,
)
from traceability.sensors.judging.alarm_events import News
from traceability.sensors.judging.alarm_rows import Turn
from traceability.sensors.judging.bounds import InForce, Stand
from traceability.sensors.judging.episodes import NEVER, Kept
from traceability.sensors.judging.past import Asked
from traceability.sensors.judging.watching import Measured, Row, Rules, Watch
from traceability.sensors.models import Sensor, SensorAlarm

log = structlog.get_logger()

JOB = "sensors.tell_alarms"


@dataclass
class _Case:
    """A sensor, and new readings of it that are not judged yet; the earliest first."""

    sensor: Sensor
    rules: Rules
    pending: Sequence[Measured]
    size: int = past.FEW

    @property
    def is_prompt(self) -> bool:
        """Whether they go on from what is known already, and nothing lies in between."""
        last_at = self.sensor.last_at
        if last_at is None:
            return True
        first_at, cut = self.pending[0].measured_at, self.rules.cut_between(last_at, NEVER)
        return first_at > last_at and (cut is None or cut <= first_at)


def lasting(session: Session, sensor_ids: Iterable[int]) -> dict[int, SensorAlarm]:
    """The alarms that have not ended, by sensor."""
    statement = select(SensorAlarm).where(
        SensorAlarm.sensor_id.in_(sorted(set(sensor_ids))), SensorAlarm.ended_at.is_(None)
    )
    return {alarm.sensor_id: alarm for alarm in session.scalars(statement)}


def judge(
    session: Session,
    sensors: Sequence[Sensor],
    readings: Mapping[int, Sequence[Measured]],
    limits: InForce,
    *,
    now: datetime,
) -> None:
    """Begin, worsen, end and revise the alarms of some sensors by new readings.

    The sensors' rows are locked, the readings kept. As many statements for a thousand readings as
    for one; readings that come late ask for those around them, for all sensors at once.
    """
    ordered = sorted(sensors, key=lambda each: each.id)
    cases = [_Case(each, limits.rules(each.id), readings[each.id]) for each in ordered]
    news: list[News] = []
    while cases:
        turns = _follow(session, [case for case in cases if case.is_prompt])
        turns += _judge_again(session, [case for case in cases if case.pending])
        for told in alarm_rows.write(session, turns, now=now):
            stand = limits.at(told.sensor.id, told.since).stand
            news.append(News(told.sensor, told.kind, told.episode, stand))
        cases = [case for case in cases if case.pending]
    _tell(session, news, now)


def _follow(session: Session, cases: Sequence[_Case]) -> list[Turn]:
    """Go on from what is known."""
    if not cases:
        return []
    found = lasting(session, [case.sensor.id for case in cases])
    turns = []
    for case in cases:
        alarm = found.get(case.sensor.id)
        carried = past.episode(alarm) if alarm is not None else None
        watch, changes = watching.follow(_watch(case.sensor, alarm), case.pending, case.rules)
        _remember(case.sensor, watch)
        kept = Kept(tuple(episodes.told(carried, changes, watch)))
        turns.append(Turn(case.sensor, kept, {alarm.id: alarm} if alarm is not None else {}))
        case.pending = ()
    return turns


def _judge_again(session: Session, cases: Sequence[_Case]) -> list[Turn]:
    """Judge the stretches that late readings change; what needs to see more has its next turn."""
    if not cases:
        return []
    windows = past.windows(
        session, [Asked(case.sensor.id, case.pending[0], case.size) for case in cases]
    )
    alarms = past.alarms(session, windows)
    turns = []
    for case in cases:
        own = {alarm.id: alarm for alarm in alarms[case.sensor.id]}
        stored = [past.episode(alarm) for alarm in own.values()]
        window = windows[case.sensor.id]
        judged = rejudging.judge(window, frozenset(case.pending), stored, case.rules)
        if judged is None:
            _widen(case)
            continue
        if judged.watch is not None:
            _remember(case.sensor, judged.watch)
        case.pending = [each for each in case.pending if each.place > judged.until.place]
        case.size = past.FEW
        turns.append(Turn(case.sensor, judged.kept, own))
    return turns


def _widen(case: _Case) -> None:
    """Look at more readings; a stretch beyond all measure stays as it was judged."""
    if case.size < past.MOST:
        case.size *= 10
        return
    log.warning("sensor_stretch_too_long", sensor=case.sensor.code, late=len(case.pending))
    newest = max(case.pending, key=lambda each: each.place)
    watch = _watch(case.sensor, None)
    if watch.last is None or newest.place > watch.last.place:
        _remember(case.sensor, Watch(newest))
    case.pending = ()


def end(session: Session, sensor: Sensor, *, now: datetime) -> None:
    """End a lasting alarm because the sensor was retired, moved, or its limits are others now.

    What was outside for too short a while for an alarm is forgotten likewise.
    """
    alarm = lasting(session, [sensor.id]).get(sensor.id)
    watch = _watch(sensor, alarm)
    _remember(sensor, Watch(watch.last))
    if alarm is None:
        session.flush()
        return
    # Nought degrees are a reading like any other.
    last = watch.last or Measured(now, alarm.worst)
    alarm.ended_at, alarm.over_at = max(last.measured_at, alarm.began_at), now
    session.flush()
    episode = replace(past.episode(alarm), over=last)
    stand = Stand(sensor.placed_at, now, sensor.batch_id)
    _tell(session, [News(sensor, "ended", episode, stand)], now)


def _tell(session: Session, news: Sequence[News], now: datetime) -> None:
    """Record the events, and have the letters written."""
    if not news:
        return
    alarm_events.record(session, news, now=now)
    # One each time: one that waits already could start before this transaction has committed.
    jobs.defer(session, JOB, lock=JOB)


def _watch(sensor: Sensor, alarm: SensorAlarm | None) -> Watch:
    last = outside = excursion = None
    if sensor.last_at is not None and sensor.last_value is not None:
        last = Measured(sensor.last_at, sensor.last_value)
    since, worst, above = sensor.outside_since, sensor.outside_worst, sensor.outside_above
    if since is not None and worst is not None and above is not None:
        outside = Row(since, sensor.outside_count, worst, above)
    if alarm is not None:
        excursion = past.episode(alarm).excursion
    return Watch(last, outside, excursion, sensor.calm_since)


def _remember(sensor: Sensor, watch: Watch) -> None:
    if watch.last is not None:
        sensor.last_at, sensor.last_value = watch.last.measured_at, watch.last.value
    row = watch.outside
    sensor.outside_since = row.since if row else None
    sensor.outside_count = row.count if row else 0
    sensor.outside_worst = row.worst if row else None
    sensor.outside_above = row.is_above if row else None
    sensor.calm_since = watch.calm_since
