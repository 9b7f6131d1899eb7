"""Where the next page of an answer begins: sealed, for one caller and one question, for an hour."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import sealing
from accounts.permissions import Actor
from traceability.epcis.exceptions import NoSuchName, QueryParameterException
from traceability.epcis.querying.models import EndedPageToken

LIFE = timedelta(hours=1)
_PURPOSE = "epcis page token"


@dataclass(frozen=True)
class Position:
    """After which row the next page begins, and how many more rows are wanted (None: all)."""

    after: tuple[str, ...]
    left: int | None = None


@dataclass(frozen=True)
class PageToken:
    """A token, and until when it is good."""

    text: str
    expires_at: datetime


def make(actor: Actor, question: str, position: Position, *, now: datetime) -> PageToken:
    """A token for the rest of a question's answer; the question is any text that tells it apart."""
    expires_at = now + LIFE
    plain = json.dumps(
        [
            list(position.after),
            position.left,
            _mark(question),
            actor.person_id,
            _seconds(expires_at),
        ]
    )
    sealed = base64.urlsafe_b64encode(sealing.seal(_PURPOSE, plain))
    return PageToken(sealed.decode().rstrip("="), expires_at)


def read(session: Session, actor: Actor, question: str, token: str, *, now: datetime) -> Position:
    """Where a token says to go on.

    Raises: QueryParameterException when it is not one, another's, another question's, expired, or
    was given up.
    """
    after, left, mark, person_id, expires = _opened(token)
    ended = session.scalar(
        select(EndedPageToken.token_hash).where(EndedPageToken.token_hash == _hash(token))
    )
    is_good = mark == _mark(question) and person_id == actor.person_id
    if not is_good or ended is not None or expires < _seconds(now):
        raise QueryParameterException("epcis.page_token")
    return Position(tuple(after), left)


def end(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """Make a token of the caller's own good for nothing. Raises: NoSuchName."""
    try:
        _, _, _, person_id, expires = _opened(token)
    except QueryParameterException:
        raise NoSuchName("epcis.no_such_name") from None
    if person_id != actor.person_id or expires < _seconds(now):
        raise NoSuchName("epcis.no_such_name")
    session.execute(delete(EndedPageToken).where(EndedPageToken.expires_at < now))
    row = {"token_hash": _hash(token), "expires_at": now + LIFE}
    session.execute(insert(EndedPageToken).values(row).on_conflict_do_nothing())


def _opened(token: str) -> tuple[Sequence[str], int | None, str, int | None, int]:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        after, left, mark, person_id, expires = json.loads(sealing.unseal(_PURPOSE, sealed))
    except (ValueError, binascii.Error, sealing.Unreadable):
        raise QueryParameterException("epcis.page_token") from None
    return after, left, mark, person_id, expires


def _mark(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
