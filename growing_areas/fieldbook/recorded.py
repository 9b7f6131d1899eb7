"""Recorded: whether names and photos beside the diary are still what the ledger committed to.

An erased one is told by an entry of its own; one that vanished without is a mismatch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growing_areas.fieldbook import persons, photos
from growing_areas.fieldbook.models import DiaryEntry, DiaryPerson, DiaryPhoto
from ledger.models import LedgerEntry
from ledger.ports import RowMismatch

ROOM = "growing_areas"
_BATCH = 1_000


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Names and photos that are no longer what was committed to, nor told to be erased."""
    yield from _check_persons(session)
    yield from _check_photos(session)


def _check_persons(session: Session) -> Iterator[RowMismatch]:
    named = {body["person"]: body["commitment"] for body in _bodies(session, persons.NAMED)}
    erased = {body["person"] for body in _bodies(session, persons.ERASED)}
    statement = select(DiaryPerson).execution_options(yield_per=_BATCH)
    for person in session.scalars(statement):
        committed = named.pop(person.id, None)
        if person.name is None:
            sound = person.id in erased and committed is not None
        else:
            sound = person.id not in erased and persons.commitment(person) == committed
        if not sound:
            yield RowMismatch(ROOM, persons.subject_of(person.id), "name")
    for person_id in named:
        yield RowMismatch(ROOM, persons.subject_of(person_id), "missing")


def _check_photos(session: Session) -> Iterator[RowMismatch]:
    """Photos by the telling they belong to: each one committed to is there, and no other."""
    committed = {
        body["entry"]: body.get("photos", {}) for body in _bodies(session, "diary.recorded")
    }
    erased = {body["photo"] for body in _bodies(session, photos.ERASED)}
    rows = session.execute(
        select(DiaryEntry.id, DiaryEntry.work_key)
        .where(DiaryEntry.work_key.is_not(None))
        .order_by(DiaryEntry.id)
    ).all()
    there = _by_key(session)
    for entry_id, key in rows:
        wanted = committed.pop(entry_id, {})
        standing = there.get(key, [])
        if {str(photo.id) for photo in standing} != set(wanted):
            yield RowMismatch(ROOM, f"diary:{entry_id}", "photos")
        for photo in standing:
            if not _is_sound(photo, wanted.get(str(photo.id)), erased):
                yield RowMismatch(ROOM, f"diary-photo:{photo.id}", "photo")
    for entry_id, wanted in committed.items():
        if wanted:
            yield RowMismatch(ROOM, f"diary:{entry_id}", "photos")


def _is_sound(photo: DiaryPhoto, committed: str | None, erased: set[int]) -> bool:
    if photo.file_digest is None:
        return photo.id in erased
    return photo.id not in erased and photos.commitment(photo) == committed


def _by_key(session: Session) -> dict[Any, list[DiaryPhoto]]:
    found: dict[Any, list[DiaryPhoto]] = {}
    for photo in session.scalars(select(DiaryPhoto).execution_options(yield_per=_BATCH)):
        found.setdefault(photo.work_key, []).append(photo)
    return found


def _bodies(session: Session, kind: str) -> Iterator[dict[str, Any]]:
    rows = session.scalars(
        select(LedgerEntry.body)
        .where(LedgerEntry.kind == kind)
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=_BATCH)
    )
    for body in rows:
        yield json.loads(body)
