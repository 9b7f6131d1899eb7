"""Count the numbers that packed units get out of their packer's company prefix."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_numbers",
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("given", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_unit_numbers"),
    )


def downgrade() -> None:
    op.drop_table("unit_numbers")
