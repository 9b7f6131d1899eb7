"""Give organisations location numbers, products a past of numbers, and labels further links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("gln", sa.String(13)))
    op.create_unique_constraint("uq_organisations_gln", "organisations", ["gln"])
    op.create_check_constraint(
        op.f("ck_organisations_gln_form"), "organisations", "gln IS NULL OR gln ~ '^[0-9]{13}$'"
    )
    _create_numbers()
    _create_links()


def downgrade() -> None:
    op.drop_table("product_links")
    op.drop_table("product_gtins")
    op.drop_column("organisations", "gln")


def _create_numbers() -> None:
    op.create_table(
        "product_gtins",
        sa.Column("gtin", sa.String(14), primary_key=True),
        sa.Column(
            "product_id", sa.BigInteger(), sa.ForeignKey("products.id"), nullable=False, index=True
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_form"),
    )
    op.execute(
        "INSERT INTO product_gtins (gtin, product_id, given_at)"
        " SELECT gtin, id, created_at FROM products WHERE gtin IS NOT NULL"
    )


def _create_links() -> None:
    op.create_table(
        "product_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "product_id", sa.BigInteger(), sa.ForeignKey("products.id"), nullable=False, index=True
        ),
        sa.Column("link_type", sa.String(60), nullable=False),
        sa.Column("href", sa.String(500), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("language", sa.String(5)),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger()),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("href LIKE 'https://%'", name="https"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
    )
