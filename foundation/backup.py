"""A backup: one tar file with a snapshot of the database, every kept file and the house's keys.

The database is dumped first and the files copied after it: files are never changed, so whatever
a row of the snapshot names is in the file too. Nothing is erased meanwhile (`foundation.erasure`).
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from foundation import database_programs, erasure, files
from foundation.config import Config
from foundation.errors import Conflict, Refused

_FORMAT = 1
_MANIFEST = "manifest.json"
_DUMP = "database.dump"
_ANY_SIZE = 1 << 40
_KEYS = ("secret-key", "ledger-key")
"""What the data folder holds beside database and files; without it codes and seals are lost."""

Shown = Callable[[int, int], None]


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    made_at: datetime
    migration: str
    files: int
    size_bytes: int


def make(url: str, config: Config, target: Path, *, now: datetime, shown: Shown) -> Contents:
    """Write a backup to *target*, whole or not at all.

    Raises: Conflict("backup.exists"), Refused("backup.program").
    """
    if target.exists():
        raise Conflict("backup.exists", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with _workplace(target.parent) as place, _nothing_erased(url):
        dump = place / _DUMP
        database_programs.dump(url, dump)
        digests = list(files.store().digests())
        manifest = _manifest(dump, _migration(url), len(digests), now)
        draft = place / "backup.tar"
        _write(draft, dump, manifest, digests, config.data_dir, shown)
        draft.replace(target)
    return _contents(manifest, target)


def restore(url: str, config: Config, source: Path, *, shown: Shown) -> Contents:
    """Put back what a backup holds, in place of everything there is.

    Raises: Refused with `backup.unreadable`, `backup.file_damaged` or `backup.program`.
    """
    with _workplace(source.parent) as place, _opened(source) as tar:
        manifest: dict[str, Any] | None = None
        done = 0
        for part in tar:
            stream = tar.extractfile(part)
            if stream is None:
                raise _unreadable(source, part.name)
            if part.name == _MANIFEST:
                manifest = json.load(stream)
            elif part.name.startswith("files/"):
                _put_back(part.name.removeprefix("files/"), stream)
                done += 1
                shown(done, manifest["files"] if manifest else done)
            elif part.name in (_DUMP, *(f"keys/{key}" for key in _KEYS)):
                (place / Path(part.name).name).write_bytes(stream.read())
        if manifest is None or manifest["format"] != _FORMAT:
            raise _unreadable(source, _MANIFEST)
        _check_whole(manifest, place / _DUMP, done, source)
        database_programs.restore(url, place / _DUMP)
        _put_keys(place, config.data_dir)
    return _contents(manifest, source)


def holds_data(session: Session) -> bool:
    """Say whether anybody works in this database (a restore would replace it)."""
    tables = ("people", "ledger_entries")
    for table in tables:
        known = session.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar()
        if known and session.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).scalar():  # noqa: S608 - constant names
            return True
    return False


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".nguon-backup-", dir=beside) as folder:
        yield Path(folder)


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source) as tar:
            yield tar
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise Refused("backup.unreadable", path=str(source), reason=str(error)[:200]) from error


def _unreadable(source: Path, reason: str) -> Refused:
    return Refused("backup.unreadable", path=str(source), reason=reason)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _nothing_erased(url: str) -> Iterator[None]:
    with _connected(url) as connection, erasure.held_off(connection):
        yield


def _migration(url: str) -> str:
    with _connected(url) as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _manifest(dump: Path, migration: str, count: int, now: datetime) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "made_at": now.isoformat(),
        "migration": migration,
        "files": count,
        "dump_sha256": _digest(dump),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(
    draft: Path,
    dump: Path,
    manifest: dict[str, Any],
    digests: list[str],
    data_dir: Path,
    shown: Shown,
) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        described = draft.with_name(_MANIFEST)
        described.write_text(json.dumps(manifest, indent=1), "utf-8")
        tar.add(described, _MANIFEST)
        for key in _KEYS:
            if (data_dir / key).exists():
                tar.add(data_dir / key, f"keys/{key}")
        for done, digest in enumerate(digests, start=1):
            tar.add(files.store().path(digest), f"files/{digest}")
            shown(done, len(digests))
        tar.add(dump, _DUMP)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def _put_back(digest: str, stream: IO[bytes]) -> None:
    if files.store().put(cast(BinaryIO, stream), most_bytes=_ANY_SIZE).digest != digest:
        raise Refused("backup.file_damaged", digest=digest[:64])


def _check_whole(manifest: dict[str, Any], dump: Path, done: int, source: Path) -> None:
    if not dump.exists() or _digest(dump) != manifest["dump_sha256"]:
        raise _unreadable(source, _DUMP)
    if done != manifest["files"]:
        raise _unreadable(source, f"files: {done} of {manifest['files']}")


def _put_keys(place: Path, data_dir: Path) -> None:
    for key in _KEYS:
        kept = place / key
        if kept.exists():
            target = data_dir / f".{key}.incoming"
            target.touch(0o600)
            target.write_bytes(kept.read_bytes())
            target.replace(data_dir / key)


def _contents(manifest: dict[str, Any], path: Path) -> Contents:
    return Contents(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        migration=manifest["migration"],
        files=manifest["files"],
        size_bytes=path.stat().st_size,
    )
