"""One row of one reading statement on the primary, outside any transaction.

One round trip where ``db.reading`` takes five: for what every request asks, and never from memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Engine, Row, TextClause
from sqlalchemy.exc import DBAPIError

from foundation import db


def look_up(statement: TextClause, params: Mapping[str, Any]) -> Row[Any] | None:
    """The first row of a statement.

    A connection that the server had closed meanwhile is replaced and the question asked once more.
    """
    database = db.current()
    if isinstance(database, db.OneConnection):
        return database.primary.execute(statement, params).first()
    try:
        return _first_row(database.glances, statement, params)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return _first_row(database.glances, statement, params)


@dataclass(frozen=True)
class Question:
    """A statement asked thousands of times a second (``$1``, ``$2``), and the name it is kept by.

    Asked past SQLAlchemy and the driver's cursors, it takes a third of what ``look_up`` does.
    Values and answers are texts, as PostgreSQL writes them.
    """

    name: bytes
    statement: bytes


class Asker:
    """A few connections held open for questions; a caller beyond them waits for one."""

    def __init__(self, database: db.Database, most: int) -> None:
        self.database = database
        self._address = database.address.replace("postgresql+psycopg://", "postgresql://", 1)
        # As many tokens as places. The one used last is used next: its server process is awake.
        self._free: SimpleQueue[None] = SimpleQueue()
        self._idle: list[psycopg.Connection[Any] | None] = []
        for _ in range(most):
            self._give_back(None)

    def ask(self, question: Question, values: Sequence[str]) -> tuple[str | None, ...] | None:
        """The first row, or None. Raises: psycopg.Error when the server cannot be asked."""
        self._free.get()
        held = self._idle.pop()
        try:
            if held is not None:
                try:
                    return _asked(held, question, values)
                except psycopg.Error:
                    if not held.closed:
                        raise
                    # The server closed it meanwhile: once more on another.
                    held = None
            held = self._opened()
            return _asked(held, question, values)
        finally:
            self._give_back(held if held is None or not held.closed else None)

    def close(self) -> None:
        """Close what is idle."""
        while True:
            try:
                self._free.get_nowait()
            except Empty:
                return
            held = self._idle.pop()
            if held is not None:
                held.close()

    def _give_back(self, held: psycopg.Connection[Any] | None) -> None:
        self._idle.append(held)
        self._free.put(None)

    def _opened(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self._address,
            autocommit=True,
            connect_timeout=5,
            options="-c timezone=UTC -c lock_timeout=10000 -c statement_timeout=60000 -c jit=off",
        )


def _asked(
    connection: psycopg.Connection[Any], question: Question, values: Sequence[str]
) -> tuple[str | None, ...] | None:
    server = connection.pgconn
    result = server.exec_prepared(question.name, [value.encode() for value in values])
    if result.status == pq.ExecStatus.FATAL_ERROR and _is_unknown(result):
        _checked(server.prepare(question.name, question.statement))
        result = server.exec_prepared(question.name, [value.encode() for value in values])
    _checked(result)
    if not result.ntuples:
        return None
    found = (result.get_value(0, column) for column in range(result.nfields))
    return tuple(None if value is None else value.decode() for value in found)


def _is_unknown(result: pq.abc.PGresult) -> bool:
    """Whether the connection has not prepared the statement yet."""
    return result.error_field(pq.DiagnosticField.SQLSTATE) == b"26000"


def _checked(result: pq.abc.PGresult) -> None:
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result)


def _first_row(engine: Engine, statement: TextClause, params: Mapping[str, Any]) -> Row[Any] | None:
    with engine.connect() as connection:
        return connection.execute(statement, params).first()
