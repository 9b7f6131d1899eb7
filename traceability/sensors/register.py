"""The register of sensors: what is measured where, within which limits, and since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import SystemRandom

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid, NotFound
from growing_areas.models import GrowingArea
from traceability.models import Batch
from traceability.sensors import publishing
from traceability.sensors.judging import alarms, limiting
from traceability.sensors.judging.limiting import PlaceLimitsTold
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.measures import MEASURES
from traceability.sensors.models import Sensor, SensorStay

WRITE = "sensor.write"
REPORT = "sensor.report"
_LENGTH = 14


@dataclass(frozen=True)
class Place:
    """Where a sensor stands: exactly one of area (code), batch (code) and room."""

    area: str | None = None
    batch: str | None = None
    room: str | None = None


@dataclass(frozen=True)
class NewSensor:
    """A sensor to be registered; exactly one of area (code), batch (code) and room."""

    organisation: str
    name: str
    measures: str
    area: str | None = None
    batch: str | None = None
    room: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    patience: PatienceTold = field(default_factory=PatienceTold)


def register(session: Session, actor: Actor, new: NewSensor, *, now: datetime) -> Sensor:
    """Register a sensor and give it the code its topic ends with.

    Raises: Forbidden, NotFound, Invalid("sensor.place_needed", "sensor.place_unknown",
    "sensor.batch_over", "sensor.limits", "sensor.limit_impossible").
    """
    organisation = organisations.get_organisation(session, new.organisation)
    permissions.require(actor, WRITE, organisation)
    findings = limiting.findings(MEASURES[new.measures], new.low, new.high)
    area_id, batch_id = _stand(session, organisation.id, new, findings)
    if findings:
        raise Invalid(findings)
    sensor = Sensor(
        code=codes.new_code(_LENGTH, SystemRandom()),
        organisation_id=organisation.id,
        name=new.name,
        measures=new.measures,
        area_id=area_id,
        batch_id=batch_id,
        room=new.room,
        registered_at=now,
        placed_at=now,
    )
    session.add(sensor)
    session.flush()
    said = PlaceLimitsTold(new.low, new.high, new.patience)
    limiting.write_place(session, sensor, said, now=now)
    return sensor


def set_limits(
    session: Session, actor: Actor, code: str, said: PlaceLimitsTold, *, now: datetime
) -> Sensor:
    """Set the limits from now on; an alarm by the old ones ends.

    Raises: Forbidden, NotFound, Conflict("sensor.retired"), Invalid.
    """
    sensor = _in_use(session, actor, code)
    findings = limiting.findings(sensor.measure, said.low, said.high)
    if findings:
        raise Invalid(findings)
    if limiting.newest_place(session, sensor) != said:
        alarms.end(session, sensor, now=now)
        limiting.write_place(session, sensor, said, now=now)
    return sensor


def move(session: Session, actor: Actor, code: str, place: Place, *, now: datetime) -> Sensor:
    """Say that a sensor stands elsewhere from now on: its topic stays, its past stays told.

    A lasting alarm ends: it was about what it stood beside.
    Raises: Forbidden, NotFound, Conflict("sensor.retired"), Invalid("sensor.place_needed",
    "sensor.place_unknown", "sensor.batch_over").
    """
    sensor = _in_use(session, actor, code)
    findings: list[Finding] = []
    area_id, batch_id = _stand(session, sensor.organisation_id, place, findings)
    if findings:
        raise Invalid(findings)
    if (sensor.area_id, sensor.batch_id, sensor.room) != (area_id, batch_id, place.room):
        _go(session, sensor, area_id, batch_id, place.room, now=now)
    return get(session, actor, code)


def leave(session: Session, batch: Batch, *, now: datetime) -> None:
    """End the stays of the sensors beside a batch that is over: they stand nowhere for now.

    Whoever closes the batch has the right to; what was measured beside it stays told.
    """
    beside = select(Sensor).where(Sensor.batch_id == batch.id, Sensor.retired_at.is_(None))
    for sensor in session.scalars(beside.order_by(Sensor.id).with_for_update()).all():
        _go(session, sensor, None, None, None, now=now)


def _go(
    session: Session,
    sensor: Sensor,
    area_id: int | None,
    batch_id: int | None,
    room: str | None,
    *,
    now: datetime,
) -> None:
    """End a stay and begin another one."""
    alarms.end(session, sensor, now=now)
    publishing.stale(session, sensor, now=now)
    session.add(
        SensorStay(
            sensor_id=sensor.id,
            area_id=sensor.area_id,
            batch_id=sensor.batch_id,
            room=sensor.room,
            began_at=sensor.placed_at,
            ended_at=max(now, sensor.placed_at),
        )
    )
    sensor.area_id, sensor.batch_id, sensor.room = area_id, batch_id, room
    sensor.placed_at = max(now, sensor.placed_at)
    session.flush()
    publishing.stale(session, sensor, now=now)
    session.expire(sensor, ["area", "batch"])


def publish(session: Session, actor: Actor, code: str, *, now: datetime) -> Sensor:
    """Let trace pages show what a sensor measured beside batches."""
    return _set_public(session, actor, code, is_public=True, now=now)


def withhold(session: Session, actor: Actor, code: str, *, now: datetime) -> Sensor:
    """Show on trace pages no more what a sensor measured."""
    return _set_public(session, actor, code, is_public=False, now=now)


def retire(session: Session, actor: Actor, code: str, *, now: datetime) -> Sensor:
    """Take a sensor out of use: its readings stay, new ones are refused; twice is once."""
    sensor = get(session, actor, code, lock=True)
    if sensor.retired_at is None:
        alarms.end(session, sensor, now=now)
        sensor.retired_at = now
        session.flush()
        publishing.stale(session, sensor, now=now)
    return sensor


def get(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Sensor:
    """A sensor of one's own organisation. Raises: NotFound("sensor.not_found")."""
    statement = whole().where(Sensor.code == codes.normalise(code))
    if lock:
        statement = statement.with_for_update(of=Sensor)
    sensor = session.scalar(statement)
    if sensor is None:
        raise NotFound("sensor.not_found")
    permissions.require(actor, WRITE, sensor)
    return sensor


def get_to_report(session: Session, actor: Actor, code: str) -> Sensor:
    """A sensor somebody may report readings of: its house's people, or the device that has its key.

    Raises: Forbidden, NotFound("sensor.not_found").
    """
    sensor = session.scalar(select(Sensor).where(Sensor.code == codes.normalise(code)))
    if sensor is None or actor.sensor_id not in (None, sensor.id):
        raise NotFound("sensor.not_found")
    permissions.require(actor, REPORT, sensor)
    return sensor


def _set_public(
    session: Session, actor: Actor, code: str, *, is_public: bool, now: datetime
) -> Sensor:
    sensor = get(session, actor, code, lock=True)
    if sensor.is_public != is_public:
        # While it is public: a page must forget it, too.
        sensor.is_public = True
        publishing.stale(session, sensor, now=now)
        sensor.is_public = is_public
        session.flush()
    return sensor


def _in_use(session: Session, actor: Actor, code: str) -> Sensor:
    sensor = get(session, actor, code, lock=True)
    if sensor.retired_at is not None:
        raise Conflict("sensor.retired")
    return sensor


def whole() -> Select[Sensor]:
    """Sensors with their organisations and places."""
    return select(Sensor).options(
        joinedload(Sensor.organisation), joinedload(Sensor.area), joinedload(Sensor.batch)
    )


def _stand(
    session: Session, organisation_id: int, place: Place | NewSensor, findings: list[Finding]
) -> tuple[int | None, int | None]:
    """The ids of the area and the batch named, either or neither."""
    if sum(each is not None for each in (place.area, place.batch, place.room)) != 1:
        findings.append(Finding("sensor.place_needed", {}, "place"))
    area_id = _area(session, organisation_id, place.area, findings)
    return area_id, _batch(session, organisation_id, place.batch, findings)


def _area(
    session: Session, organisation_id: int, code: str | None, findings: list[Finding]
) -> int | None:
    if code is None:
        return None
    mine = (GrowingArea.code == code, GrowingArea.organisation_id == organisation_id)
    found = session.scalar(select(GrowingArea.id).where(*mine).limit(1))
    if found is None:
        findings.append(Finding("sensor.place_unknown", {"code": code}, "place"))
    return found


def _batch(
    session: Session, organisation_id: int, code: str | None, findings: list[Finding]
) -> int | None:
    if code is None:
        return None
    mine = (Batch.code == code, Batch.organisation_id == organisation_id)
    found = session.execute(select(Batch.id, Batch.state, Batch.voided_at).where(*mine)).first()
    if found is None:
        findings.append(Finding("sensor.place_unknown", {"code": code}, "place"))
        return None
    if found.state == "closed" or found.voided_at is not None:
        findings.append(Finding("sensor.batch_over", {"code": code}, "place"))
    return int(found.id)
