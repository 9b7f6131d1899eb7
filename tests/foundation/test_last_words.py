"""What is said with COMMIT is kept with all the rest, or undone with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from foundation import db, glances
from foundation.last_words import BYTES, WORDS, Call
from tests.conftest import copied_database

SAY = Call("say", (BYTES, WORDS))


@pytest.fixture(scope="module")
def _spoken(server_url: str, template: str) -> Iterator[db.Database]:
    with copied_database(server_url, template) as url:
        database = db.connect(url, pool_size=1)
        with database.primary.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE said (n bytea UNIQUE, what text)")
            connection.exec_driver_sql(
                "CREATE TABLE meant (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
            )
            connection.exec_driver_sql(
                "CREATE FUNCTION say(n bytea, what text) RETURNS void LANGUAGE sql AS"
                " 'INSERT INTO said VALUES (n, what)'"
            )
        db.use(None)
        yield database
        database.dispose()


@pytest.fixture
def spoken(_spoken: db.Database) -> Iterator[None]:
    with _spoken.primary.begin() as connection:
        connection.exec_driver_sql("TRUNCATE said, meant")
    db.use(_spoken)
    yield
    db.use(None)


def said(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT what FROM said ORDER BY what")))


def say(what: str, *, then: Callable[[Session], object] = said) -> None:
    """Say it, do something else before the commit."""
    with db.transaction() as session:
        db.call_last(session, SAY, [what.encode(), what])
        then(session)


def mean(*numbers: int) -> Callable[[Session], object]:
    """Put numbers where no two may be the same once all is committed."""
    values = ", ".join(f"({number})" for number in numbers)
    return lambda session: session.execute(text(f"INSERT INTO meant VALUES {values}"))


def test_it_is_said_with_the_commit_and_not_before(spoken: None) -> None:
    with db.transaction() as session:
        db.call_last(session, SAY, [b"\x00\xff", "đã ghi"])
        assert said(session) == []

    with db.reading() as session:
        assert said(session) == ["đã ghi"]


def test_it_is_said_again_and_again_whatever_was_read_in_between(spoken: None) -> None:
    for number in range(4):
        say(f"{number}a")
        say(f"{number}b")
        with db.reading() as session:
            assert db.glance(session, "SELECT count(*) FROM said", {}) == [(2 * number + 2,)]


def prepared_at() -> list[object]:
    """Since when the server knows the statement."""
    with db.reading() as session:
        since = text("SELECT prepare_time FROM pg_prepared_statements WHERE name = 'nguon_say'")
        return list(session.scalars(since))


def undo_a_part(session: Session) -> None:
    """Undo a savepoint after a statement that the driver had prepared: it forgets all, then."""
    driver: Any = session.connection().connection.driver_connection
    for _ in range(8):
        driver.execute("SELECT count(*) FROM said WHERE what = %s", ("một",))
    session.begin_nested().rollback()


def undo_a_part_and_fail(session: Session) -> None:
    undo_a_part(session)
    raise ZeroDivisionError


def test_the_server_learns_the_statement_once_and_again_after_it_was_let_forget(
    spoken: None,
) -> None:
    say("một")
    first = prepared_at()
    say("hai")
    assert len(first) == 1
    assert prepared_at() == first

    say("ba", then=undo_a_part)
    with pytest.raises(ZeroDivisionError):
        say("bốn", then=undo_a_part_and_fail)
    say("năm")
    again = prepared_at()
    assert len(again) == 1
    assert again != first
    with db.reading() as session:
        assert said(session) == ["ba", "hai", "một", "năm"]


def test_what_is_undone_says_nothing_then_or_later(spoken: None) -> None:
    with pytest.raises(ZeroDivisionError):
        say("một", then=lambda _: 1 // 0)
    say("hai")

    with db.reading() as session:
        assert said(session) == ["hai"]


def test_a_refusal_of_either_undoes_both_and_leaves_the_connection_fit(spoken: None) -> None:
    say("một")
    with pytest.raises(IntegrityError, match="said_n_key"):
        say("một", then=mean(1))
    with pytest.raises(IntegrityError, match="meant_n_key"):
        say("hai", then=mean(2, 2))
    say("ba")

    with db.reading() as session:
        assert said(session) == ["ba", "một"]
        assert session.scalar(text("SELECT count(*) FROM meant")) == 0


def test_in_a_larger_transaction_it_is_said_at_once(spoken: None) -> None:
    together = db.begin_together()
    say("một")
    with db.transaction() as session:
        assert said(session) == ["một"]
    together.roll_back()

    with db.reading() as session:
        assert said(session) == []


def test_a_server_that_went_away_is_told_of_and_replaced(spoken: None) -> None:
    def end(session: Session) -> None:
        server = session.scalar(text("SELECT pg_backend_pid()"))
        glances.look_up(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": server})

    with pytest.raises(OperationalError):
        say("một", then=end)
    say("hai")

    with db.reading() as session:
        assert said(session) == ["hai"]


def test_other_threads_run_while_the_commit_is_waited_for(spoken: None) -> None:
    ticks: list[float] = []
    slow = Call("pg_sleep", (701,))

    def tick() -> None:
        while len(ticks) < 10:
            ticks.append(time.monotonic())
            time.sleep(0.001)

    with db.transaction() as session:
        db.call_last(session, slow, ["0.3"])
        beside = threading.Thread(target=tick)
        beside.start()
    ended = time.monotonic()
    beside.join()
    assert ticks[5] < ended
