"""Files kept by what they hold: one copy under the SHA-256 of its content, whole or not at all.

The bytes lie in the store (`NGUON_FILES_URL`); the database row says they are there.
A file is never changed, so a backup may copy it at any moment. A file that no other row names any
more is erased after a while (`foundation.erasure`).
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid, NotFound, Refused
from foundation.models import StoredFile

MAX_BYTES = 25 * 1024 * 1024
_CHUNK = 1024 * 1024
_INCOMING = ".incoming-"
_ABANDONED_S = 24 * 60 * 60
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNKNOWN_TYPE = "application/octet-stream"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)


@dataclass(frozen=True)
class Content:
    """What a stored content is: its address, size and true type."""

    digest: str
    size_bytes: int
    media_type: str


def sniff(head: bytes) -> str:
    """Tell the type of a content from its first bytes; what is not known is just bytes.

    Active types (HTML, SVG, scripts) are not known on purpose: they are never served as such.
    """
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _SIGNATURES if head.startswith(start)), _UNKNOWN_TYPE)


class Store:
    """A folder of contents, two levels deep by the start of their digests."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Return where a content lies. Raises: NotFound for what is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise NotFound("file.not_found")
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, stream: BinaryIO, *, most_bytes: int = MAX_BYTES) -> Content:
        """Keep a content; the same content twice is one file. Raises: Refused("file.too_large")."""
        with self.incoming(stream, most_bytes=most_bytes) as incoming:
            incoming.settle()
            return incoming.content

    @contextmanager
    def incoming(self, stream: BinaryIO, *, most_bytes: int = MAX_BYTES) -> Iterator["Incoming"]:
        """Read a content to the end and onto the disk, but not into its place yet.

        What was not settled is gone afterwards. Raises: Refused("file.too_large").
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_INCOMING, dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                content = _copy(stream, file, most_bytes)
                file.flush()
                os.fsync(file.fileno())
            yield Incoming(content, Path(name), self.path(content.digest))
        finally:
            Path(name).unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO:
        """Open a content for reading. Raises: NotFound("file.not_found")."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound("file.not_found") from None

    def discard(self, digest: str) -> None:
        """Remove a content for good; nothing happens when it is not there.

        Only for whoever knows that no row names it: owners of shelves, and `foundation.erasure`
        for what people sent.
        """
        self.path(digest).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Walk over every content, in order."""
        for path in sorted(self.root.glob("??/??/*")):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def size_of(self, digest: str) -> int | None:
        """How many bytes lie under a digest; None when nothing does."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def forget_incoming(self) -> int:
        """Remove what processes that died left half-read a day ago or longer; returns how many.

        By the disk's own clock, which wrote the times of its files.
        """
        before = time.time() - _ABANDONED_S
        left = [
            path
            for path in self.root.glob(f"{_INCOMING}*")
            if path.is_file() and path.stat().st_mtime < before
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


@dataclass(frozen=True)
class Incoming:
    """A content on its way into a store."""

    content: Content
    waiting: Path
    place: Path

    def settle(self) -> None:
        """Put the content in its place, whole."""
        self.place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.waiting.replace(self.place)
        # Without this a power cut may forget the new name though the content is on disk.
        folder = os.open(self.place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _copy(source: BinaryIO, target: BinaryIO, most_bytes: int) -> Content:
    digest = hashlib.sha256()
    size, head = 0, b""
    while chunk := source.read(_CHUNK):
        head = head or chunk[:16]
        size += len(chunk)
        if size > most_bytes:
            raise Refused("file.too_large", most_mb=most_bytes // (1024 * 1024))
        digest.update(chunk)
        target.write(chunk)
    return Content(digest.hexdigest(), size, sniff(head))


_store: Store | None = None


def use(url: str) -> Store:
    """Keep this process's files at *url* (``file:///srv/nguon/files``).

    Raises: Invalid("settings.wrong") for a store this version does not know.
    """
    global _store
    parts = urlsplit(url)
    if parts.scheme != "file" or not parts.path.startswith("/"):
        raise Invalid([Finding("settings.wrong", {"name": "NGUON_FILES_URL", "value": url})])
    _store = Store(Path(unquote(parts.path)))
    return _store


def store() -> Store:
    """Return the process's store; raises RuntimeError before `use`."""
    if _store is None:
        raise RuntimeError("foundation.files.use() was not called")
    return _store


def shelf(name: str) -> Store:
    """A store of its own beside the files people sent, for what one room makes and may remove.

    It is no part of a backup: its owner can make everything on it again.
    """
    return Store(store().root / name)


def keep(
    session: Session,
    stream: BinaryIO,
    *,
    now: datetime,
    public: bool = False,
    most_bytes: int = MAX_BYTES,
) -> StoredFile:
    """Keep an uploaded file and its row. A content once public stays public (see `hide`).

    The row is written, and so locked, before the content is in its place: whoever erases the same
    content meanwhile has either ended or waits. A committed row always has its content; a
    transaction undone leaves at most a content that no row names.
    """
    with store().incoming(stream, most_bytes=most_bytes) as incoming:
        content = incoming.content
        row = insert(StoredFile).values(
            digest=content.digest,
            size_bytes=content.size_bytes,
            media_type=content.media_type,
            is_public=public,
            stored_at=now,
        )
        wanted_again = {
            "is_public": StoredFile.is_public | row.excluded.is_public,
            "unheld_at": None,
        }
        session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=wanted_again))
        incoming.settle()
    return get_file(session, content.digest)


def lock(session: Session, digests: Iterable[str]) -> None:
    """Let nobody keep or erase these files before this transaction ends."""
    rows = select(StoredFile.digest).where(StoredFile.digest.in_(sorted(set(digests))))
    session.execute(rows.order_by(StoredFile.digest).with_for_update())


def hide(session: Session, digests: Iterable[str]) -> None:
    """Take away the address of files that nothing public shows any more."""
    statement = update(StoredFile).where(StoredFile.digest.in_(sorted(set(digests))))
    session.execute(statement.values(is_public=False))


def get_file(session: Session, digest: str) -> StoredFile:
    """Return a kept file's row. Raises: NotFound("file.not_found")."""
    found = session.get(StoredFile, digest, populate_existing=True)
    if found is None:
        raise NotFound("file.not_found")
    return found
