"""Codes sent to a telephone or mailbox, or handed over by a manager.

A sent code has six digits, lives ten minutes and bears five tries; a new one ends the old of the
same purpose, and of no other. Asking for one, and trying one, is throttled like a password.
Whether an account exists is never told.

A code handed over lives a day, so strangers have time to spoil it: it has twelve digits, which
nobody guesses, and therefore need not end after some wrong ones.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from accounts.access_models import OneTimeCode
from accounts.sealing import keyed_hash
from foundation.errors import Finding, Invalid, TooMany

RECOVERY, HANDOVER, FIRST_ENTRY, CONTACT = "recovery", "handover", "first_entry", "contact"
LIFE = timedelta(minutes=10)
HANDOVER_LIFE = timedelta(hours=24)
MOST_TRIES = 5
MOST_AN_HOUR = 5
DIGITS = 6
HANDOVER_DIGITS = 12


def issue_for_person(session: Session, person_id: int, purpose: str, *, now: datetime) -> str:
    """A new code for a person, told this once; raises TooMany past five an hour.

    What strangers can ask for (recovery) leaves codes of other purposes, and their number, alone.
    """
    mine = (OneTimeCode.person_id == person_id) & (OneTimeCode.purpose == purpose)
    _refuse_flood(session, mine, now=now)
    _end_earlier(session, mine, now=now)
    life = HANDOVER_LIFE if purpose == HANDOVER else LIFE
    return _issue(session, purpose, now + life, now=now, person_id=person_id)


def end_for_person(session: Session, person_id: int, *, now: datetime) -> None:
    """End every code of a person: where they were sent is no longer theirs, or they were used."""
    _end_earlier(session, OneTimeCode.person_id == person_id, now=now)


def is_handed_over(typed: str) -> bool:
    """Whether a typed code has the form of one that was handed over."""
    digits = _digits(typed)
    return len(digits) == HANDOVER_DIGITS and digits.isascii() and digits.isdigit()


def spoken(code: str) -> str:
    """A code in groups of four, as it is read out and copied: 1234 5678 9012."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def issue_for_invitation(session: Session, invitation_id: int, *, now: datetime) -> str:
    """A new code for whoever was invited; raises TooMany past five an hour."""
    mine = OneTimeCode.invitation_id == invitation_id
    _refuse_flood(session, mine, now=now)
    _end_earlier(session, mine, now=now)
    return _issue(session, FIRST_ENTRY, now + LIFE, now=now, invitation_id=invitation_id)


def take_person_try(session: Session, person_id: int, purpose: str, *, now: datetime) -> int | None:
    """Count a try at a person's newest code of a purpose before judging it; None: there is none."""
    mine = (OneTimeCode.person_id == person_id) & (OneTimeCode.purpose == purpose)
    return _take_try(session, mine, now=now)


def take_invitation_try(session: Session, invitation_id: int, *, now: datetime) -> int | None:
    """Count a try at an invitation's newest code; its id, or None if there is none."""
    return _take_try(session, OneTimeCode.invitation_id == invitation_id, now=now)


def redeem(session: Session, code_id: int | None, typed: str, *, now: datetime) -> OneTimeCode:
    """Use up a code whose try was counted; raises Invalid when it is not the right one."""
    row = session.get(OneTimeCode, code_id, with_for_update=True) if code_id else None
    given = _hash(_digits(typed))
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
    digits = HANDOVER_DIGITS if purpose == HANDOVER else DIGITS
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
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
            (OneTimeCode.tries < MOST_TRIES) | (OneTimeCode.purpose == HANDOVER),
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


def _end_earlier(session: Session, mine: ColumnElement[bool], *, now: datetime) -> None:
    session.execute(
        update(OneTimeCode).where(mine, OneTimeCode.expires_at > now).values(expires_at=now)
    )


def _digits(typed: str) -> str:
    return "".join(typed.replace("-", " ").split())


def _hash(code: str) -> bytes:
    return keyed_hash("one-time code", code)
