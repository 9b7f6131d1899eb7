"""Leave room beside batches: their state changes several times, and no index with it.

A changed row that finds room on its own page needs no new entry in any index. A recall changes
thousands at once. Pages written from now on leave the room; old ones get it when they are rewritten
(``VACUUM FULL batches``), which no migration does for a table that is in use.
"""

from __future__ import annotations

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE batches SET (fillfactor = 70)")


def downgrade() -> None:
    op.execute("ALTER TABLE batches RESET (fillfactor)")
