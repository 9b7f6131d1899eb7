"""Writing a scan down before its page is answered, whichever door it came through."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from foundation import config
from traceability.scan import importer, limits, network_places, scans
from traceability.scan.journal import SUFFIX, Journal
from traceability.scan.recent import Recent
from traceability.scan.scans import ScanNote

recent = Recent()
"""Apart from what `guessing` counts: whoever looks with many faces writes here as often as he
likes, and would have it forget him."""

# By data folder.
_journals: dict[Path, Journal] = {}


class Looked(NamedTuple):
    """Somebody's request for a code. Of agent and network only kind and province are kept."""

    agent: str
    network: str
    language: str
    at: datetime


def note(looked: Looked, batch_id: int, serial_number: int | None, *, in_tests: bool) -> bool:
    """Write a scan down if it is one; whether it counts.

    A robot's look does not, nor does a second one from the same browser soon after the first.
    """
    device = scans.device_of(looked.agent)
    if device is None or _is_again(looked, batch_id, serial_number):
        return False
    settings = config.current()
    journal = _journals.get(settings.data_dir)
    if journal is None:
        folder = scans.journal_folder(settings.data_dir)
        journal = _journals.setdefault(settings.data_dir, Journal(folder))
    place = network_places.find_province(settings.network_places, looked.network)
    scan = ScanNote(looked.at, batch_id, serial_number, device, looked.language, place)
    noted = scans.note(journal, scan)
    if not in_tests:
        importer.wake(journal.folder)
    return noted


def forget_journals() -> None:
    """Throw away what this process wrote down, read or not (tests)."""
    while _journals:
        _data_dir, journal = _journals.popitem()
        journal.close()
        for path in journal.folder.glob(f"*{SUFFIX}"):
            path.unlink(missing_ok=True)


def has_just_looked(looked: Looked, batch_id: int, serial_number: int | None) -> bool:
    """Whether the same browser looked at a code a moment ago, as far as memory goes."""
    what = _look(looked, batch_id, serial_number)
    return recent.count(what, looked.at, limits.limit("repeat_within_s")) > 0


def take_word(looked: Looked, batch_id: int, serial_number: int | None) -> bool:
    """Whether it may still say where its look was made: once for each."""
    what = b"placed " + _look(looked, batch_id, serial_number)
    return recent.seen(what, looked.at, limits.limit("repeat_within_s")) == 0


def _is_again(looked: Looked, batch_id: int, serial_number: int | None) -> bool:
    what = _look(looked, batch_id, serial_number)
    return recent.seen(what, looked.at, limits.limit("repeat_within_s")) > 0


def _look(looked: Looked, batch_id: int, serial_number: int | None) -> bytes:
    return f"look {batch_id} {serial_number} {looked.network} {looked.agent}".encode()
