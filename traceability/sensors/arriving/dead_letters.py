"""Messages that could not be kept for a reason nobody foresaw: set aside, and tried again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging
from foundation.errors import NotFound
from foundation.paging import Page
from traceability.sensors.arriving import keeping
from traceability.sensors.arriving.keeping import Message
from traceability.sensors.devices.device_models import DeadLetter

OPERATE = "system.operate"


def set_aside(session: Session, message: Message, reason: str, *, now: datetime) -> None:
    """Keep a message as it came, with the name of the error it met."""
    session.add(
        DeadLetter(
            topic=message.topic.encode("utf-8", "surrogateescape"),
            payload=message.payload,
            reason=reason[:80],
            arrived_at=now,
        )
    )
    session.flush()


def count(session: Session) -> int:
    """How many lie there, for the metrics."""
    return session.scalar(select(func.count()).select_from(DeadLetter)) or 0


def list_letters(session: Session, actor: Actor, *, cursor: str | None) -> Page[DeadLetter]:
    """Those that lie there, the newest first. Raises: Forbidden."""
    permissions.require(actor, OPERATE)
    statement = select(DeadLetter)
    return paging.fetch(session, statement, (DeadLetter.id,), cursor=cursor, descending=True)


def try_again(session: Session, actor: Actor, letter_id: int, *, now: datetime) -> bool:
    """Keep a message once more; the letter goes when its reading is kept or was already.

    Raises: Forbidden, NotFound("sensor.letter_not_found"), and whatever keeping it raises.
    """
    letter = _get(session, actor, letter_id)
    topic = letter.topic.decode("utf-8", "surrogateescape")
    kept = keeping.keep(session, [Message(topic, letter.payload)], now=now)
    if kept.refused:
        return False
    session.delete(letter)
    session.flush()
    return True


def discard(session: Session, actor: Actor, letter_id: int) -> None:
    """Throw a message away for good. Raises: Forbidden, NotFound("sensor.letter_not_found")."""
    session.delete(_get(session, actor, letter_id))
    session.flush()


def _get(session: Session, actor: Actor, letter_id: int) -> DeadLetter:
    permissions.require(actor, OPERATE)
    letter = session.get(DeadLetter, letter_id, with_for_update=True)
    if letter is None:
        raise NotFound("sensor.letter_not_found")
    return letter
