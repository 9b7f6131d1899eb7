"""Let the name of a batch opened by mistake go, where nobody outside was told of it.

Of batches undone before, nobody knows any more who was told: they keep their names.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_NAME = "uq_batches_product_id_lot"
# A name that was given twice can be kept by one only: the batch that never was gives way.
_PART = """
UPDATE batches v SET lot = left('X' || v.id, 20)
WHERE v.voided_at IS NOT NULL AND v.name_kept_because IS NULL AND EXISTS (
    SELECT FROM batches o WHERE o.product_id = v.product_id AND o.lot = v.lot AND o.id <> v.id)"""


def upgrade() -> None:
    op.add_column("batches", sa.Column("name_kept_because", sa.String(10)))
    op.execute("UPDATE batches SET name_kept_because = 'unknown' WHERE voided_at IS NOT NULL")
    op.create_check_constraint(
        "name_kept", "batches", "name_kept_because IS NULL OR voided_at IS NOT NULL"
    )
    op.drop_constraint(_NAME, "batches")
    op.create_index(
        _NAME,
        "batches",
        ["product_id", "lot"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL OR name_kept_because IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute(_PART)
    op.drop_index(_NAME, "batches")
    op.create_unique_constraint(_NAME, "batches", ["product_id", "lot"])
    op.drop_constraint("name_kept", "batches", type_="check")
    op.drop_column("batches", "name_kept_because")
