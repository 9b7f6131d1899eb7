"""Remember the province in which a serial was looked up first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("serial_scans", sa.Column("first_place", sa.String(8)))


def downgrade() -> None:
    op.drop_column("serial_scans", "first_place")
