"""Uploads: a file read once, kept for its sender between the preview and the decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from growing_areas.checking import from_json, to_json
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports.models import AreaUpload

KEPT = timedelta(days=1)


def digest_of(content: bytes, system: str | None = None) -> str:
    """What a file is known by: its content and how it was read, not its name."""
    return hashlib.sha256(content + (system or "").encode()).hexdigest()


def keep(
    session: Session,
    person_id: int,
    digest: str,
    file_name: str,
    features: Sequence[DrawnFeature],
    *,
    now: datetime,
    wishes: Mapping[str, Any],
) -> None:
    """Keep the shapes of a file for whoever sent it; sent again, its day begins anew."""
    told = {"features": _packed(features), "feature_count": len(features), "content": None}
    _put(session, person_id, digest, file_name, now, {**told, "wishes": dict(wishes)})


def keep_unread(
    session: Session,
    person_id: int,
    digest: str,
    file_name: str,
    content: bytes,
    *,
    now: datetime,
    wishes: Mapping[str, Any],
    system: str | None,
) -> None:
    """Keep a file that a worker is to read."""
    told = {"features": b"[]", "feature_count": 0, "content": content, "system": system}
    _put(session, person_id, digest, file_name, now, {**told, "wishes": dict(wishes)})


def was_read(session: Session, upload: AreaUpload, features: Sequence[DrawnFeature]) -> None:
    """Keep what a worker read in a file, and the file itself no longer."""
    upload.features, upload.feature_count, upload.content = _packed(features), len(features), None
    session.flush()


def _put(
    session: Session,
    person_id: int,
    digest: str,
    file_name: str,
    now: datetime,
    told: dict[str, Any],
) -> None:
    anew: dict[str, Any] = {"left_out": [], "preview": None, "findings": [], "job_id": None}
    values = {"file_name": file_name[:200], "sent_at": now, **anew, **told}
    statement = insert(AreaUpload).values(person_id=person_id, digest=digest, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "digest"], set_=values)
    )


def _packed(features: Sequence[DrawnFeature]) -> bytes:
    rows = [
        [f.number, f.name, dict(f.properties), f.geometry, [to_json(told) for told in f.findings]]
        for f in features
    ]
    return json.dumps(rows).encode()


def get_upload(
    session: Session, person_id: int | None, digest: str, *, now: datetime
) -> AreaUpload:
    """One's own upload of today. Raises: NotFound("upload.not_found"), also for another's."""
    fits = person_id is not None and len(digest) == 64 and digest.isalnum() and digest.isascii()
    found = _load(session, person_id, digest) if fits else None
    if found is None or found.sent_at < now - KEPT:
        raise NotFound("upload.not_found")
    return found


def _load(session: Session, person_id: int | None, digest: str) -> AreaUpload | None:
    # Put by a statement of its own, past what the session may remember.
    return session.get(AreaUpload, (person_id, digest), populate_existing=True)


def features_of(upload: AreaUpload) -> list[DrawnFeature]:
    """The shapes of an upload as they were read."""
    return [
        DrawnFeature(
            number, name, properties, geometry, tuple(from_json(told) for told in findings)
        )
        for number, name, properties, geometry, findings in json.loads(upload.features)
    ]


def forget(session: Session, person_id: int, digest: str) -> None:
    """Forget an upload once its areas are stored."""
    session.execute(
        delete(AreaUpload).where(AreaUpload.person_id == person_id, AreaUpload.digest == digest)
    )


def forget_old(session: Session, *, now: datetime) -> int:
    """Forget what nobody decided upon within a day; returns how many files."""
    old = delete(AreaUpload).where(AreaUpload.sent_at < now - KEPT)
    return len(session.scalars(old.returning(AreaUpload.digest)).all())
