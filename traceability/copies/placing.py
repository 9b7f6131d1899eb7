"""Where a scan was made, by the word of who made it: a province, never more, and of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation import clock
from foundation.errors import Finding, Invalid, Refused
from territory import units
from traceability.copies import noticing
from traceability.copies.limits import Limits
from traceability.scan import limits as scan_limits
from traceability.scan import noting, scans
from traceability.scan.models import Scan
from traceability.scan.noting import Looked

_MOVED = text("""
WITH gone AS (
    UPDATE scan_tallies SET scans = scans - 1
    WHERE day = :day AND batch_id = :batch_id AND place = '' AND device = :device AND scans > 0
)
INSERT INTO scan_tallies AS t (day, batch_id, place, device, scans)
VALUES (:day, :batch_id, :place, :device, 1)
ON CONFLICT (day, batch_id, place, device) DO UPDATE SET scans = t.scans + 1
""")


def place(
    session: Session,
    looked: Looked,
    batch_id: int,
    serial_number: int | None,
    province: str,
    limits: Limits,
) -> None:
    """Write the province to the scan that the same browser has just made.

    Of scans of one code, time and kind of device none is told from another: the youngest without
    a province gets it. Raises: Invalid("complaint.no_such_province"),
    Refused("scan.not_just_seen").
    """
    unit = units.find_unit(session, province, clock.business_day(looked.at))
    if unit is None or unit.level != "province":
        raise Invalid([Finding("complaint.no_such_province", {}, "province")])
    just = noting.has_just_looked(looked, batch_id, serial_number)
    scan = _find(session, looked, batch_id, serial_number) if just else None
    if scan is None or not noting.take_word(looked, batch_id, serial_number):
        raise Refused("scan.not_just_seen")
    scan.place = province
    session.flush()
    _move(session, scan, province)
    if serial_number is not None:
        key = (batch_id, serial_number)
        noticing.locate(session, key, scan, province, limits, now=looked.at)


def _find(
    session: Session, looked: Looked, batch_id: int, serial_number: int | None
) -> Scan | None:
    # The mark before the counts, as whoever looks for copies takes them.
    noticing.lock_mark(session)
    noticing.lock_counts(session)
    return session.scalar(
        select(Scan)
        .where(
            Scan.batch_id == batch_id,
            Scan.serial_number.is_not_distinct_from(serial_number),
            Scan.device == scans.device_of(looked.agent),
            Scan.place.is_(None),
            Scan.scanned_at > _since(looked.at),
            Scan.scanned_at <= looked.at,
        )
        .order_by(Scan.scanned_at.desc())
        .limit(1)
    )


def _since(now: datetime) -> datetime:
    return now - timedelta(seconds=scan_limits.limit("repeat_within_s"))


def _move(session: Session, scan: Scan, province: str) -> None:
    given = {"batch_id": scan.batch_id, "place": province, "device": scan.device}
    session.execute(_MOVED, {"day": clock.business_day(scan.scanned_at), **given})
