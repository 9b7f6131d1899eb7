"""Scans that came in, as tests of copies need them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock
from traceability.copies import limits, noticing
from traceability.copies.models import CopySuspicion
from traceability.models import Batch
from traceability.scan import scans
from traceability.scan.scans import ScanNote

HANOI, CAN_THO = "01", "92"


def scan(
    session: Session, batch: Batch, number: int | None, *looks: tuple[datetime, str | None]
) -> None:
    """Scans of one serial, or of the lot's own label, come in."""
    scans.enter(
        session, [ScanNote(at, batch.id, number, "phone", "vi", place) for at, place in looks]
    )


def copy(session: Session, batch: Batch, number: int, now: datetime) -> None:
    """A serial is seen in Hanoi and two hours later in Cần Thơ, and both again days later."""
    first = now - timedelta(days=9)
    later = first + timedelta(days=7)
    scan(
        session, batch, number, (first, HANOI), (first + timedelta(hours=2), CAN_THO),
        (later, HANOI), (later + timedelta(hours=1), CAN_THO),
    )  # fmt: skip


def notice(session: Session, now: datetime) -> int:
    """Look at what came in; how many scans were looked at."""
    known = limits.read("", clock.business_day(now))
    return noticing.notice(session, known, now=now)


def suspicions(session: Session) -> list[CopySuspicion]:
    return list(session.scalars(select(CopySuspicion).order_by(CopySuspicion.id)))


def suspect(session: Session, batch: Batch, now: datetime, number: int = 7) -> CopySuspicion:
    """A serial that was copied, noticed."""
    copy(session, batch, number, now)
    notice(session, now)
    wanted = (CopySuspicion.batch_id == batch.id, CopySuspicion.serial_number == number)
    return session.scalars(select(CopySuspicion).where(*wanted)).one()
