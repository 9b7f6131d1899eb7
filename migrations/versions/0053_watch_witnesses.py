"""Let witnesses be suspended, and keep what they bring that tells another log than ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ledger_witnesses", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "ledger_alarms",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("witness_id", sa.BigInteger),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_alarms"),
        sa.UniqueConstraint("size", "root", "code", name="uq_ledger_alarms_size_root_code"),
        sa.ForeignKeyConstraint(
            ["witness_id"],
            ["ledger_witnesses.id"],
            name="fk_ledger_alarms_witness_id_ledger_witnesses",
        ),
    )
    op.create_index("ix_ledger_alarms_witness_id", "ledger_alarms", ["witness_id"])


def downgrade() -> None:
    op.drop_table("ledger_alarms")
    op.drop_column("ledger_witnesses", "suspended_at")
