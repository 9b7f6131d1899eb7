"""API tokens: keys a person gives to their programs, shown once, kept as hashes."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from accounts import actors, alerts, people, permissions
from accounts.access_models import ApiToken
from accounts.permissions import Actor
from accounts.sealing import token_hash
from foundation import clock, db, glances
from foundation.errors import NotFound, Refused

MARK = "ngu_"
MOST = 50
_LENGTH = len(MARK) + 43
_WHOSE = text(f"""
SELECT people.id, people.name, people.email, people.disabled_at, people.totp_confirmed_at,
  api_tokens.id AS token_id, api_tokens.last_used_on, {actors.ROLES} AS roles
FROM api_tokens JOIN people ON people.id = api_tokens.person_id
WHERE api_tokens.token_hash = :token_hash AND api_tokens.revoked_at IS NULL
  AND (api_tokens.expires_at IS NULL OR api_tokens.expires_at > :now)
""")  # noqa: S608  (a constant of ours)


@dataclass(frozen=True)
class CreatedToken:
    """A new token; ``plain`` is told this once and cannot be read again."""

    id: int
    prefix: str
    plain: str = field(repr=False)


@dataclass(frozen=True)
class _Owned:
    person_id: int


def create(
    session: Session,
    actor: Actor,
    name: str,
    *,
    now: datetime,
    expires_at: datetime | None = None,
) -> CreatedToken:
    """Make a token for oneself; it may do exactly what its owner may do at that moment.

    Raises: Refused("token.too_many") past fifty living tokens.
    """
    person_id = actor.person_id
    permissions.require(actor, "token.manage", _Owned(person_id or 0))
    if len(list_tokens(session, actor, now=now)) >= MOST:
        raise Refused("token.too_many", most=MOST)
    plain = MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        person_id=person_id,
        name=name,
        prefix=plain[:10],
        token_hash=token_hash(plain),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    owner = people.get_person(session, people.own_id(actor))
    alerts.tell(session, owner, "token.made", now=now, what=name)
    return CreatedToken(row.id, row.prefix, plain)


def authenticate(bearer: str, now: datetime) -> Actor | None:
    """Whom a bearer token stands for; None when it is not ours, revoked or expired.

    One statement, outside any transaction. Remembers the day it was used, with one write a day.
    """
    if len(bearer) != _LENGTH or not bearer.startswith(MARK):
        return None
    row = glances.look_up(_WHOSE, {"token_hash": token_hash(bearer), "now": now})
    if row is None:
        return None
    today = clock.business_day(now)
    if row.last_used_on != today:
        with db.transaction() as session:
            used = update(ApiToken).where(ApiToken.id == row.token_id)
            session.execute(used.values(last_used_on=today))
    return actors.known(row, [tuple(role) for role in row.roles or ()])


def list_tokens(session: Session, actor: Actor, *, now: datetime) -> list[ApiToken]:
    """One's own living tokens, newest first."""
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return [row for row in rows if _is_living(row, now)]


def revoke(session: Session, actor: Actor, token_id: int, *, now: datetime) -> None:
    """End one of one's own tokens; raises NotFound for anybody else's."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound
    row.revoked_at = row.revoked_at or now


def end_all(session: Session, person_id: int, *, now: datetime) -> None:
    """End every token of a person: whoever holds a copy of one is shut out with the next call."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _is_living(row: ApiToken, now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
