"""The files of what vouches for goods: the private original, and a public copy if there is one.

The original may name people: it leaves only through its own guarded page. The public copy is one
the owner made for everybody, with names covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from foundation import files
from growing_areas.dossiers.uploads import Judged
from traceability.certifying.models import GoodsCertificate, LaboratoryResult, Vouching


@dataclass(frozen=True)
class Papers:
    """Judged uploads (`growing_areas.dossiers.uploads.judge`): the original, the public copy."""

    original: Judged | None = None
    public: Judged | None = None


def keep(session: Session, row: Vouching, papers: Papers, *, now: datetime) -> None:
    """Keep what came and let the row name it; what did not come stays as it was."""
    if papers.original is not None:
        row.file_digest = _kept(session, papers.original, now, public=False)
    if papers.public is not None:
        row.public_digest = _kept(session, papers.public, now, public=True)


def replace(session: Session, row: Vouching, papers: Papers, *, now: datetime) -> None:
    """Keep what came in the place of what was there; an old public copy loses its address."""
    before = row.public_digest
    keep(session, row, papers, now=now)
    session.flush()
    if before is not None and before != row.public_digest:
        _hide(session, before)


def let_go(session: Session, row: Vouching) -> None:
    """Name neither file any more: they are erased later, the public one loses its address now."""
    public, row.file_digest, row.public_digest = row.public_digest, None, None
    session.flush()
    if public is not None:
        _hide(session, public)


def hide_copy(session: Session, row: Vouching) -> None:
    """Take the public copy back; the original stays."""
    public, row.public_digest = row.public_digest, None
    session.flush()
    if public is not None:
        _hide(session, public)


def _kept(session: Session, judged: Judged, now: datetime, *, public: bool) -> str:
    return files.keep(session, BytesIO(judged.full), now=now, public=public).digest


def _hide(session: Session, digest: str) -> None:
    # Locked first and asked then: somebody may just be publishing the same file elsewhere.
    files.lock(session, [digest])
    columns = (GoodsCertificate.public_digest, LaboratoryResult.public_digest)
    named = union(*(select(column).where(column == digest) for column in columns))
    if session.scalars(named).first() is None:
        files.hide(session, [digest])
