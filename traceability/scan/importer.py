"""Brings journal lines into the database about once a second while there are scans.

A thread of the web process, so that the next scan of the same label knows of this one; what a
killed process left behind is read by the job `scans.import`.
"""

import threading
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from traceability.scan import scans

log = structlog.get_logger()

_EVERY_S = 1.0
_woken = threading.Event()
_starting = threading.Lock()
_thread: threading.Thread | None = None


def wake(folder: Path) -> None:
    """Say that there are new lines; the thread is started at the first of them."""
    global _thread
    if not _woken.is_set():
        _woken.set()
    if _thread is not None and _thread.is_alive():
        return
    with _starting:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, args=(folder,), name="scans", daemon=True)
            _thread.start()


def _run(folder: Path) -> None:
    pause = threading.Event()
    while True:
        _woken.wait()
        _woken.clear()
        try:
            scans.import_journals(folder)
        except (SQLAlchemyError, OSError) as error:
            # The lines stay in the journal: the next round reads them.
            log.warning("scans_not_imported", error=type(error).__name__)
            _woken.set()
        pause.wait(_EVERY_S)
