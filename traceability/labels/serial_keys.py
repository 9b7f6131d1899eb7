"""Keys of serials, by number: a new one may be taken into use, what the old ones drew stays valid.

A label is known by its code having been issued, never by computing it again, so no label depends
on a key after its order was entered. An order keeps the number of its key: taken up again after a
crash it draws the codes it drew before.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation.errors import Conflict
from ledger import log
from traceability.labels import serial_codes, serials
from traceability.labels.models import SerialKey
from traceability.models import LabelJob

_ALONE = text("LOCK TABLE serial_keys IN SHARE ROW EXCLUSIVE MODE")


def newest(session: Session) -> int:
    """The number of the key that new orders are drawn with."""
    return session.scalar(select(func.max(SerialKey.id))) or 1


def start(session: Session, secret: str, *, now: datetime) -> SerialKey:
    """Take a new key into use; orders placed before go on with theirs."""
    session.execute(_ALONE)
    # The first key needs no row until it is used: one that never was is passed over all the same.
    return _enter(session, newest(session) + 1, secret, now)


def key_of(session: Session, job: LabelJob, secret: str, *, now: datetime) -> bytes:
    """The key an order's serials are drawn with.

    Where the installation's secret was changed before any of them was entered, a new key is taken.
    Raises: Conflict("label.key_changed") when some were: the rest would be drawn by another key.
    """
    wanted = job.serial_key or 1
    key = serial_codes.key_from(secret, wanted)
    known = session.get(SerialKey, wanted)
    if known is None:
        session.execute(_ALONE)
        known = session.get(SerialKey, wanted) or _enter(session, wanted, secret, now)
    if known.fingerprint == serial_codes.fingerprint(key):
        return key
    first = job.first_serial or 1
    if serials.last_issued(session, job.batch_id, first, job.label_count) >= first:
        raise Conflict("label.key_changed", order=job.id)
    job.serial_key = _usable(session, secret, now).id
    return serial_codes.key_from(secret, job.serial_key)


def _usable(session: Session, secret: str, now: datetime) -> SerialKey:
    """The newest key if this secret draws it, else a new one."""
    session.execute(_ALONE)
    latest = session.get(SerialKey, newest(session))
    if latest is not None:
        drawn = serial_codes.key_from(secret, latest.id)
        if latest.fingerprint == serial_codes.fingerprint(drawn):
            return latest
    return _enter(session, newest(session) + 1, secret, now)


def _enter(session: Session, key_id: int, secret: str, now: datetime) -> SerialKey:
    told = serial_codes.fingerprint(serial_codes.key_from(secret, key_id))
    row = SerialKey(id=key_id, fingerprint=told, started_at=now)
    session.add(row)
    session.flush()
    body = {"fingerprint": told}
    log.append(session, kind="serials.key_started", subject=str(key_id), body=body, now=now)
    return row
