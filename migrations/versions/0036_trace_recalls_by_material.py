"""Trace recalls by material: the catalogue's row, a second letter, walks down by index alone.

Holds of recalls that were closed end with them: nobody has anything to decide about them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None

_DOWN = "ix_trace_edges_parent_id_child_id"


def upgrade() -> None:
    op.drop_index(_DOWN, "trace_edges")
    op.create_index(
        _DOWN, "trace_edges", ["parent_id", "child_id"], postgresql_include=["event_id"]
    )
    op.add_column("recalls", sa.Column("material_id", sa.BigInteger))
    op.create_foreign_key(
        "fk_recalls_material_id_permitted_materials",
        "recalls",
        "permitted_materials",
        ["material_id"],
        ["id"],
    )
    op.add_column(
        "recall_notices",
        sa.Column("stage", sa.String(10), nullable=False, server_default="recalled"),
    )
    op.create_check_constraint(
        op.f("ck_recall_notices_stage"), "recall_notices", "stage IN ('recalled', 'lifted')"
    )
    _key_notices("recall_id", "group_id", "stage")
    _end_holds()


def downgrade() -> None:
    op.execute("DELETE FROM recall_notices WHERE stage = 'lifted'")
    _key_notices("recall_id", "group_id")
    op.drop_column("recall_notices", "stage")
    op.drop_column("recalls", "material_id")
    op.drop_index(_DOWN, "trace_edges")
    op.create_index(_DOWN, "trace_edges", ["parent_id", "child_id"])


def _key_notices(*columns: str) -> None:
    op.drop_constraint("pk_recall_notices", "recall_notices", type_="primary")
    op.create_primary_key("pk_recall_notices", "recall_notices", list(columns))


def _end_holds() -> None:
    op.execute(
        "UPDATE batch_holds h SET lifted_at = r.ended_at, lifted_because = 'recall_closed'"
        " FROM recalls r WHERE r.state = 'closed' AND h.lifted_at IS NULL"
        " AND h.cause = 'recall:' || r.code"
    )
