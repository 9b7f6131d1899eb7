"""Let makers declare brand, safety warnings and the page on the state's portal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("brand", sa.String(120)))
    op.add_column("products", sa.Column("warnings", sa.Text))
    op.add_column("products", sa.Column("portal_url", sa.String(300)))


def downgrade() -> None:
    op.drop_column("products", "portal_url")
    op.drop_column("products", "warnings")
    op.drop_column("products", "brand")
