"""Persons: names beside diaries and slips, each known to its organisation only and erasable.

The ledger holds a salted commitment of a name, never the name; once it is erased, who verifies
reads "erased" and not "altered".
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation.errors import NotFound
from foundation.inputs import INT64
from growing_areas.fieldbook.models import DiaryPerson
from ledger import canonical, log

NAMED, ERASED = "diary.person_named", "diary.person_erased"
_SALT_BYTES = 16


def get_or_name(
    session: Session, organisation_id: int, role: str, name: str, *, now: datetime
) -> int:
    """The number of somebody an organisation names in a role; new names are committed to."""
    told = " ".join(unicodedata.normalize("NFC", name).split())
    key = told.casefold()
    person = insert(DiaryPerson).values(
        organisation_id=organisation_id,
        role=role,
        name=told,
        name_key=key,
        salt=secrets.token_bytes(_SALT_BYTES),
        created_at=now,
    )
    made = session.scalar(
        person.on_conflict_do_nothing(
            index_elements=["organisation_id", "role", "name_key"],
            index_where=DiaryPerson.name_key.is_not(None),
        ).returning(DiaryPerson)
    )
    if made is None:
        there = select(DiaryPerson.id).where(
            DiaryPerson.organisation_id == organisation_id,
            DiaryPerson.role == role,
            DiaryPerson.name_key == key,
        )
        return int(session.execute(there).scalar_one())
    body = {"person": made.id, "organisation": organisation_id, "commitment": commitment(made)}
    log.append(session, kind=NAMED, subject=subject_of(made.id), body=body, now=now)
    made_id: int = made.id
    return made_id


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str | None]:
    """Names by number for those who may read them; an erased name is None."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(DiaryPerson.id, DiaryPerson.name).where(DiaryPerson.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


def list_known(session: Session, organisation_ids: Iterable[int], role: str) -> list[DiaryPerson]:
    """The people organisations named in a role and did not erase, by name."""
    statement = select(DiaryPerson).where(
        DiaryPerson.organisation_id.in_(list(organisation_ids)),
        DiaryPerson.role == role,
        DiaryPerson.name.is_not(None),
    )
    return list(session.scalars(statement.order_by(DiaryPerson.name_key, DiaryPerson.id)))


def erase(session: Session, actor: Actor, person_id: int, *, now: datetime) -> DiaryPerson:
    """Erase a name for good; lines and slips go on, naming nobody.

    Raises: NotFound, also for other organisations' people; Forbidden.
    """
    person = None
    if 0 < person_id <= INT64:
        person = session.get(DiaryPerson, person_id, with_for_update=True)
    if person is None:
        raise NotFound("diary.person_not_found")
    permissions.require(actor, "diary.erase", person)
    if person.erased_at is not None:
        return person
    person.name = person.name_key = person.salt = None
    person.erased_at = now
    session.flush()
    log.append(
        session, kind=ERASED, subject=subject_of(person.id), body={"person": person.id}, now=now
    )
    audit.record(session, actor, "diary.person_erased", f"person:{person.id}", now=now)
    return person


def subject_of(person_id: int) -> str:
    """What the ledger calls somebody: a number."""
    return f"diary-person:{person_id}"


def commitment(person: DiaryPerson) -> str:
    """The salted fingerprint of a name and its place."""
    told = {
        "name": person.name,
        "key": person.name_key,
        "role": person.role,
        "organisation": person.organisation_id,
        "created_at": person.created_at,
    }
    return hashlib.sha256((person.salt or b"") + canonical.text(told).encode()).hexdigest()
