"""Group the areas of one imported file, so that they can be taken back as one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_uploads()
    _create_imports()
    op.add_column("growing_areas", sa.Column("import_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_growing_areas_import_id_growing_area_imports"),
        "growing_areas",
        "growing_area_imports",
        ["import_id"],
        ["id"],
    )
    op.create_index(op.f("ix_growing_areas_import_id"), "growing_areas", ["import_id"])


def downgrade() -> None:
    op.drop_column("growing_areas", "import_id")
    op.drop_table("growing_area_imports")
    op.drop_table("growing_area_uploads")


def _create_uploads() -> None:
    table = "growing_area_uploads"
    op.create_table(
        table,
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("feature_count", sa.Integer(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "digest", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_sent_at"), table, ["sent_at"])


def _create_imports() -> None:
    table = "growing_area_imports"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("area_count", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("wishes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'stored', 'refused', 'undone')", name=op.f(f"ck_{table}_state")
        ),
        sa.CheckConstraint(
            "(stored_at IS NOT NULL) = (state IN ('stored', 'undone'))",
            name=op.f(f"ck_{table}_stored"),
        ),
        sa.CheckConstraint(
            "(undone_at IS NOT NULL) = (state = 'undone')", name=op.f(f"ck_{table}_undone")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f(f"fk_{table}_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id_id"), table, ["organisation_id", "id"])
