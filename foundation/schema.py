"""The database's shape: migrations run under a lock, so that any number may start at once."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from foundation.places import folder

_LOCK = 0x4E67756F  # "Nguo": the advisory lock of migrations


def _config(engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["engine"] = engine
    return config


@cache
def head() -> str:
    """The newest migration of this code."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def version(bind: Engine | Connection) -> str | None:
    """The migration the database stands at."""
    if isinstance(bind, Connection):
        return MigrationContext.configure(bind).get_current_revision()
    with bind.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(bind: Engine | Connection) -> bool:
    """Whether the database fits this code."""
    return version(bind) == head()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the database to ``target``; a second caller waits for the first."""
    with engine.connect() as guard:
        # The lock's connection does nothing else; waiting for it must not run into a timeout.
        guard.execute(text("SET lock_timeout = 0"))
        guard.execute(text("SET statement_timeout = 0"))
        guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(_config(engine), target)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            guard.rollback()


def downgrade(engine: Engine, target: str) -> None:
    """Take migrations back, down to ``target``."""
    command.downgrade(_config(engine), target)
