"""Keep notes of our own keys that tell another log than ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_contradictions",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "root", name="pk_ledger_contradictions"),
    )
    op.execute(
        "CREATE TRIGGER ledger_contradictions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON ledger_contradictions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("ledger_contradictions")
