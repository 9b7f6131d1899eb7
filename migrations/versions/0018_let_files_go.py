"""Let files go: every row that holds a file names it by a foreign key; unheld ones carry a day.

Papers and certificates taken out of a dossier keep their file only where a decision rests on it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NEW_KEYS = (
    ("growing_plot_households", "agreement_hash"),
    ("label_jobs", "file_digest"),
    ("product_photos", "full_hash"),
    ("product_photos", "card_hash"),
    ("tourism_place_photos", "full_hash"),
    ("tourism_place_photos", "card_hash"),
)
_NEW_INDEXES = (
    ("growing_area_certificates", "file_digest"),
    ("growing_area_papers", "file_digest"),
    ("growing_area_visit_photos", "file_digest"),
    ("growing_area_visit_photos", "card_digest"),
    ("growing_plot_households", "agreement_hash"),
    ("label_jobs", "file_digest"),
)
_RESTS = """EXISTS (
    SELECT 1 FROM growing_area_events e WHERE e.area_id = p.area_id
    AND e.action IN ('approve', 'amend_approve', 'restore', 'renew')
    AND e.happened_at BETWEEN p.{added} AND p.removed_at
)"""


def upgrade() -> None:
    """Add keys and indexes, then let go what removed papers and certificates still hold."""
    op.add_column("stored_files", sa.Column("unheld_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_stored_files_unheld",
        "stored_files",
        ["unheld_at"],
        postgresql_where=sa.text("unheld_at IS NOT NULL"),
    )
    for table, column in _NEW_INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table, column in _NEW_KEYS:
        op.create_foreign_key(
            f"fk_{table}_{column}_stored_files", table, "stored_files", [column], ["digest"]
        )
    op.alter_column("growing_area_papers", "file_digest", nullable=True)
    op.create_check_constraint(
        op.f("ck_growing_area_papers_file"),
        "growing_area_papers",
        "file_digest IS NOT NULL OR removed_at IS NOT NULL",
    )
    for table, added in (
        ("growing_area_papers", "added_at"),
        ("growing_area_certificates", "recorded_at"),
    ):
        op.execute(
            f"UPDATE {table} p SET file_digest = NULL"  # noqa: S608 - constant names
            f" WHERE p.removed_at IS NOT NULL AND NOT {_RESTS.format(added=added)}"
        )


def downgrade() -> None:
    """Take keys and indexes back; a removed paper without its file cannot be told any more."""
    op.execute("DELETE FROM growing_area_papers WHERE file_digest IS NULL")
    op.drop_constraint(op.f("ck_growing_area_papers_file"), "growing_area_papers")
    op.alter_column("growing_area_papers", "file_digest", nullable=False)
    for table, column in _NEW_KEYS:
        op.drop_constraint(f"fk_{table}_{column}_stored_files", table)
    for table, column in _NEW_INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_index("ix_stored_files_unheld", "stored_files")
    op.drop_column("stored_files", "unheld_at")
