"""Rehearsing a diary sheet: written for a look at what it would bring about, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding
from foundation.imports import Line
from growing_areas import ports
from growing_areas.diary_sheets import reading
from growing_areas.diary_sheets.reading import Reading
from growing_areas.fieldbook import keeping
from growing_areas.fieldbook.keeping import Recorded
from growing_areas.fieldbook.lines import NewLine

_MOST_NAMED = 5


def rehearse(
    session: Session, actor: Actor, rows: Sequence[Line], *, now: datetime
) -> list[Finding]:
    """What writing some rows would warn of, at their places; nothing stays written.

    The very writing is done and taken back: a harvest is held against the sprayings of the same
    sheet, and the lots that a line would stop are named.
    """
    step = session.begin_nested()
    try:
        written = write(session, actor, _read(session, actor, rows, now), now=now)
        stopped = ports.lots_stopped(session, [each.entry.id for _row, each in written])
        found = [
            reading.placed(row, finding)
            for row, each in sorted(written, key=lambda pair: pair[0])
            for finding in (*each.findings, *_stopping(stopped.get(each.entry.id, ())))
        ]
    finally:
        step.rollback()
    return found


def write(
    session: Session, actor: Actor, found: Reading, *, now: datetime
) -> list[tuple[int, Recorded]]:
    """Write the lines of a sheet, each with its row.

    Sprayings before harvests: a harvest is warned of by what the same sheet tells.
    """
    told = list(zip(found.rows, found.new, strict=True))
    written: list[tuple[int, Recorded]] = []
    for some in (
        [each for each in told if not _is_harvest(each[1])],
        [each for each in told if _is_harvest(each[1])],
    ):
        kept = keeping.keep(session, actor, [line for _row, line in some], now=now)
        written += zip((row for row, _line in some), kept, strict=True)
    return written


def _read(session: Session, actor: Actor, rows: Sequence[Line], now: datetime) -> Reading:
    return reading.read(session, actor, rows, clock.business_day(now))


def _stopping(lots: Sequence[str]) -> Iterable[Finding]:
    if not lots:
        return ()
    named = ", ".join(lots[:_MOST_NAMED]) + (", …" if len(lots) > _MOST_NAMED else "")
    return (Finding("diary.stops_lots", {"lots": named}, "done_on", severity="warning"),)


def _is_harvest(new: NewLine) -> bool:
    return new.told.work.activity == "harvest"
