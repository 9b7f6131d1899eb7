"""Runs migrations on the engine that ``foundation.schema`` hands over, one transaction each."""

from __future__ import annotations

from alembic import context

from foundation.db import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
