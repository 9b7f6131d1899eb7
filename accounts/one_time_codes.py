"""Six digits sent to a telephone or mailbox: first entry and recovery.

A code lives ten minutes and bears five tries; a new one ends the old. Asking for one, and
trying one, is throttled like a password. Whether an account exists is never told.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from accounts.access_models import OneTimeCode
from accounts.sealing import keyed_hash
from foundation.errors import Finding, Invalid, TooMany

LIFE = timedelta(minutes=10)
HANDOVER_LIFE = timedelta(hours=24)
MOST_TRIES = 5
MOST_AN_HOUR = 5
DIGITS = 6


def issue_for_person(
    session: Session, person_id: int, purpose: str, *, now: datetime, life: timedelta = LIFE
) -> str:
    """A new code for a person, told this once; raises TooMany past five an hour."""
    _refuse_flood(session, OneTimeCode.person_id == person_id, now=now)
    _end_earlier(session, OneTimeCode.person_id == person_id, purpose, now=now)
    return _issue(session, purpose, now + life, now=now, person_id=person_id)


def issue_for_invitation(
    session: Session, invitation_id: int, *, now: datetime, life: timedelta = LIFE
) -> str:
    """A new code for whoever was invited; raises TooMany past five an hour."""
    mine = OneTimeCode.invitation_id == invitation_id
    _refuse_flood(session, mine, now=now)
    _end_earlier(session, mine, "first_entry", now=now)
    return _issue(session, "first_entry", now + life, now=now, invitation_id=invitation_id)


def take_person_try(session: Session, person_id: int, *, now: datetime) -> int | None:
    """Count a try at a person's newest code before judging it; its id, or None if there is none."""
    return _take_try(session, OneTimeCode.person_id == person_id, now=now)


def take_invitation_try(session: Session, invitation_id: int, *, now: datetime) -> int | None:
    """Count a try at an invitation's newest code; its id, or None if there is none."""
    return _take_try(session, OneTimeCode.invitation_id == invitation_id, now=now)


def redeem(session: Session, code_id: int | None, typed: str, *, now: datetime) -> OneTimeCode:
    """Use up a code whose try was counted; raises Invalid when it is not the right one."""
    row = session.get(OneTimeCode, code_id, with_for_update=True) if code_id else None
    given = _hash("".join(typed.split()))
    if row is None or row.used_at is not None or not hmac.compare_digest(row.code_hash, given):
        raise Invalid([Finding("code.wrong", {}, "code")])
    row.used_at = now
    return row


def forget_before(session: Session, before: datetime) -> int:
    """Delete codes that expired before then; returns how many."""
    statement = delete(OneTimeCode).where(OneTimeCode.expires_at < before)
    return len(session.scalars(statement.returning(OneTimeCode.id)).all())


def _issue(
    session: Session, purpose: str, expires_at: datetime, *, now: datetime, **subject: int
) -> str:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    session.add(
        OneTimeCode(
            purpose=purpose,
            code_hash=_hash(code),
            tries=0,
            created_at=now,
            expires_at=expires_at,
            **subject,
        )
    )
    session.flush()
    return code


def _take_try(session: Session, mine: ColumnElement[bool], *, now: datetime) -> int | None:
    newest = (
        select(OneTimeCode)
        .where(
            mine,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
            OneTimeCode.tries < MOST_TRIES,
        )
        .order_by(OneTimeCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = session.scalar(newest)
    if row is None:
        return None
    row.tries += 1
    return row.id


def _refuse_flood(session: Session, mine: ColumnElement[bool], *, now: datetime) -> None:
    since = now - timedelta(hours=1)
    count, first_at = session.execute(
        select(func.count(), func.min(OneTimeCode.created_at)).where(
            mine, OneTimeCode.created_at > since
        )
    ).one()
    if count >= MOST_AN_HOUR:
        wait_s = int((first_at - since).total_seconds()) + 1
        raise TooMany("code.too_many", retry_after_s=wait_s, minutes=-(-wait_s // 60))


def _end_earlier(
    session: Session, mine: ColumnElement[bool], purpose: str, *, now: datetime
) -> None:
    session.execute(
        update(OneTimeCode)
        .where(mine, OneTimeCode.purpose == purpose, OneTimeCode.expires_at > now)
        .values(expires_at=now)
    )


def _hash(code: str) -> bytes:
    return keyed_hash("one-time code", code)
