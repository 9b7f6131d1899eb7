"""Background work of imports: storing large files, forgetting what nobody decided upon."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.actors import find_actor
from accounts.permissions import ANONYMOUS, Actor
from foundation import clock, db
from foundation.errors import Finding, NguonError
from foundation.jobs import Progress, job
from growing_areas.files.reading import read_file
from growing_areas.imports import batches, previews, uploads
from growing_areas.imports.models import AreaUpload


@job(batches.JOB)
def store_import(payload: dict[str, Any], progress: Progress) -> None:
    """Store the areas of a file as the person who ordered it, all or none; told if none."""
    batch_id = int(payload["import"])
    try:
        with db.transaction() as session:
            batch = batches.load(session, batch_id, lock=True)
            if batch.state != "waiting":
                return
            actor = find_actor(session, batch.person_id) if batch.person_id else None
            batches.store(
                session, actor or ANONYMOUS, batch, now=clock.now(), progress=progress.report
            )
    except NguonError as refusal:
        told = refusal.findings or (Finding(refusal.code, refusal.params),)
        with db.transaction() as session:
            batches.refuse(session, batch_id, told)


@job(previews.JOB)
def preview_upload(payload: dict[str, Any], progress: Progress) -> None:
    """Read a large file and tell what its shapes would become; run again it tells the same."""
    try:
        _read(payload)
        _judge(payload, progress)
    except NguonError as refusal:
        told = refusal.findings or (Finding(refusal.code, refusal.params),)
        with db.transaction() as session:
            upload = _upload(session, payload)
            if upload is not None:
                previews.refuse(session, upload, told)


def _read(payload: dict[str, Any]) -> None:
    with db.transaction() as session:
        upload = _upload(session, payload)
        if upload is None or upload.content is None:
            return
        name, content, system = upload.file_name, upload.content, upload.system
    # No transaction stands open while a child process reads.
    features = read_file(name, content, system)
    with db.transaction() as session:
        upload = _upload(session, payload)
        if upload is not None:
            uploads.was_read(session, upload, features)


def _judge(payload: dict[str, Any], progress: Progress) -> None:
    with db.transaction() as session:
        upload = _upload(session, payload)
        if upload is None:
            return
        asked = upload.wishes
        found = previews.judge(
            session, _actor(session, payload), upload, now=clock.now(), progress=progress.report
        )
        session.refresh(upload)
        # Asked anew meanwhile with other wishes: that job will tell.
        if upload.wishes == asked:
            previews.keep(session, upload, found)


def _upload(session: Session, payload: dict[str, Any]) -> AreaUpload | None:
    return session.get(AreaUpload, (int(payload["person"]), str(payload["digest"])))


def _actor(session: Session, payload: dict[str, Any]) -> Actor:
    return find_actor(session, int(payload["person"])) or ANONYMOUS


@job("growing_areas.forget_uploads", cron="41 18 * * *")
def forget_uploads(payload: dict[str, Any], progress: Progress) -> None:
    """Forget files read more than a day ago that nobody decided upon."""
    with db.transaction() as session:
        uploads.forget_old(session, now=clock.now())
