"""Keep issued papers: what each certificate and decision said when it was first printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLE = "growing_area_issues"


def upgrade() -> None:
    """Add the table; like editions, its rows only ever come."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("area_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version_id", sa.BigInteger, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("neighbours", JSONB, nullable=False),
        sa.CheckConstraint("kind IN ('certificate', 'decision')", name=op.f(f"ck_{_TABLE}_kind")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["growing_areas.id"], name=f"fk_{_TABLE}_area_id_growing_areas"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["growing_plot_versions.id"],
            name=f"fk_{_TABLE}_version_id_growing_plot_versions",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("area_id", "kind", "number", name=f"uq_{_TABLE}_area_id_kind_number"),
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_stay BEFORE UPDATE OR DELETE"
        f" ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_stay_whole BEFORE TRUNCATE"
        f" ON {_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
    )


def downgrade() -> None:
    """Drop it; papers are told from the register again."""
    op.drop_table(_TABLE)
