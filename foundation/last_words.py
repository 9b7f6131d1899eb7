"""What a transaction says last: one call to the database that travels together with COMMIT.

Whoever writes waits for the server once less. Nothing else differs: a call that fails, or a
constraint that is only looked at by COMMIT, undoes the whole and is raised where COMMIT would be.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg import capabilities, pq
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

BYTES, WORDS, MOMENT, MANY_BYTES = 17, 25, 1184, 1001
"""Types of values, as the server numbers them (``pg_type``): the last one a list, in writing."""

_CLOSES = capabilities.has_send_close_prepared()
Value = str | bytes | None


@dataclass(frozen=True)
class Call:
    """A function of the database and the types of its values."""

    function: str
    types: tuple[int, ...]
    formats: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Bytes travel as they are, all else in writing."""
        object.__setattr__(self, "formats", tuple(int(kind == BYTES) for kind in self.types))

    @cached_property
    def statement(self) -> bytes:
        """The statement that calls it."""
        places = ", ".join(f"${place}" for place in range(1, len(self.types) + 1))
        return f"SELECT {self.function}({places})".encode()

    @cached_property
    def name(self) -> bytes:
        """The name that the statement is prepared under."""
        return f"nguon_{self.function}".encode()


def call_now(driver: psycopg.Connection[Any], call: Call, values: Sequence[Value]) -> None:
    """Call a function in a connection's transaction, past the cursors. Raises: psycopg.Error."""
    _begin(driver)
    server = driver.pgconn
    result = server.exec_params(call.statement, _encoded(values), call.types, call.formats)
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(result)


class Connection(psycopg.Connection[Any]):
    """A connection that can keep one call for the end."""

    _last: tuple[Call, Sequence[Value]] | None = None
    _known: frozenset[bytes] = frozenset()

    def call_last(self, call: Call, values: Sequence[Value]) -> None:
        """Call a function with COMMIT, which then raises what the call does; undone, it is not."""
        _begin(self)
        self._last = call, values

    def commit(self) -> None:
        """Commit, with what was to be called last."""
        last, self._last = self._last, None
        if last is None:
            super().commit()
            return
        with self.lock:
            try:
                failed = self._finish(*last)
            except BaseException:
                # Nobody knows what the server made of it, and answers may still be on their way.
                self.close()
                raise
        if failed is not None:
            raise psycopg.errors.error_from_result(failed)

    def rollback(self) -> None:
        """Roll back, with what was to be called last."""
        self._last = None
        super().rollback()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        """The driver lets the server forget one prepared statement, or (None) all: ours too."""
        if name is None:
            self._known = frozenset()
        return super()._deallocate(name)

    def _finish(self, call: Call, values: Sequence[Value]) -> pq.abc.PGresult | None:
        server = self.pgconn
        server.enter_pipeline_mode()
        self._ask(call, _encoded(values))
        server.send_query_params(b"COMMIT", None)
        server.pipeline_sync()
        failed = self.wait(_first_failure(server))
        server.exit_pipeline_mode()
        self._known = frozenset() if failed else self._known | {call.name}
        return failed

    def _ask(self, call: Call, values: list[bytes | None]) -> None:
        server = self.pgconn
        if not _CLOSES:
            server.send_query_params(call.statement, values, call.types, call.formats)
            return
        if call.name not in self._known:
            # Whether the server has forgotten it is not known: closing what is not there is fine.
            server.send_close_prepared(call.name)
            server.send_prepare(call.name, call.statement, call.types)
        server.send_query_prepared(call.name, values, call.formats)


_FINE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


def _encoded(values: Sequence[Value]) -> list[bytes | None]:
    return [value.encode() if isinstance(value, str) else value for value in values]


def _begin(driver: psycopg.Connection[Any]) -> None:
    """Begin a transaction, as the driver does with the first question."""
    if driver.pgconn.transaction_status == pq.TransactionStatus.IDLE:
        driver.execute("SELECT")


def _first_failure(server: pq.abc.PGconn) -> Generator[Wait, Ready | int, pq.abc.PGresult | None]:
    """Send what is to be sent, wait for all answers, without keeping other threads from running."""
    while server.flush():
        yield Wait.RW
        server.consume_input()
    failed = None
    while True:
        yield Wait.R
        server.consume_input()
        while not server.is_busy():
            result = server.get_result()
            if result is None and server.status == pq.ConnStatus.BAD:
                return failed
            if result is None:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return failed
            if failed is None and result.status not in _FINE:
                failed = result
