"""Keep every outline a parcel had, so that what a batch named stays what it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLE = "growing_parcel_versions"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=True),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("held_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('first', 'renamed', 'redrawn', 'cut')", name=op.f(f"ck_{_TABLE}_kind")
        ),
        sa.CheckConstraint("area_m2 > 0", name=op.f(f"ck_{_TABLE}_area")),
        sa.CheckConstraint(
            "(geometry IS NULL) = (origin = 'listed')", name=op.f(f"ck_{_TABLE}_outline")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["growing_parcels.id"],
            name=op.f(f"fk_{_TABLE}_parcel_id_growing_parcels"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("parcel_id", "number", name=op.f(f"uq_{_TABLE}_parcel_id_number")),
    )
    # What parcels were before is not known: their present state counts from their first day.
    op.execute(
        """
        INSERT INTO growing_parcel_versions
            (parcel_id, number, kind, label, geometry, area_m2, origin, held_from, drawn_by_id)
        SELECT id, 1, 'first', label, geometry, area_m2, origin, created_at, created_by_id
        FROM growing_parcels ORDER BY id
        """
    )
    # Deleted they are with a draft's parcels, which nothing names; changed they are never.
    op.execute(
        f"CREATE TRIGGER {_TABLE}_stay BEFORE UPDATE ON {_TABLE}"
        " FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_stay_whole BEFORE TRUNCATE ON {_TABLE}"
        " FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
    )


def downgrade() -> None:
    op.drop_table(_TABLE)
