"""Keys of devices: each lets readings be posted, of one sensor or of a house's, and nothing else.

A stolen thermometer can read nothing here, and write nothing but readings of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from accounts.permissions import DEVICE, Actor, Held
from accounts.sealing import token_hash
from foundation import clock, db, glances
from foundation.errors import NotFound, Refused
from traceability.sensors import register
from traceability.sensors.devices.device_models import SensorToken
from traceability.sensors.models import Sensor

MARK = "ngs_"
MOST = 200
"""Living keys of one organisation."""
_LENGTH = len(MARK) + 43
_WHOSE = text(
    "SELECT id, organisation_id, sensor_id, name, last_used_on FROM sensor_tokens"
    " WHERE token_hash = :token_hash AND revoked_at IS NULL"
)


@dataclass(frozen=True)
class MadeToken:
    """A new key; ``plain`` is told this once and cannot be read again."""

    id: int
    plain: str = field(repr=False)


def make(
    session: Session, actor: Actor, code: str, name: str, *, for_all: bool, now: datetime
) -> MadeToken:
    """Make a key for a sensor, or (``for_all``) for every sensor of its organisation.

    Raises: Forbidden, NotFound, Refused("sensor.too_many_tokens").
    """
    sensor = register.get(session, actor, code)
    living = select(func.count()).where(
        SensorToken.organisation_id == sensor.organisation_id, SensorToken.revoked_at.is_(None)
    )
    if (session.scalar(living) or 0) >= MOST:
        raise Refused("sensor.too_many_tokens", most=MOST)
    plain = MARK + secrets.token_urlsafe(32)
    row = SensorToken(
        organisation_id=sensor.organisation_id,
        sensor_id=None if for_all else sensor.id,
        name=name,
        prefix=plain[:10],
        token_hash=token_hash(plain),
        created_at=now,
        created_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    return MadeToken(row.id, plain)


def list_of(session: Session, sensor: Sensor) -> Sequence[SensorToken]:
    """The living keys by which a sensor can report, its own and its organisation's."""
    statement = select(SensorToken).where(
        SensorToken.organisation_id == sensor.organisation_id,
        or_(SensorToken.sensor_id == sensor.id, SensorToken.sensor_id.is_(None)),
        SensorToken.revoked_at.is_(None),
    )
    return session.scalars(statement.order_by(SensorToken.id.desc())).all()


def revoke(session: Session, actor: Actor, code: str, token_id: int, *, now: datetime) -> None:
    """End a key; twice is once. Raises: Forbidden, NotFound("sensor.token_not_found")."""
    sensor = register.get(session, actor, code)
    row = session.get(SensorToken, token_id)
    is_of_house = row is not None and row.organisation_id == sensor.organisation_id
    if row is None or not is_of_house or row.sensor_id not in (None, sensor.id):
        raise NotFound("sensor.token_not_found")
    row.revoked_at = row.revoked_at or now
    session.flush()


def authenticate(bearer: str, now: datetime) -> Actor | None:
    """The device a key stands for; None when it is not ours or revoked.

    Remembers the day it was used, with one write a day.
    """
    if len(bearer) != _LENGTH or not bearer.startswith(MARK):
        return None
    row = glances.look_up(_WHOSE, {"token_hash": token_hash(bearer)})
    if row is None:
        return None
    today = clock.business_day(now)
    if row.last_used_on != today:
        with db.transaction() as session:
            used = update(SensorToken).where(SensorToken.id == row.id)
            session.execute(used.values(last_used_on=today))
    held = Held(DEVICE, organisation_id=row.organisation_id)
    return Actor(None, row.name, (held,), sensor_id=row.sensor_id)
