"""One line of migrations, equal to the models, and reversible on a database with rows."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from app import rooms, starting
from app.demo import story
from foundation import db, schema
from foundation.config import Config
from foundation.db import Base

_QUEUE = "procrastinate"


def _ours(name: str | None, kind: str) -> bool:
    """Procrastinate's tables and partitions are not models of ours."""
    parts = ("_p20" in name or name.endswith("_default")) if name else False
    return not (kind == "table" and name and (name.startswith(_QUEUE) or parts))


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1


def test_models_and_migrations_describe_the_same_tables(connection: Connection) -> None:
    rooms.load(rooms.MODELS)
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _parents: _ours(name, kind),
        },
    )

    differences: list[Any] = compare_metadata(context, Base.metadata)

    assert differences == []


def test_every_migration_goes_down_and_up_again(
    own_database: db.Database, test_config: Config
) -> None:
    starting.register(test_config)
    story.load(test_config)

    schema.downgrade(own_database.primary, "base")
    with own_database.primary.connect() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        ).scalar_one()
        types = connection.execute(
            text(
                "SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
                " WHERE n.nspname = 'public' AND t.typtype IN ('e', 'c')"
                " AND t.typname <> 'alembic_version'"
            )
        ).scalar_one()

    schema.upgrade(own_database.primary)

    assert left == 1, "only alembic's own table is left at the bottom"
    assert types == 0
    assert schema.is_current(own_database.primary)


def test_a_migration_takes_as_long_as_it_needs_and_a_page_no_longer(
    own_database: db.Database,
) -> None:
    engine = own_database.primary
    said: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    schema.downgrade(engine, schema.head())
    event.remove(engine, "before_cursor_execute", note)

    assert said[0] == "SET statement_timeout = 0"
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "1min"
