"""Photos of work: kept as soon as they arrive, bound to the telling by its key, erasable.

A photo may show people, so the ledger holds a salted commitment of it and never its digest.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation import files
from foundation.errors import Conflict, NotFound, Refused
from foundation.inputs import INT64
from foundation.models import StoredFile
from growing_areas import areas
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged
from growing_areas.fieldbook.models import DiaryEntry, DiaryPhoto
from ledger import canonical, log

MOST_PHOTOS = 8
FORGOTTEN_AFTER = timedelta(days=30)
"""Photos of work that was never written down are forgotten after so long."""
ERASED = "diary.photo_erased"
_SALT_BYTES = 16


def add(
    session: Session, actor: Actor, work_key: UUID, judged: Judged, *, now: datetime
) -> DiaryPhoto:
    """Keep a photo for the work the actor is writing down.

    Raises: Forbidden, Conflict("diary.already_recorded"), Refused("diary.too_many_photos").
    """
    permissions.require(actor, "diary.write")
    lock(session, work_key)
    waiting = of_key(session, work_key)
    refuse_strangers(session, actor, work_key)
    if session.scalar(select(exists().where(DiaryEntry.work_key == work_key))):
        raise Conflict("diary.already_recorded")
    kept = uploads.keep_photo(session, judged, now=now)
    same = next((photo for photo in waiting if photo.file_digest == kept.digest), None)
    if same is not None:
        return same
    if len(waiting) >= MOST_PHOTOS:
        raise Refused("diary.too_many_photos", most=MOST_PHOTOS)
    photo = _row(work_key, kept.digest, kept.card_digest, actor, now)
    session.add(photo)
    session.flush()
    return photo


def lock(session: Session, work_key: UUID) -> None:
    """Hold a telling against others until the transaction ends.

    A form sent twice at once is written once, and a photo that arrives or goes while its line is
    written does so before or after: the ledger commits to exactly the photos that stand there.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(work_key), 0))))


def refuse_strangers(session: Session, actor: Actor, work_key: UUID) -> None:
    """Raise Conflict("diary.key_taken") when somebody else's photos wait under that key."""
    person = DiaryPhoto.person_id.is_distinct_from(actor.person_id)
    if session.scalar(select(exists().where(DiaryPhoto.work_key == work_key, person))):
        raise Conflict("diary.key_taken")


def carry_over(
    session: Session,
    actor: Actor,
    old: DiaryEntry,
    work_key: UUID,
    kept: Sequence[int] | None,
    *,
    now: datetime,
) -> None:
    """Let the photos of a corrected line stand beside the new one; ``kept`` None: all of them."""
    if old.work_key is None or old.work_key == work_key:
        return
    there = {photo.file_digest for photo in of_key(session, work_key)}
    session.add_all(
        _row(work_key, photo.file_digest, photo.card_digest, actor, now)
        for photo in of_key(session, old.work_key)
        if photo.file_digest not in {*there, None} and (kept is None or photo.id in kept)
    )
    session.flush()


def of_key(session: Session, work_key: UUID | None) -> list[DiaryPhoto]:
    """The photos of a telling in the order they came."""
    return of_keys(session, [work_key]).get(work_key, []) if work_key is not None else []


def of_keys(session: Session, keys: Iterable[UUID | None]) -> dict[UUID, list[DiaryPhoto]]:
    """The photos of tellings by their keys; one query."""
    wanted = {key for key in keys if key is not None}
    found: dict[UUID, list[DiaryPhoto]] = {}
    if wanted:
        statement = select(DiaryPhoto).where(DiaryPhoto.work_key.in_(wanted))
        for photo in session.scalars(statement.order_by(DiaryPhoto.id)):
            found.setdefault(photo.work_key, []).append(photo)
    return found


def get_file(session: Session, actor: Actor, photo_id: int, *, small: bool) -> StoredFile:
    """A photo's picture, for who may read its diary or is about to write it. Raises: NotFound."""
    photo = _get(session, photo_id)
    _require(session, actor, photo, "diary.read")
    digest = photo.card_digest if small else photo.file_digest
    if digest is None:
        raise NotFound("file.not_found")
    return files.get_file(session, digest)


def remove_waiting(session: Session, actor: Actor, photo_id: int) -> None:
    """Take a photo off work that is not written down yet. Raises: NotFound."""
    photo = _get(session, photo_id)
    lock(session, photo.work_key)
    if _area_id(session, photo) is not None or photo.person_id != actor.person_id:
        raise NotFound("file.not_found")
    session.delete(photo)
    session.flush()


def erase(session: Session, actor: Actor, photo_id: int, *, now: datetime) -> DiaryPhoto:
    """Erase a photo for good; its line stays and says that one was erased.

    The file itself goes with the house's erasure. Raises: NotFound, Forbidden.
    """
    photo = _get(session, photo_id, lock=True)
    _require(session, actor, photo, "diary.erase")
    if photo.erased_at is not None:
        return photo
    photo.file_digest = photo.card_digest = photo.salt = None
    photo.erased_at = now
    session.flush()
    body = {"photo": photo.id}
    log.append(session, kind=ERASED, subject=f"diary-photo:{photo.id}", body=body, now=now)
    audit.record(session, actor, ERASED, f"photo:{photo.id}", now=now)
    return photo


def forget_abandoned(session: Session, *, now: datetime) -> None:
    """Forget photos of work that was never written down."""
    session.execute(
        delete(DiaryPhoto).where(
            DiaryPhoto.added_at < now - FORGOTTEN_AFTER,
            ~exists().where(DiaryEntry.work_key == DiaryPhoto.work_key),
        )
    )


def commitment(photo: DiaryPhoto) -> str:
    """The salted fingerprint of a photo and of when and by whom (a number) it was taken in."""
    told = {
        "file": photo.file_digest,
        "card": photo.card_digest,
        "person": photo.person_id,
        "added_at": photo.added_at,
    }
    return hashlib.sha256((photo.salt or b"") + canonical.text(told).encode()).hexdigest()


def _row(
    work_key: UUID, digest: str | None, card: str | None, actor: Actor, now: datetime
) -> DiaryPhoto:
    return DiaryPhoto(
        work_key=work_key,
        file_digest=digest,
        card_digest=card,
        salt=secrets.token_bytes(_SALT_BYTES),
        person_id=actor.person_id,
        added_at=now,
    )


def _get(session: Session, photo_id: int, *, lock: bool = False) -> DiaryPhoto:
    photo = None
    if 0 < photo_id <= INT64:
        photo = session.get(DiaryPhoto, photo_id, with_for_update=lock or None)
    if photo is None:
        raise NotFound("file.not_found")
    return photo


def _area_id(session: Session, photo: DiaryPhoto) -> int | None:
    """An area whose diary the photo stands in; None while it waits."""
    statement = select(DiaryEntry.area_id).where(DiaryEntry.work_key == photo.work_key)
    return session.scalar(statement.order_by(DiaryEntry.id).limit(1))


def _require(session: Session, actor: Actor, photo: DiaryPhoto, action: str) -> None:
    area_id = _area_id(session, photo)
    if area_id is None:
        if photo.person_id != actor.person_id or actor.person_id is None:
            raise NotFound("file.not_found")
        return
    permissions.require(actor, action, areas.load_area(session, area_id))
