"""Take words back: confirmed claims, and what buyers were told of lots that left a recall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_STAGE = "ck_recall_notices_stage"


def upgrade() -> None:
    op.add_column("step_claims", sa.Column("taken_back_at", sa.DateTime(timezone=True)))
    op.add_column("step_claims", sa.Column("taken_back_by_id", sa.BigInteger))
    op.add_column("step_claims", sa.Column("taken_back_as", sa.String(6)))
    op.create_check_constraint(
        "taken_back",
        "step_claims",
        "taken_back_as IN ('owner', 'office')"
        " AND (taken_back_at IS NULL) = (taken_back_as IS NULL)",
    )
    op.add_column("recall_notices", sa.Column("batch_ids", sa.ARRAY(sa.BigInteger)))
    op.drop_constraint(op.f(_STAGE), "recall_notices")
    op.create_check_constraint("stage", "recall_notices", "stage IN ('recalled', 'lifted', 'left')")


def downgrade() -> None:
    op.drop_constraint(op.f(_STAGE), "recall_notices")
    op.execute("DELETE FROM recall_notices WHERE stage = 'left'")
    op.create_check_constraint("stage", "recall_notices", "stage IN ('recalled', 'lifted')")
    op.drop_column("recall_notices", "batch_ids")
    op.drop_constraint(op.f("ck_step_claims_taken_back"), "step_claims")
    for column in ("taken_back_as", "taken_back_by_id", "taken_back_at"):
        op.drop_column("step_claims", column)
