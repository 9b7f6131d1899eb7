"""Create the ledger: entries, their places in the tree, signed checkpoints; all append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("ledger_entries", "ledger_leaves", "ledger_nodes", "ledger_checkpoints")


def upgrade() -> None:
    _create_entries()
    _create_tree()
    _create_checkpoints()
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in ("ledger_checkpoints", "ledger_nodes", "ledger_leaves", "ledger_waiting"):
        op.drop_table(table)
    op.drop_table("ledger_entries")
    op.execute("DROP FUNCTION refuse_change()")


def _create_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
    )
    op.create_index("ix_ledger_entries_subject", "ledger_entries", ["subject"])
    op.create_table(
        "ledger_waiting",
        sa.Column("entry_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_waiting"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_waiting_entry_id_ledger_entries"
        ),
    )


def _create_tree() -> None:
    op.create_table(
        "ledger_leaves",
        sa.Column("sequence", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_ledger_leaves"),
        sa.UniqueConstraint("entry_id", name="uq_ledger_leaves_entry_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_leaves_entry_id_ledger_entries"
        ),
    )
    op.create_table(
        "ledger_nodes",
        sa.Column("level", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_ledger_nodes"),
    )


def _create_checkpoints() -> None:
    op.create_table(
        "ledger_checkpoints",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_ledger_checkpoints"),
    )
