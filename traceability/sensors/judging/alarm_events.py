"""What becomes of alarms as EPCIS events (ObjectEvent, OBSERVE, sensor_reporting).

Beginning and end are one each, the readings in between none. What readings that came late change
about an alarm that was told is a further event: the former ones stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from growing_areas.models import GrowingArea
from traceability import events
from traceability.epcis import own_documents
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.sensors.judging import patience
from traceability.sensors.judging.bounds import Stand
from traceability.sensors.judging.episodes import Episode
from traceability.sensors.judging.watching import Measured
from traceability.sensors.models import Sensor

Kind = Literal["began", "ended", "revised", "overtaken"]


@dataclass(frozen=True)
class News:
    """What became of an alarm, and where its sensor stood then."""

    sensor: Sensor
    kind: Kind
    episode: Episode
    stand: Stand

    @property
    def reading(self) -> Measured:
        """The reading that tells it; of an alarm that was revised its worst."""
        episode = self.episode
        found = {"began": episode.sure, "ended": episode.over}.get(self.kind)
        return found or Measured(episode.ended_at or episode.began_at, episode.worst)


def news(before: Episode | None, after: Episode) -> list[Kind]:
    """What is new about an alarm."""
    if before is None:
        return ["began", "ended"] if after.ended_at is not None else ["began"]
    if before.is_overtaken:
        return ["revised"]
    is_moved = before.began_at != after.began_at
    if before.ended_at is None and after.ended_at is not None:
        return ["revised", "ended"] if is_moved else ["ended"]
    is_worse = after.ended_at is not None and before.worst != after.worst
    return ["revised"] if is_moved or is_worse or before.ended_at != after.ended_at else []


def since(kind: Kind, episode: Episode) -> datetime:
    """From when on it is so."""
    if kind == "ended" and episode.ended_at is not None:
        return episode.ended_at
    return episode.began_at


def record(session: Session, told: Sequence[News], *, now: datetime) -> None:
    """Record what became of alarms."""
    batch_ids = {each.stand.batch_id for each in told if each.stand.batch_id is not None}
    lots = nodes.uris_of(session, batch_ids) if batch_ids else {}
    areas = _areas(session, {each.sensor.area_id for each in told if each.sensor.area_id})
    rows = [(each.sensor.organisation_id, _happening(each, lots, areas, now)) for each in told]
    events.record_all(session, rows, now=now)


def _happening(
    told: News, lots: Mapping[int, str], areas: Mapping[int, str], now: datetime
) -> Happening:
    sensor, lot, at = told.sensor, lots.get(told.stand.batch_id or 0), told.reading.measured_at
    metadata = {"time": own_documents.instant(at), "deviceID": f"/sensors/{sensor.code}"}
    return Happening(
        "ObjectEvent",
        "sensor_reporting",
        happened_at=at,
        action="OBSERVE",
        things=(Portion(lot),) if lot else (),
        biz_location=areas.get(sensor.area_id or 0),
        sensors=({"sensorMetadata": metadata, "sensorReport": [_report(told)]},),
        details=_details(told, now),
    )


def _details(told: News, now: datetime) -> dict[str, str]:
    """Which alarm it is about; when it was heard of, if long after it was measured."""
    episode = told.episode
    found = {
        "alarm": told.kind,
        "limit": f"{episode.limit:f}",
        "since": own_documents.instant(since(told.kind, episode)),
    }
    if told.kind == "revised" and episode.ended_at is not None:
        found["until"] = own_documents.instant(episode.ended_at)
    if patience.is_late(told.sensor.measures, told.reading.measured_at, now):
        found["heard"] = own_documents.instant(now)
    return found


def _report(told: News) -> dict[str, Any]:
    measure, episode = told.sensor.measure, told.episode
    row = {"type": measure.gs1_type, "value": float(told.reading.value), "uom": measure.unit}
    if told.kind == "began":
        return {**row, "exception": "ALARM_CONDITION"}
    return {**row, "maxValue" if episode.is_above else "minValue": float(episode.worst)}


def _areas(session: Session, area_ids: set[int]) -> dict[int, str]:
    if not area_ids:
        return {}
    statement = select(GrowingArea.id, GrowingArea.code).where(GrowingArea.id.in_(area_ids))
    return {row.id: f"/areas/{row.code}" for row in session.execute(statement) if row.code}
