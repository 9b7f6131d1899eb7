"""Scans: each remembered once, none of them a person.

A scan is a time, a code, a kind of device and a language; no address, no identifier.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import db
from traceability.models import Scan, ScanJournal
from traceability.scan import journal
from traceability.scan.journal import Journal

log = structlog.get_logger()

_READ_AT_ONCE = 4 * 1024 * 1024
# Programs that fetch a shared link to draw its preview, and crawlers: nobody held the goods.
_ROBOT = re.compile(r"bot\b|crawl|spider|preview|facebookexternalhit|whatsapp|slurp", re.IGNORECASE)
_PHONE = re.compile(r"mobi|iphone|android.*mobile", re.IGNORECASE)
_TABLET = re.compile(r"ipad|tablet|android", re.IGNORECASE)
_INSERTED = (
    "INSERT INTO scans (scanned_at, batch_id, serial_number, device, language)"
    " SELECT given.scanned_at, batches.id, given.serial_number, given.device, given.language"
    " FROM unnest(CAST(:at AS timestamptz[]), CAST(:batches AS bigint[]),"
    " CAST(:serials AS integer[]), CAST(:devices AS text[]), CAST(:languages AS text[]))"
    " AS given (scanned_at, batch_id, serial_number, device, language)"
    " JOIN batches ON batches.id = given.batch_id"
)


@dataclass(frozen=True)
class ScanNote:
    """One scan as the journal keeps it."""

    scanned_at: datetime
    batch_id: int
    serial_number: int | None
    device: str
    language: str


@dataclass(frozen=True)
class Tally:
    """How often a serial was looked up, and when first."""

    count: int
    first_at: datetime | None


def journal_folder(data_dir: Path) -> Path:
    return data_dir / "scans"


def device_of(user_agent: str) -> str | None:
    """phone, tablet, computer or other; None for a robot, which does not count as a scan."""
    if _ROBOT.search(user_agent):
        return None
    if not user_agent.startswith("Mozilla"):
        return "other"
    if _PHONE.search(user_agent):
        return "phone"
    return "tablet" if _TABLET.search(user_agent) else "computer"


def note(kept_in: Journal, scan: ScanNote) -> bool:
    """Write a scan down; False when the disk refused (the page is shown all the same)."""
    line = json.dumps(
        [
            int(scan.scanned_at.timestamp() * 1000),
            scan.batch_id,
            scan.serial_number,
            scan.device,
            scan.language,
        ],
        separators=(",", ":"),
    )
    try:
        kept_in.append(line.encode() + b"\n")
    except OSError as error:
        log.error("scan_not_recorded", error=type(error).__name__)
        return False
    return True


def tally(session: Session, batch_id: int, serial_number: int) -> Tally:
    """Scans of one serial that have reached the database."""
    statement = select(func.count(), func.min(Scan.scanned_at)).where(
        Scan.batch_id == batch_id, Scan.serial_number == serial_number
    )
    count, first_at = session.execute(statement).one()
    return Tally(count, first_at)


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


def _import_piece(path: Path) -> int:
    with db.transaction() as session:
        mark = _locked_mark(session, path.name)
        lines, end = journal.read_lines(path, mark.imported_bytes, _READ_AT_ONCE)
        if not lines:
            return 0
        notes = [parsed for parsed in map(_parsed, lines) if parsed is not None]
        session.execute(
            text(_INSERTED),
            {
                "at": [scan.scanned_at for scan in notes],
                "batches": [scan.batch_id for scan in notes],
                "serials": [scan.serial_number for scan in notes],
                "devices": [scan.device for scan in notes],
                "languages": [scan.language for scan in notes],
            },
        )
        mark.imported_bytes = end
        return len(lines)


def _locked_mark(session: Session, name: str) -> ScanJournal:
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


def _parsed(line: bytes) -> ScanNote | None:
    try:
        at, batch_id, serial_number, device, language = json.loads(line)
        moment = datetime.fromtimestamp(at / 1000, UTC)
    except (ValueError, TypeError):
        log.error("scan_line_unreadable", length=len(line))
        return None
    return ScanNote(moment, batch_id, serial_number, device, language)
