"""Signed-in browsers: opened, recognised, shown to their owner, ended.

The cookie is a random token kept only as a hash. Signing in always opens a new session, so a
cookie planted before never becomes a signed-in one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.orm import Session

from accounts import actors
from accounts.access_models import KnownDevice, LoginSession
from accounts.models import Person
from accounts.permissions import Actor
from accounts.sealing import token_hash
from foundation import db, glances
from foundation.errors import NotFound, Unauthenticated

IDLE = timedelta(days=30)
LONGEST = timedelta(days=180)
SECOND_FACTOR_WAIT = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=5)
_COOKIE_LENGTH = 43
_WHOSE = text(f"""
SELECT people.id, people.name, people.email, people.disabled_at, people.totp_confirmed_at,
  opened.id AS session_id, opened.stage, opened.created_at, opened.last_seen_at,
  opened.revoked_at, {actors.ROLES} AS roles
FROM login_sessions opened JOIN people ON people.id = opened.person_id
WHERE opened.token_hash = :token_hash
""")  # noqa: S608  (a constant of ours)


@dataclass(frozen=True)
class OpenedSession:
    """A new session and its cookie's value, which is told this once."""

    cookie: str
    stage: str
    person_id: int


def open_session(
    session: Session,
    person: Person,
    *,
    device_label: str,
    now: datetime,
    passed_second_factor: bool = False,
) -> OpenedSession:
    """Open a session for somebody who has just proved who they are."""
    owes_code = person.has_second_factor and not passed_second_factor
    cookie = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(cookie),
        person_id=person.id,
        stage="second_factor" if owes_code else "full",
        device_label=device_label,
        created_at=now,
        last_seen_at=now,
        proved_at=None if owes_code else now,
    )
    session.add(row)
    session.flush()
    return OpenedSession(cookie, row.stage, person.id)


def find_session(session: Session, cookie: str | None, now: datetime) -> LoginSession | None:
    """The living session of a cookie, in whatever stage."""
    if cookie is None or len(cookie) != _COOKIE_LENGTH:
        return None
    row = session.scalar(select(LoginSession).where(LoginSession.token_hash == token_hash(cookie)))
    return row if row is not None and _is_living(row, now) else None


def get_session(session: Session, cookie: str | None, now: datetime) -> LoginSession:
    """The living session of a cookie; raises Unauthenticated."""
    row = find_session(session, cookie, now)
    if row is None:
        raise Unauthenticated
    return row


def authenticate_cookie(cookie_value: str | None, now: datetime) -> Actor | None:
    """Who a browser's cookie stands for; None for nobody, or when a second factor is owed.

    One statement, outside any transaction. Remembers that the browser was here, with at most one
    write in five minutes.
    """
    if cookie_value is None or len(cookie_value) != _COOKIE_LENGTH:
        return None
    row = glances.look_up(_WHOSE, {"token_hash": token_hash(cookie_value)})
    if row is None or row.stage != "full" or not _is_living(row, now):
        return None
    if row.last_seen_at < now - _SEEN_EVERY:
        with db.transaction() as session:
            seen = update(LoginSession).where(LoginSession.id == row.session_id)
            session.execute(seen.values(last_seen_at=now))
    return actors.known(row, [tuple(role) for role in row.roles or ()])


def rotate(session: Session, cookie: str, *, now: datetime) -> OpenedSession | None:
    """End a session and open another for the same person and device (after a role change)."""
    row = find_session(session, cookie, now)
    if row is None:
        return None
    return reopen(session, row, now=now)


def reopen(session: Session, ended: LoginSession, *, now: datetime) -> OpenedSession:
    """End a session, if it has not been, for a new one; nothing was proved anew by it."""
    ended.revoked_at = ended.revoked_at or now
    person = session.get_one(Person, ended.person_id)
    opened = open_session(
        session,
        person,
        device_label=ended.device_label,
        now=now,
        passed_second_factor=ended.stage == "full",
    )
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(opened.cookie))
        .values(proved_at=ended.proved_at)
    )
    return opened


def end(session: Session, cookie: str | None, *, now: datetime) -> None:
    """Sign this browser out."""
    row = find_session(session, cookie, now)
    if row is not None:
        row.revoked_at = now


def end_all(session: Session, person_id: int, *, now: datetime) -> None:
    """Sign a person out everywhere."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def list_devices(session: Session, actor: Actor, *, now: datetime) -> list[LoginSession]:
    """One's own living sessions, last used first."""
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == actor.person_id, LoginSession.revoked_at.is_(None))
        .order_by(LoginSession.last_seen_at.desc())
        .limit(100)
    )
    return [row for row in rows if _is_living(row, now)]


def end_device(session: Session, actor: Actor, session_id: int, *, now: datetime) -> None:
    """Sign one of one's own devices out; raises NotFound for anybody else's."""
    row = session.get(LoginSession, session_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound
    row.revoked_at = row.revoked_at or now


def remember_device(session: Session, person_id: int, *, now: datetime) -> str:
    """A new known device; returns its cookie's value."""
    cookie = secrets.token_urlsafe(32)
    session.add(KnownDevice(person_id=person_id, token_hash=token_hash(cookie), created_at=now))
    return cookie


def forget_devices(session: Session, person_id: int) -> None:
    """No browser is known any more (a new password: who had the old one is a stranger)."""
    session.execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))


def find_device(session: Session, cookie: str | None) -> KnownDevice | None:
    """The known device of a cookie."""
    if cookie is None or len(cookie) != _COOKIE_LENGTH:
        return None
    return session.scalar(select(KnownDevice).where(KnownDevice.token_hash == token_hash(cookie)))


def forget_ended(session: Session, before: datetime) -> int:
    """Delete sessions that nobody can use any more; returns how many."""
    statement = delete(LoginSession).where(
        (LoginSession.revoked_at < before) | (LoginSession.created_at < before - LONGEST)
    )
    return len(session.scalars(statement.returning(LoginSession.id)).all())


def _is_living(row: LoginSession | Row[Any], now: datetime) -> bool:
    if row.revoked_at is not None or row.created_at < now - LONGEST:
        return False
    if row.stage == "second_factor":
        return row.created_at > now - SECOND_FACTOR_WAIT
    return row.last_seen_at > now - IDLE
