"""The one database: engine, tables' base, ``transaction()`` and ``reading()``.

Doors open a transaction, domain functions work in it and never commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, MetaData, Transaction, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from foundation import last_words
from foundation.last_words import Call, Value
from foundation.watching import WatchedSession

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every room's tables."""

    metadata = MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class Database:
    """The primary, and the replica that reads may use (the primary itself when there is none)."""

    primary: Engine
    replica: Engine
    # The primary once more, each statement on its own: see ``foundation.glances``.
    glances: Engine

    @property
    def address(self) -> str:
        """Where the primary is, as drivers are told it, its password included."""
        return self.primary.url.render_as_string(hide_password=False)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.primary.dispose()
        self.replica.dispose()
        self.glances.dispose()


@dataclass(frozen=True)
class OneConnection:
    """A database seen through one open connection, whose transaction its owner ends (tests)."""

    primary: Connection

    @property
    def replica(self) -> Connection:
        """The same connection."""
        return self.primary

    def dispose(self) -> None:
        """Nothing to close: the connection is its owner's."""


_database: Database | OneConnection | None = None


def make_engine(url: str, *, pool_size: int = 10, glances: bool = False) -> Engine:
    """An engine with a pool that notices a restarted server before handing out a connection.

    With ``glances`` it neither asks first nor opens transactions.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        # Requests that stand aside may hold one each: twice as many as work (`workplaces`).
        max_overflow=3 * pool_size,
        pool_pre_ping=not glances,
        pool_timeout=10,
        # The values of a statement may be personal: no error quotes them.
        hide_parameters=True,
        isolation_level="AUTOCOMMIT" if glances else "READ COMMITTED",
        connect_args={
            # Compiling a statement, where the server can, took ten times what it then saved.
            "options": "-c timezone=UTC -c lock_timeout=10000 -c statement_timeout=60000"
            " -c jit=off",
            "connect_timeout": 5,
        },
    )
    event.listen(engine, "do_connect", _connected)
    return engine


def _connected(
    _dialect: object, _record: object, told: list[Any], named: dict[str, Any]
) -> last_words.Connection:
    return last_words.Connection.connect(*told, **named)


def connect(url: str, replica_url: str = "", *, pool_size: int = 10) -> Database:
    """Use this database for the process; returns it for a later ``dispose``."""
    global _database
    if _database is not None:
        _database.dispose()
    primary = make_engine(url, pool_size=pool_size)
    replica = make_engine(replica_url, pool_size=pool_size) if replica_url else primary
    glances = make_engine(url, pool_size=pool_size, glances=True)
    _database = Database(primary, replica, glances)
    return _database


def use(database: Database | OneConnection | None) -> None:
    """Put a ready-made database in place (tests bind one connection this way)."""
    global _database
    _database = database


def current() -> Database | OneConnection:
    """The process's database; raises RuntimeError before ``connect``."""
    if _database is None:
        raise RuntimeError("foundation.db.connect() was not called")
    return _database


def is_current(database: Database | OneConnection) -> bool:
    """Whether the process uses this very database now."""
    return _database is database


# create_savepoint: bound to a connection that is in a transaction already (tests), a commit ends
# a savepoint and the outer transaction stays its owner's.
_Session = sessionmaker(
    class_=WatchedSession, expire_on_commit=False, join_transaction_mode="create_savepoint"
)


@dataclass
class Together:
    """Everything one call does, kept or undone as a whole, with what is told of it.

    While it lasts, each ``transaction()`` and ``reading()`` of the call is a part of it. ``parts``
    counts the transactions that came to their end.
    """

    connection: Connection
    outer: Transaction
    is_ours: bool
    parts: int = 0

    def commit(self) -> None:
        """Keep all of it."""
        try:
            self.outer.commit()
        finally:
            self._leave()

    def roll_back(self) -> None:
        """Undo all of it; what the database has undone already, by its end, stays undone."""
        try:
            if self.outer.is_active:
                self.outer.rollback()
        finally:
            self._leave()

    def _leave(self) -> None:
        _together.set(None)
        if self.is_ours:
            self.connection.close()


_together: ContextVar[Together | None] = ContextVar("together", default=None)


def begin_together() -> Together:
    """Make one of all transactions of this call from here on; the caller ends it."""
    primary = current().primary
    if isinstance(primary, Connection):
        begun = Together(primary, primary.begin_nested(), is_ours=False)
    else:
        connection = primary.connect()
        begun = Together(connection, connection.begin(), is_ours=True)
    _together.set(begun)
    return begun


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work on the primary: committed at the end, undone on any error."""
    together = _together.get()
    bind = current().primary if together is None else together.connection
    with _Session(bind=bind) as session, session.begin():
        yield session
    if together is not None:
        together.parts += 1


@contextmanager
def reading() -> Iterator[Session]:
    """A read on the replica if there is one, in a transaction that cannot write."""
    with _reading(current().replica) as session:
        yield session


@contextmanager
def reading_latest() -> Iterator[Session]:
    """A read on the primary, in a transaction that cannot write: for what is kept in memory.

    A replica may not know yet what the process was already told of.
    """
    with _reading(current().primary) as session:
        yield session


@contextmanager
def _reading(source: Engine | Connection) -> Iterator[Session]:
    together = _together.get()
    bind = source if together is None else together.connection
    with _Session(bind=bind) as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        yield session
        # Leaving rolls back: there is nothing to keep.


def glance(session: Session, statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one reading statement in the session's own transaction, past SQLAlchemy.

    For what is asked thousands of times a minute with a constant statement (``%(name)s``): it is
    prepared at once, and two thirds of the time SQLAlchemy would take itself are saved.
    """
    session.flush()
    connection: Any = session.connection().connection
    try:
        with connection.cursor(binary=True) as cursor:
            return list(cursor.execute(statement, params, prepare=True).fetchall())
    except psycopg.Error as error:
        raise _wrapped(statement, error) from error


def integers(values: Iterable[int]) -> str:
    """An array of whole numbers as PostgreSQL writes it, to be cast there.

    Of thousands the driver makes one in a fiftieth of the time, as it looks at each of a list.
    """
    return f"{{{','.join(map(str, values))}}}"


def send(session: Session, statement: str, params: Mapping[str, Any]) -> None:
    """One writing statement in the session's own transaction, past SQLAlchemy, prepared at once.

    For what every transaction ends with; the statement is constant (``%(name)s``).
    """
    connection: Any = session.connection().connection
    try:
        connection.driver_connection.execute(statement, params, prepare=True)
    except psycopg.Error as error:
        raise _wrapped(statement, error) from error


def call(session: Session, function: Call, values: Sequence[Value]) -> None:
    """Call a function of the database in the session's transaction, past the cursors.

    A third of what `send` takes, for what every transaction of a writer ends with.
    """
    driver: Any = session.connection().connection.driver_connection
    try:
        last_words.call_now(driver, function, values)
    except psycopg.Error as error:
        raise _wrapped(function.function, error) from error


def call_last(session: Session, function: Call, values: Sequence[Value]) -> None:
    """The same together with COMMIT, which raises what the call does.

    At once where the end of the session's work is a savepoint's, inside a larger transaction.
    """
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, last_words.Connection) and not connection.in_nested_transaction():
        driver.call_last(function, values)
    else:
        call(session, function, values)


def _wrapped(statement: str, error: psycopg.Error) -> Exception:
    return DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True)
