"""What was judged of alarms is written down: new ones added, those that are kept changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from traceability.sensors.judging import alarm_events, past
from traceability.sensors.judging.alarm_events import Kind
from traceability.sensors.judging.episodes import Episode, Kept
from traceability.sensors.models import Sensor, SensorAlarm


@dataclass(frozen=True)
class Turn:
    """What was judged of a sensor, and the alarms that are kept, by id."""

    sensor: Sensor
    kept: Kept
    alarms: Mapping[int, SensorAlarm]


@dataclass(frozen=True)
class Told:
    """Something new about an alarm."""

    sensor: Sensor
    kind: Kind
    episode: Episode

    @property
    def since(self) -> datetime:
        """From when on it is so."""
        return alarm_events.since(self.kind, self.episode)


def write(session: Session, turns: Sequence[Turn], *, now: datetime) -> list[Told]:
    """Write alarms down; answers what is new, sensor by sensor, the earliest first."""
    told: list[Told] = []
    fresh: list[SensorAlarm] = []
    reopened: list[tuple[SensorAlarm, Episode]] = []
    for turn in turns:
        for lost, joined_id in turn.kept.overtaken:
            _overtake(turn.alarms[lost.key or 0], joined_id, now)
            told.append(Told(turn.sensor, "overtaken", lost))
        for episode in turn.kept.episodes:
            alarm = turn.alarms.get(episode.key or 0)
            before = past.episode(alarm) if alarm is not None else None
            kinds = alarm_events.news(before, episode)
            told += [Told(turn.sensor, kind, episode) for kind in kinds]
            if alarm is None:
                fresh.append(_fresh(turn.sensor, episode, now))
                continue
            if "revised" in kinds:
                _revise(alarm, now)
            if episode.ended_at is None:
                reopened.append((alarm, episode))
            else:
                _change(alarm, episode)
    # A sensor has one lasting alarm at most: the former one ends in the database first.
    session.flush()
    for alarm, episode in reopened:
        _change(alarm, episode)
    session.flush()
    session.add_all(fresh)
    session.flush()
    return told


def _fresh(sensor: Sensor, episode: Episode, now: datetime) -> SensorAlarm:
    alarm = SensorAlarm(sensor_id=sensor.id, is_above=episode.is_above, heard_at=now)
    _change(alarm, episode)
    return alarm


def _change(alarm: SensorAlarm, episode: Episode) -> None:
    if alarm.ended_at is not None and episode.ended_at is None:
        alarm.told_end_at = None
    alarm.limit, alarm.worst = episode.limit, episode.worst
    alarm.began_at, alarm.sure_at = episode.began_at, episode.sure_at
    alarm.ended_at, alarm.over_at = episode.ended_at, episode.over_at
    alarm.overtaken_at = alarm.joined_id = None


def _revise(alarm: SensorAlarm, now: datetime) -> None:
    """What its managers were told of it is no more right; an alarm nobody heard of is just told."""
    if alarm.told_begin_at is not None:
        alarm.revised_at = now


def _overtake(alarm: SensorAlarm, joined_id: int | None, now: datetime) -> None:
    _revise(alarm, now)
    alarm.overtaken_at, alarm.joined_id = now, joined_id
    sure_at = alarm.sure_at or alarm.began_at
    alarm.ended_at = alarm.ended_at or sure_at
    alarm.over_at = alarm.over_at or sure_at
