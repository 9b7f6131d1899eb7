"""Add exports of area lists under way, and the published versions of open data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; files themselves lie beside the store, by their content."""
    _create_exports()
    _create_versions()
    _create_files()


def downgrade() -> None:
    """Drop them; files nobody names any more are swept by the next run."""
    for table in ("open_data_files", "open_data_versions", "area_exports"):
        op.drop_table(table)


def _create_exports() -> None:
    op.create_table(
        "area_exports",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("query", JSONB, nullable=False),
        sa.Column("expected_rows", sa.BigInteger, nullable=False),
        sa.Column("row_count", sa.BigInteger),
        sa.Column("digest", sa.String(64)),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("queue_id", sa.BigInteger),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_area_exports"),
    )
    op.create_index("ix_area_exports_person_id", "area_exports", ["person_id"])


def _create_versions() -> None:
    op.create_table(
        "open_data_versions",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("dataset", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_open_data_versions"),
        sa.UniqueConstraint("dataset", "number", name="uq_open_data_versions_dataset_number"),
    )


def _create_files() -> None:
    op.create_table(
        "open_data_files",
        sa.Column("version_id", sa.BigInteger, nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "format", name="pk_open_data_files"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["open_data_versions.id"],
            name="fk_open_data_files_version_id_open_data_versions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_open_data_files_digest", "open_data_files", ["digest"])
