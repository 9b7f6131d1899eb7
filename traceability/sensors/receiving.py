"""What the bridge does with messages: kept together, or one by one, or set aside; never lost.

Nothing of a message may be acknowledged unless this answers: what it answers has committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from foundation import clock, db
from traceability.sensors import dead_letters, keeping, messages
from traceability.sensors.keeping import Kept, Message
from traceability.sensors.receipts import Answered

log = structlog.get_logger()

UNFORESEEN = "unforeseen"


def receive(told: Sequence[Message]) -> Kept | None:
    """Keep messages in a transaction; None when the database is away and nothing is certain.

    Where something else goes wrong each is kept by itself, and the one that is at fault is set
    aside: it must not stop all sensors.
    """
    try:
        return _keep(told)
    except Exception as error:
        if is_away(error):
            return None
        log.exception("sensor_messages_unforeseen", messages=len(told))
    answers: list[Kept] = []
    for message in told:
        kept = _apart(message)
        if kept is None:
            return None
        answers.append(kept)
    return _together(answers)


def is_away(error: Exception) -> bool:
    """Whether the database could not be reached, or asks to be tried again."""
    if isinstance(error, (OperationalError, InterfaceError, NoConnection, OSError)):
        log.warning("sensor_database_away", error=type(error).__name__)
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _keep(told: Sequence[Message]) -> Kept:
    with db.transaction() as session:
        return keeping.keep(session, told, now=clock.now())


def _apart(message: Message) -> Kept | None:
    try:
        return _keep([message])
    except Exception as error:  # noqa: BLE001 — it is told with the message, as its reason
        if is_away(error):
            return None
        reason = type(getattr(error, "orig", None) or error).__name__
    try:
        with db.transaction() as session:
            dead_letters.set_aside(session, message, reason, now=clock.now())
    except Exception as error:
        if not is_away(error):
            log.exception("sensor_message_not_set_aside")
        return None
    log.error("sensor_message_set_aside", reason=reason)
    return Kept(0, 0, {UNFORESEEN: 1}, _answer(message))


def _answer(message: Message) -> tuple[Answered, ...]:
    """Tell a device that counts not to send it again: the house has it, though not as a reading."""
    try:
        read = messages.read(message.topic, message.payload, now=clock.now())
    except Exception:  # noqa: BLE001 — no receipt then, and the device asks again
        # It may be what could not be read in the first place.
        return ()
    if not read.sequence or not (read.code.isascii() and read.code.isalnum()):
        return ()
    return (Answered(read.code, read.sequence, is_kept=False),)


def _together(answers: Sequence[Kept]) -> Kept:
    refused: Counter[str] = Counter()
    for each in answers:
        refused.update(each.refused)
    return Kept(
        sum(each.new for each in answers),
        sum(each.known for each in answers),
        refused,
        tuple(answered for each in answers for answered in each.answered),
    )
