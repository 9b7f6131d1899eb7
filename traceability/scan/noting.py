"""Writing a scan down before its page is answered, whichever door it came through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation import config
from traceability.scan import importer, scans
from traceability.scan.journal import Journal
from traceability.scan.scans import ScanNote

_journals: dict[str, Journal] = {}


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody's request for a code: what is kept of it, and nothing that tells who it was."""

    agent: str
    language: str
    at: datetime


def note(looked: Looked, batch_id: int, serial_number: int | None, *, in_tests: bool) -> bool:
    """Write a scan down if it is one; whether it counts. A robot's look does not."""
    device = scans.device_of(looked.agent)
    if device is None:
        return False
    folder = scans.journal_folder(config.current().data_dir)
    journal = _journals.get(str(folder))
    if journal is None:
        journal = _journals.setdefault(str(folder), Journal(folder))
    noted = scans.note(
        journal, ScanNote(looked.at, batch_id, serial_number, device, looked.language)
    )
    if not in_tests:
        importer.wake(folder)
    return noted
