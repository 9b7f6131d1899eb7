"""Runs migrations on the engine that ``foundation.schema`` hands over, one transaction each."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from foundation.db import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    # A page may take a minute at most; an index of a large house is built as long as it takes.
    connection.execute(text("SET statement_timeout = 0"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("RESET statement_timeout"))
    connection.commit()
