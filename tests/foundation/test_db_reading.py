"""What a read leaves behind: nothing written, and the statements the driver prepared."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from accounts.models import Person
from foundation import db
from foundation.db import Database


@pytest.fixture
def one(server_url: str) -> Any:
    engine = create_engine(server_url, pool_size=1, max_overflow=0)
    database = Database(engine, engine, engine)
    db.use(database)
    yield database
    db.use(None)
    database.dispose()


def _prepared() -> int:
    with db.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0)


def _ask(times: int) -> None:
    for _ in range(times):
        with db.reading() as session:
            session.execute(text("SELECT 1 + :more"), {"more": 1})


def test_reads_keep_the_statements_that_were_prepared(one: Database) -> None:
    _ask(12)

    assert _prepared() >= 2


def test_a_read_that_failed_leaves_the_next_one_whole(one: Database) -> None:
    _ask(12)
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("SELECT 1 / 0"))

    _ask(2)
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("CREATE TABLE never (id integer)"))
    _ask(1)


def test_what_a_page_changed_in_its_objects_is_not_written(own_database: Database) -> None:
    with db.reading() as session:
        session.add(Person(name="Không ai", name_key="khong ai", email="khong@ai.vn"))

    with db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM people WHERE email = 'khong@ai.vn'")) == 0
