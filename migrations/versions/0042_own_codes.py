"""Give organisations their company prefix, and links to every code of theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("gs1_prefix", sa.String(12)))
    op.add_column("organisations", sa.Column("gs1_prefix_confirmed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "organisations",
        sa.Column(
            "gs1_prefix_confirmed_by_id",
            sa.BigInteger(),
            sa.ForeignKey(
                "people.id",
                ondelete="SET NULL",
                name="fk_organisations_gs1_prefix_confirmed_by_id_people",
            ),
        ),
    )
    op.create_unique_constraint("uq_organisations_gs1_prefix", "organisations", ["gs1_prefix"])
    op.create_check_constraint(
        op.f("ck_organisations_gs1_prefix_form"),
        "organisations",
        "gs1_prefix IS NULL OR gs1_prefix ~ '^[0-9]{6,12}$'",
    )
    op.add_column("product_links", sa.Column("context", sa.String(40)))
    _create_links()


def downgrade() -> None:
    op.drop_table("key_links")
    op.drop_column("product_links", "context")
    op.drop_column("organisations", "gs1_prefix_confirmed_by_id")
    op.drop_column("organisations", "gs1_prefix_confirmed_at")
    op.drop_column("organisations", "gs1_prefix")


def _create_links() -> None:
    op.create_table(
        "key_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "organisation_id", sa.BigInteger(), sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("link_type", sa.String(60), nullable=False),
        sa.Column("href", sa.String(500), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("language", sa.String(5)),
        sa.Column("context", sa.String(40)),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger()),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("href LIKE 'https://%'", name="https"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
    )
    op.create_index(
        "ix_key_links_path", "key_links", ["path"], postgresql_where=sa.text("removed_at IS NULL")
    )
    op.create_index("ix_key_links_organisation_id", "key_links", ["organisation_id", "path"])
