"""The scan journal: one line a scan, on disk before the page is answered.

Each web process appends to a file of its own, so that no scan waits for the database or for
another scan, and a killed process loses nothing it had written. The file's lock is held as long
as its process lives: that is how a reader knows it may throw a finished journal away.
"""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from threading import Lock

SUFFIX = ".scans"


class Journal:
    """The journal of this process, opened at the first scan."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._owner = 0
        self._handle = -1

    def append(self, line: bytes) -> None:
        """Write one line (its end included). Raises: OSError when the disk takes no more."""
        with self._lock:
            # A forked worker must not write under its parent's name.
            if self._owner != os.getpid():
                self._open()
            written = os.write(self._handle, line)
            if written != len(line):
                # Half a line would swallow the next scan: end it, it will be skipped as unreadable.
                os.write(self._handle, b"\n")
                raise OSError("the scan journal took only part of a line")

    def close(self) -> None:
        """Give the journal up; the next line opens another."""
        with self._lock:
            if self._owner == os.getpid():
                os.close(self._handle)
            self._owner = 0

    def _open(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(6)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._handle = os.open(self.folder / name, flags, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._owner = os.getpid()


def list_journals(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def read_lines(path: Path, start: int, most_bytes: int) -> tuple[list[bytes], int]:
    """Whole lines from byte `start` on, and the byte after the last of them."""
    with path.open("rb") as file:
        file.seek(start)
        piece = file.read(most_bytes)
    end = piece.rfind(b"\n") + 1
    return piece[:end].splitlines(), start + end


def remove_if_abandoned(path: Path, imported_bytes: int) -> bool:
    """Delete a journal whose writer is gone and whose last whole line has been read."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # With the writer gone, bytes after the last line end are a scan never acknowledged.
        lines, end = read_lines(path, imported_bytes, 1 << 20)
        if lines or end != imported_bytes:
            return False
        path.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
