"""Scans: each remembered once, none of them a person.

A scan is a time, a code, a kind of device, a language and at most a province; no address, no
identifier.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import db
from traceability.scan import journal, limits
from traceability.scan.journal import Journal
from traceability.scan.models import ScanJournal, SerialScans

log = structlog.get_logger()

_READ_AT_ONCE = 4 * 1024 * 1024
_PHONE = re.compile(r"mobi|iphone|android.*mobile", re.IGNORECASE)
_TABLET = re.compile(r"ipad|tablet|android", re.IGNORECASE)
_INSERTED = """
WITH given AS (
    SELECT g.* FROM unnest(
        CAST(:at AS timestamptz[]), CAST(:batches AS bigint[]), CAST(:serials AS integer[]),
        CAST(:devices AS text[]), CAST(:languages AS text[]), CAST(:places AS text[])
    ) AS g (scanned_at, batch_id, serial_number, device, language, place)
    JOIN batches b ON b.id = g.batch_id
), kept AS (
    INSERT INTO scans (scanned_at, batch_id, serial_number, device, language, place)
    SELECT scanned_at, batch_id, serial_number, device, language, place FROM given
), counted AS (
    INSERT INTO serial_scans AS s
        (batch_id, serial_number, scans, first_at, last_at, first_place)
    SELECT batch_id, serial_number, count(*), min(scanned_at), max(scanned_at),
        (array_agg(place ORDER BY scanned_at))[1] FROM given
    WHERE serial_number IS NOT NULL GROUP BY batch_id, serial_number
    ON CONFLICT (batch_id, serial_number) DO UPDATE SET scans = s.scans + excluded.scans,
        first_place = CASE WHEN excluded.first_at < s.first_at THEN excluded.first_place
            ELSE s.first_place END,
        first_at = least(s.first_at, excluded.first_at),
        last_at = greatest(s.last_at, excluded.last_at)
)
INSERT INTO scan_tallies AS t (day, batch_id, place, device, scans)
SELECT (scanned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, batch_id, coalesce(place, ''), device,
    count(*)
FROM given GROUP BY 1, 2, 3, 4
ON CONFLICT (day, batch_id, place, device) DO UPDATE SET scans = t.scans + excluded.scans
"""


class ScanNote(NamedTuple):
    """One scan as the journal keeps it."""

    scanned_at: datetime
    batch_id: int
    serial_number: int | None
    device: str
    language: str
    place: str | None = None


@dataclass(frozen=True)
class Tally:
    """How often a serial was looked up, and when first."""

    count: int
    first_at: datetime | None


def journal_folder(data_dir: Path) -> Path:
    return data_dir / "scans"


@lru_cache(maxsize=1024)
def device_of(user_agent: str) -> str | None:
    """phone, tablet, computer or other; None for a robot, which does not count as a scan."""
    if limits.robots().search(user_agent.lower()):
        return None
    if not user_agent.startswith("Mozilla"):
        return "other"
    if _PHONE.search(user_agent):
        return "phone"
    return "tablet" if _TABLET.search(user_agent) else "computer"


def note(kept_in: Journal, scan: ScanNote) -> bool:
    """Write a scan down; False when the disk refused (the page is shown all the same)."""
    at, number = int(scan.scanned_at.timestamp() * 1000), scan.serial_number
    # Written out: the library's way takes as long as the rest of a scan. Only a place is foreign.
    line = (
        f'[{at},{scan.batch_id},{"null" if number is None else number},"{scan.device}",'
        f'"{scan.language}",{"null" if scan.place is None else json.dumps(scan.place)}]\n'
    )
    try:
        kept_in.append(line.encode())
    except OSError as error:
        log.error("scan_not_recorded", error=type(error).__name__)
        return False
    return True


def tally(session: Session, batch_id: int, serial_number: int) -> Tally:
    """Scans of one serial that have reached the database."""
    found = session.get(SerialScans, (batch_id, serial_number))
    return Tally(0, None) if found is None else Tally(found.scans, found.first_at)


def import_journals(folder: Path) -> int:
    """Bring every journal's new lines into the database; answers how many scans came in.

    Runs in transactions of its own: a journal's rows and the mark how far it was read commit
    together, so a crash in between repeats nothing and loses nothing.
    """
    imported = 0
    for path in journal.list_journals(folder):
        while (count := _import_piece(path)) > 0:
            imported += count
        _tidy(path)
    return imported


def waiting(session: Session, folder: Path, batch_ids: Collection[int]) -> set[int]:
    """Those of some batches whose scans stand in a journal and have not come in yet."""
    paths = journal.list_journals(folder)
    names = ScanJournal.name.in_([path.name for path in paths])
    read = dict(
        session.execute(select(ScanJournal.name, ScanJournal.imported_bytes).where(names)).all()
    )
    found: set[int] = set()
    for path in paths:
        for piece in _unread(path, read.get(path.name, 0)):
            found.update(scan.batch_id for scan in _read(piece))
    return found.intersection(batch_ids)


def _unread(path: Path, start: int) -> Iterator[list[bytes]]:
    while True:
        try:
            lines, start = journal.read_lines(path, start, _READ_AT_ONCE)
        except FileNotFoundError:
            # Read to its end and tidied away a moment ago: its scans are in the database.
            return
        if not lines:
            return
        yield lines


def enter(session: Session, notes: Sequence[ScanNote]) -> None:
    """Keep scans and count them, by serial and by day, in one statement.

    Of batches that nobody knows nothing is kept.
    """
    session.execute(
        text(_INSERTED),
        {
            "at": [scan.scanned_at for scan in notes],
            "batches": [scan.batch_id for scan in notes],
            "serials": [scan.serial_number for scan in notes],
            "devices": [scan.device for scan in notes],
            "languages": [scan.language for scan in notes],
            "places": [scan.place for scan in notes],
        },
    )


def _import_piece(path: Path) -> int:
    with db.transaction() as session:
        mark = _locked_mark(session, path.name)
        lines, end = journal.read_lines(path, mark.imported_bytes, _READ_AT_ONCE)
        if not lines:
            return 0
        notes = _read(lines)
        enter(session, notes)
        mark.imported_bytes = end
        return len(lines)


def _locked_mark(session: Session, name: str) -> ScanJournal:
    # One importer at a time: two would meet at the same counts in another order.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('scans'))"))
    session.execute(
        insert(ScanJournal).values(name=name, imported_bytes=0).on_conflict_do_nothing()
    )
    return session.execute(
        select(ScanJournal)
        .where(ScanJournal.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _tidy(path: Path) -> None:
    with db.transaction() as session:
        mark = _locked_mark(session, path.name)
        # The mark stays: a folder restored from a copy must not be counted twice.
        journal.remove_if_abandoned(path, mark.imported_bytes)


def _read(lines: list[bytes]) -> list[ScanNote]:
    """The lines as scans; at once, or line by line where one of them cannot be read."""
    try:
        rows = json.loads(b"[" + b",".join(lines) + b"]")
        return [_told(row) for row in rows]
    except (ValueError, TypeError, OverflowError, OSError):
        return [parsed for parsed in map(_parsed, lines) if parsed is not None]


def _parsed(line: bytes) -> ScanNote | None:
    try:
        return _told(json.loads(line))
    except (ValueError, TypeError, OverflowError, OSError):
        log.error("scan_line_unreadable", length=len(line))
        return None


def _told(row: list[Any]) -> ScanNote:
    # Journals written before scans had a place end with the language.
    at, batch_id, serial_number, device, language, *more = row
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return ScanNote(moment, batch_id, serial_number, device, language, *more)
