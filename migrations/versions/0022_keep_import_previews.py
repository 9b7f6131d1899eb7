"""Keep previews of imports: the unread file, what its sender wishes, what was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLE = "growing_area_uploads"


def upgrade() -> None:
    """Add what a preview holds; files read before have none and are sent again."""
    op.add_column(_TABLE, sa.Column("content", sa.LargeBinary()))
    op.add_column(_TABLE, sa.Column("system", sa.String(8)))
    op.add_column(_TABLE, sa.Column("wishes", JSONB, nullable=False, server_default="{}"))
    op.add_column(_TABLE, sa.Column("left_out", JSONB, nullable=False, server_default="[]"))
    op.add_column(_TABLE, sa.Column("preview", sa.LargeBinary()))
    op.add_column(_TABLE, sa.Column("findings", JSONB, nullable=False, server_default="[]"))
    op.add_column(_TABLE, sa.Column("job_id", sa.BigInteger()))


def downgrade() -> None:
    """Drop it; uploads are kept for a day only."""
    for column in ("job_id", "findings", "preview", "left_out", "wishes", "system", "content"):
        op.drop_column(_TABLE, column)
