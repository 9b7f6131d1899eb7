"""Who uses an embedded server: one process starts or stops it at a time, the last one out ends it.

Both are file locks, which the system lets go of when their process ends, however it ends.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from foundation.server_home import EmbeddedServerError, settle

# Data folder → the lock that shows this process as a user of its server until it ends.
_joined: dict[Path, int] = {}


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[Path]:
    """Let one process at a time start or stop the data folder's server; gives its real path."""
    folder = _real(data_dir)
    descriptor = _open(folder / "postgres.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def join(data_dir: Path) -> None:
    """Count this process as a user of the server for as long as it lives."""
    folder = _real(data_dir)
    if folder not in _joined:
        _joined[folder] = _enter(folder)


def leave(data_dir: Path) -> None:
    """Count this process as a user no longer."""
    descriptor = _joined.pop(data_dir.resolve(), None)
    if descriptor is not None:
        os.close(descriptor)


@contextlib.contextmanager
def visit(data_dir: Path) -> Iterator["Visit"]:
    """Count as a user for a while; on leaving, ``is_last`` tells whether nobody else is."""
    folder = _real(data_dir)
    descriptor = _enter(folder)
    try:
        yield Visit(descriptor)
    finally:
        os.close(descriptor)


class Visit:
    """One use of the server."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def is_last(self) -> bool:
        """Tell whether nobody else uses the server; newcomers then wait until the visit ends."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _enter(folder: Path) -> int:
    descriptor = _open(folder / "postgres.users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _real(data_dir: Path) -> Path:
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            settle(data_dir)
    except OSError as error:
        raise _unusable(data_dir, error) from error
    return data_dir.resolve()


def _open(lock: Path) -> int:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unusable(lock.parent, error) from error
    settle(lock)
    return descriptor


def _unusable(folder: Path, error: OSError) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"{folder} cannot be used as data folder ({error.strerror}). Make it writable "
        f"for user {os.geteuid()}, or set NGUON_DATA_DIR to a folder which is."
    )
