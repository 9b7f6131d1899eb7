"""What the database says by itself (``NOTIFY``), heard by one thread of each process.

Who keeps something in memory must know when it no longer holds. News can only be relied upon
while it is certain that none was missed: the thread asks the server a question several times a
second on the very connection that listens, and what came before the answer has been heard. Where
that certainty ends (the connection broke, the server hangs, the process was stopped for a while),
``is_hearing`` says so at once.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from foundation import db

log = structlog.get_logger()

CERTAIN_S = 1.0
"""For how long after a question was sent its answer vouches that nothing was missed."""
_ASK_EVERY_MS = 200
_AGAIN_AFTER_S = 0.2
# A server that is silently gone is given up after this long.
_PATIENCE_MS = 5_000


@dataclass(frozen=True)
class Ears:
    """What to listen to, what to do with each message, and with the chance that some were missed.

    Both are called in the listening thread; ``missed`` each time it begins to listen.
    """

    channel: str
    heard: Callable[[str], None]
    missed: Callable[[], None]


class Listener:
    """Listens in its own thread for as long as the process uses the database it began with."""

    def __init__(self, database: db.Database, ears: Ears) -> None:
        self._database = database
        self._ears = ears
        self._owner = os.getpid()
        self._certain_until = 0.0
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        threading.Thread(target=self._run, name=f"listen {ears.channel}", daemon=True).start()

    def is_hearing(self) -> bool:
        """Whether everything that was committed a moment ago has been heard."""
        return time.monotonic() < self._certain_until and self.is_for_us()

    def is_for_us(self) -> bool:
        """Whether it is this process's, on the database it uses now (a fork has no threads)."""
        return self._owner == os.getpid() and db.is_current(self._database)

    def _run(self) -> None:
        while self.is_for_us():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - nobody else would listen again
                self._certain_until = 0.0
                log.warning("listening_broke_off", error=type(error).__name__)
                time.sleep(_AGAIN_AFTER_S)

    def _listen(self) -> None:
        address = self._database.address.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(
            address, autocommit=True, connect_timeout=5, tcp_user_timeout=_PATIENCE_MS
        ) as connection:
            connection.add_notify_handler(lambda told: self._ears.heard(told.payload))
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._ears.channel)))
            self._ears.missed()
            # Not select(): a server with a thousand open sockets has numbers too large for it.
            news = select.poll()
            news.register(connection.fileno(), select.POLLIN)
            while self.is_for_us():
                asked_at = time.monotonic()
                connection.execute("SELECT 1")
                self._certain_until = asked_at + CERTAIN_S
                news.poll(_ASK_EVERY_MS)
