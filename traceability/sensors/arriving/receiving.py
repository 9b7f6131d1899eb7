"""What the bridge does with messages: kept together, or one by one, or set aside; never lost.

Nothing of a message may be acknowledged unless this answers: what it answers has committed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from foundation import absence, clock, db
from traceability.sensors.arriving import dead_letters, keeping, messages
from traceability.sensors.arriving.keeping import Kept, Message
from traceability.sensors.arriving.receipts import Answered

log = structlog.get_logger()

UNFORESEEN = "unforeseen"
TRIES = 3
"""So often a message that the database gives up is tried by itself, one after another."""
ROUNDS = 10
"""So often they all are while the database gives up every one of them: it may be busy for long."""
_PAUSE_S = 1.0
# By itself a message takes some milliseconds: it is not to hold up the others for a minute.
_PATIENCE = text("SET LOCAL statement_timeout = 5000")
_LOCK_PATIENCE = text("SET LOCAL lock_timeout = 3000")


@dataclass(frozen=True)
class _Hung:
    """A message that the database gave up each time: a time limit, a lock, a deadlock."""

    message: Message
    reason: str


class Receiver:
    """Keeps messages; remembers how often in a row it could keep none at all."""

    def __init__(self, pause: Callable[[float], object] = time.sleep) -> None:
        self._pause = pause
        self._rounds = 0

    def receive(self, told: Sequence[Message]) -> Kept | None:
        """Keep messages in a transaction; None when nothing is certain and all is to come again.

        That is while the database is away, or gives up whatever it is asked. Where something else
        goes wrong each message is kept by itself, and the one that is at fault is set aside: it
        must not stop all sensors.
        """
        try:
            kept = _keep(told)
        except Exception as error:
            if is_away(error):
                return None
            log.exception("sensor_messages_unforeseen", messages=len(told))
            return self._one_by_one(told)
        self._rounds = 0
        return kept

    def _one_by_one(self, told: Sequence[Message]) -> Kept | None:
        answers: list[Kept] = []
        hung: list[_Hung] = []
        for message in told:
            found = self._apart(message)
            if found is None:
                return None
            if isinstance(found, Kept):
                answers.append(found)
                continue
            hung.append(found)
            if not answers and len(hung) == TRIES and self._rounds < ROUNDS:
                break
        if hung and not answers and self._rounds < ROUNDS:
            self._rounds += 1
            log.warning("sensor_database_busy", round=self._rounds, error=hung[0].reason)
            return None
        self._rounds = 0
        for each in hung:
            kept = _set_aside(each.message, each.reason)
            if kept is None:
                return None
            answers.append(kept)
        return _together(answers)

    def _apart(self, message: Message) -> Kept | _Hung | None:
        """Keep one message by itself, or set it aside; None when the database is away."""
        reason = ""
        for number in range(TRIES):
            if number:
                self._pause(_PAUSE_S)
            try:
                return _keep_soon(message)
            except Exception as error:  # noqa: BLE001 — it is told with the message, as its reason
                if is_away(error):
                    return None
                reason = type(getattr(error, "orig", None) or error).__name__
                if not isinstance(error, OperationalError):
                    return _set_aside(message, reason)
        return _Hung(message, reason)


def is_away(error: Exception) -> bool:
    """Whether the database could not be reached."""
    if not (isinstance(error, (NoConnection, OSError)) or absence.is_of_database(error)):
        return False
    log.warning("sensor_database_away", error=type(error).__name__)
    return True


def _keep(told: Sequence[Message]) -> Kept:
    with db.transaction() as session:
        return keeping.keep(session, told, now=clock.now())


def _keep_soon(message: Message) -> Kept:
    with db.transaction() as session:
        session.execute(_PATIENCE)
        session.execute(_LOCK_PATIENCE)
        return keeping.keep(session, [message], now=clock.now())


def _set_aside(message: Message, reason: str) -> Kept | None:
    """Keep it as it came, for somebody to look at; None when even that cannot be done."""
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
