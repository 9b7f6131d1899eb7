"""The database's shape: migrations run under a lock, so that any number may start at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from foundation.places import folder

if TYPE_CHECKING:
    # Half a second of imports, needed only when there is something to migrate.
    from alembic.config import Config

_LOCK = 0x4E67756F  # "Nguo": the advisory lock of migrations


def _config(engine: Engine | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["engine"] = engine
    return config


@cache
def head() -> str:
    """The newest migration of this code: each is numbered by its file's name."""
    files = folder("migrations").joinpath("versions").iterdir()
    return max((file.name[:4] for file in files if file.name[:4].isdigit()), default="")


def version(bind: Engine | Connection) -> str | None:
    """The migration the database stands at."""
    if isinstance(bind, Connection):
        return _version(bind)
    with bind.connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return found


def is_current(bind: Engine | Connection) -> bool:
    """Whether the database fits this code."""
    return version(bind) == head()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the database to ``target``; a second caller waits for the first."""
    from alembic import command

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
    from alembic import command

    command.downgrade(_config(engine), target)
