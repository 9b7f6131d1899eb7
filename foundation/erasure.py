"""Erasing files: what no row names any more goes after a stated time, content and all.

Which rows hold files is read from the database's own foreign keys to ``stored_files``: a room
that keeps files needs no list of its own to be complete, and the database itself refuses to erase
a file that is held. ADR 0009. The time is data (`foundation/data/retention.csv`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import clock, files, retention
from foundation.models import StoredFile

AT_ONCE = 100
"""So many files are erased in one transaction, so many contents looked up in one statement."""
_BACKUP_LOCK = 0x6E67_7565_0001
"""Advisory lock: shared by backups while they copy, whole for who erases."""

_HOLDERS = """
SELECT con.conrelid::regclass::text AS held_by, quote_ident(att.attname) AS through
FROM pg_constraint con
JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.conparentid = 0 AND con.confrelid = 'stored_files'::regclass
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Holder:
    """A column whose rows hold the files they name."""

    table: str
    column: str


@dataclass(frozen=True)
class Tally:
    """How many files there are, and how many of them nothing holds."""

    files: int
    size_bytes: int
    unheld: int
    due: int


@dataclass(frozen=True)
class Marked:
    """How many files were newly seen unheld, and how many are held again."""

    unheld: int
    held_again: int


def holders(session: Session) -> tuple[Holder, ...]:
    """Every column that names kept files. Raises RuntimeError where the database knows none."""
    found = tuple(Holder(*row) for row in session.execute(text(_HOLDERS)))
    if not found:
        # A database without its keys would have every file erased.
        raise RuntimeError("no foreign key names stored_files")
    return found


def mark(session: Session, *, now: datetime) -> Marked:
    """Write down which files nothing holds since when; a file taken up again is free of it.

    A file that somebody is just keeping is passed over: the next run sees it.
    """
    held = _held(session)
    newly = session.execute(
        text(
            "UPDATE stored_files SET unheld_at = :now WHERE digest IN (SELECT f.digest"  # noqa: S608
            f" FROM stored_files f WHERE f.unheld_at IS NULL AND NOT {held}"
            " FOR UPDATE SKIP LOCKED) RETURNING 1"
        ),
        {"now": now},
    )
    unheld = len(newly.all())
    again = session.execute(
        text(
            "UPDATE stored_files f SET unheld_at = NULL"  # noqa: S608
            f" WHERE f.unheld_at IS NOT NULL AND {held} RETURNING 1"
        )
    )
    return Marked(unheld, len(again.all()))


def erase_due(session: Session, *, now: datetime) -> int | None:
    """Erase up to `AT_ONCE` files unheld for long enough; returns how many went.

    None while a backup is being written: it may have dumped rows whose contents it has yet to
    copy. Commit after each call; a content removed before a failed commit was nobody's.
    """
    if not _alone(session):
        return None
    due = session.scalars(
        select(StoredFile.digest)
        .where(StoredFile.unheld_at <= _before(now))
        .order_by(StoredFile.digest)
        .limit(AT_ONCE)
        # Who keeps the same content holds its row until it has committed: not our business then.
        .with_for_update(skip_locked=True)
    ).all()
    # Asked anew under the lock: nobody can come to hold a file whose row is ours.
    gone = _unheld_among(session, due)
    session.execute(delete(StoredFile).where(StoredFile.digest.in_(gone)))
    kept = sorted(set(due) - set(gone))
    session.execute(update(StoredFile).where(StoredFile.digest.in_(kept)).values(unheld_at=None))
    for digest in gone:
        files.store().discard(digest)
    return len(gone)


def strays(session: Session, digests: Iterable[str]) -> list[str]:
    """Which of these contents no row names: left by a transaction that was undone."""
    asked = list(digests)
    known = session.scalars(select(StoredFile.digest).where(StoredFile.digest.in_(asked)))
    return sorted(set(asked) - set(known))


def discard_stray(session: Session, digest: str, *, now: datetime) -> bool:
    """Remove a content that no row names; False when somebody is keeping it.

    Its row is taken first, so that a concurrent upload of the same content waits and then puts it
    back. One content a transaction: two would wait for two uploads in either order.
    """
    if not _alone(session):
        return False
    taken = insert(StoredFile).values(
        digest=digest, size_bytes=0, media_type="", is_public=False, stored_at=now
    )
    mine = session.scalar(taken.on_conflict_do_nothing().returning(StoredFile.digest))
    if mine is None:
        return False
    files.store().discard(digest)
    session.execute(delete(StoredFile).where(StoredFile.digest == digest))
    return True


def tally(session: Session, *, now: datetime) -> Tally:
    """How many files there are, their bytes, how many are unheld and how many due to go."""
    counts = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(StoredFile.size_bytes), 0),
            func.count(StoredFile.unheld_at),
            func.count().filter(StoredFile.unheld_at <= _before(now)),
        )
    ).one()
    return Tally(*(int(count) for count in counts))


def missing(session: Session) -> Iterator[str]:
    """Files that rows hold and whose content is not there, or of another size."""
    held = _held(session)
    rows = session.execute(
        text(f"SELECT f.digest, f.size_bytes FROM stored_files f WHERE {held}")  # noqa: S608
    )
    for digest, size_bytes in rows:
        if files.store().size_of(digest) != size_bytes:
            yield digest


def explained(session: Session) -> str | None:
    """The first file a restore did not bring back, in words; None when all are there."""
    digest = next(missing(session), None)
    return None if digest is None else f"content missing: {digest}"


@contextmanager
def held_off(connection: Connection) -> Iterator[None]:
    """Nothing is erased while this lasts; waits for an erasure under way. For backups."""
    connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _BACKUP_LOCK})
    try:
        yield
    finally:
        connection.execute(text("SELECT pg_advisory_unlock_shared(:key)"), {"key": _BACKUP_LOCK})


def _alone(session: Session) -> bool:
    key = {"key": _BACKUP_LOCK}
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), key))


def _held(session: Session) -> str:
    """SQL that says whether a row of ``stored_files f`` is held."""
    asked = (
        f"EXISTS (SELECT 1 FROM {each.table} h WHERE h.{each.column} = f.digest)"  # noqa: S608
        for each in holders(session)
    )
    return f"({' OR '.join(asked)})"


def _unheld_among(session: Session, digests: Iterable[str]) -> list[str]:
    held = _held(session)
    statement = f"SELECT f.digest FROM stored_files f WHERE f.digest = ANY(:asked) AND NOT {held}"  # noqa: S608
    return list(session.scalars(text(statement), {"asked": list(digests)}))


def _before(now: datetime) -> datetime:
    return now - retention.time_of("unheld_files", clock.business_day(now))
