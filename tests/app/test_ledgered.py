"""Every column of every ledgered table is watched: altered, it is found, and said where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, delete, text
from sqlalchemy.orm import Session

from foundation import clock, db
from foundation.config import Config
from foundation.db import Base
from foundation.watching import WatchedSession
from ledger import verification
from ledger.rows import adoption, checking, listing, recording
from ledger.rows.forms import GROUPS, in_use
from shop.order_models import OrderBuyer
from tests.app.told_house import ToldHouse, told_house


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


def test_what_the_story_told_is_recorded_row_by_row(house: ToldHouse) -> None:
    with db.reading() as session:
        assert list(checking.faults(session)) == []
        assert list(listing.list_faults(session)) == []
        assert verification.verify(session) is None
        empty = [name for name in in_use() if not _rows(session, name)]
    print("tables without a row in the story:", empty)  # noqa: T201


def _rows(session: Session, table: str) -> int:
    return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


# Another value for a column, whatever it holds; None where PostgreSQL works the column out itself.
_OTHERS = {
    "TEXT": "CASE WHEN {c} = 'x' THEN 'y' ELSE 'x' END",
    "STRING": "CASE WHEN {c} = 'x' THEN 'y' ELSE 'x' END",
    "BOOLEAN": "NOT coalesce({c}, false)",
    "DATETIME": "coalesce({c}, '2026-01-01') + interval '1 microsecond'",
    "DATE": "coalesce({c}, '2026-01-01') + 1",
    "LARGE_BINARY": "coalesce({c}, ''::bytea) || '\\x00'::bytea",
    "JSONB": "jsonb_build_array({c})",
    "JSON": "json_build_array({c})",
    "ARRAY": "array_append({c}, NULL)",
    "TSVECTOR": "coalesce({c}, ''::tsvector) || 'x:1'::tsvector",
    "USER_DEFINED": "CASE WHEN {c} ~= '8,8,9,9'::box THEN '7,7,9,9' ELSE '8,8,9,9' END::box",
    "BIG_INTEGER": "coalesce({c}, 0) + 1000000",
    "INTEGER": "coalesce({c}, 0) + 1000000",
    "SMALL_INTEGER": "coalesce({c}, 0) + 77",
    "UUID": "gen_random_uuid()",
}


def _other(column: Column[Any]) -> str:
    kind = column.type.__visit_name__.upper()
    return _OTHERS.get(kind, "coalesce({c}, 0) + 1").format(c=f'"{column.name}"')


@pytest.fixture
def altering(house: ToldHouse) -> Iterator[Session]:
    """As the database's owner: no trigger, no constraint stands in the way; undone afterwards."""
    with house.database.primary.connect() as connection, WatchedSession(connection) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table, name in session.execute(
            text(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint c"
                " JOIN pg_class r ON r.oid = c.conrelid WHERE contype IN ('c', 'x')"
                " AND r.relnamespace = 'public'::regnamespace AND NOT r.relispartition"
            )
        ).all():
            session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
        for table in in_use():
            if not _rows(session, table):
                _invent_row(session, table)
        yield session
        session.rollback()


def _invent_row(session: Session, table: str) -> None:
    """A row where the story has none, recorded as the application records."""
    columns = [column for column in Base.metadata.tables[table].columns if column.computed is None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(
        f"(SELECT {_other(column)} FROM {table} RIGHT JOIN (SELECT 1) AS one ON true)"
        for column in columns
    )
    key = ", ".join(f'"{name}"' for name in in_use()[table].key)
    made = session.execute(
        text(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})"
            f" RETURNING {key}"
        )
    ).one()
    recording.touch(session, table, [tuple(made)])
    recording.settle(session)


def test_any_altered_column_of_any_table_is_located(altering: Session) -> None:
    """Every column of every ledgered table, one row each: found, and said where."""
    tried = 0
    for table, form in sorted(in_use().items()):
        key = altering.execute(text(f"SELECT {form.key_text} FROM {table} t LIMIT 1")).scalar_one()
        for column in Base.metadata.tables[table].columns:
            if column.computed is not None:
                continue
            with altering.begin_nested() as undone:
                altering.execute(
                    text(
                        f'UPDATE {table} t SET "{column.name}" = {_other(column)}'
                        f" WHERE {form.key_text} = :key"
                    ),
                    {"key": key},
                )
                found = list(checking.faults_of(altering, form))
                undone.rollback()
            whats = {fault.key: fault.what for fault in found}
            if column.primary_key:
                assert whats.pop(key) == "missing", (table, column.name)
                assert list(whats.values()) == ["unrecorded"], (table, column.name)
            else:
                group = next(g for g in GROUPS if column.name in getattr(form, g))
                assert whats == {key: group}, (table, column.name)
                assert found[0].recorded_at is not None
            tried += 1
    assert tried > 300


def test_removed_swapped_and_emptied_rows_are_located(altering: Session) -> None:
    form = in_use()["batches"]
    first, second = altering.execute(text("SELECT id FROM batches ORDER BY id LIMIT 2")).scalars()

    def after(*statements: str) -> dict[str, str]:
        with altering.begin_nested() as undone:
            for statement in statements:
                altering.execute(text(statement))
            found = {fault.key: fault.what for fault in checking.faults_of(altering, form)}
            undone.rollback()
        return found

    both = {f"[{first}]": "told, kept", f"[{second}]": "told, kept"}
    assert after(f"DELETE FROM batches WHERE id = {first}") == {f"[{first}]": "missing"}
    assert set(after("DELETE FROM batches").values()) == {"missing"}
    swapped = after(
        f"UPDATE batches SET id = -1 WHERE id = {first}",
        f"UPDATE batches SET id = {first} WHERE id = {second}",
        f"UPDATE batches SET id = {second} WHERE id = -1",
    )
    assert swapped.keys() == both.keys()
    # Its commitment gone too, the list it stood in is no longer the one that was signed.
    altering.execute(text(f"DELETE FROM ledger_rows WHERE row_key = '[{first}]'"))
    assert list(listing.list_faults(altering))


def test_what_was_there_before_is_adopted_but_not_what_is_wrong(altering: Session) -> None:
    first, second = altering.execute(text("SELECT id FROM products ORDER BY id LIMIT 2")).scalars()
    altering.execute(text(f"UPDATE products SET name = 'x' WHERE id IN ({first}, {second})"))
    wrong = frozenset({("products", f"[{first}]")})

    adoption.adopt(altering, leave=wrong, now=clock.now())

    found = [(fault.table, fault.key) for fault in checking.faults(altering)]
    assert found == list(wrong)


def test_a_row_that_is_erased_takes_the_salt_of_its_persons_along(altering: Session) -> None:
    group = altering.execute(text("SELECT group_id FROM order_buyers LIMIT 1")).scalar_one()
    salts = text("SELECT count(*) FROM ledger_salts WHERE table_name = 'order_buyers'")
    before = altering.execute(salts).scalar_one()

    altering.execute(delete(OrderBuyer).where(OrderBuyer.group_id == group))
    recording.settle(altering)

    assert altering.execute(salts).scalar_one() == before - 1
    assert list(checking.faults(altering)) == []
    assert list(listing.list_faults(altering)) == []
