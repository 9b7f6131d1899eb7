"""Create the product register: products, their photos, star certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_products()
    op.create_table(
        "product_photos",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("caption", sa.String(200)),
        sa.Column("full_hash", sa.String(64), nullable=False),
        sa.Column("full_width", sa.Integer, nullable=False),
        sa.Column("full_height", sa.Integer, nullable=False),
        sa.Column("card_hash", sa.String(64), nullable=False),
        sa.Column("card_width", sa.Integer, nullable=False),
        sa.Column("card_height", sa.Integer, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product_photos"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_photos_product_id_products"
        ),
        sa.UniqueConstraint(
            "product_id", "full_hash", name="uq_product_photos_product_id_full_hash"
        ),
    )
    for column in ("product_id", "full_hash", "card_hash"):
        op.create_index(f"ix_product_photos_{column}", "product_photos", [column])
    op.create_table(
        "star_certificates",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("stars", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("decision", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_star_certificates"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_star_certificates_product_id_products"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["people.id"],
            name="fk_star_certificates_recorded_by_id_people",
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        sa.CheckConstraint("valid_to > valid_from", name="validity"),
        sa.UniqueConstraint("product_id", "number", name="uq_star_certificates_product_id_number"),
    )
    op.create_index("ix_star_certificates_product_id", "star_certificates", ["product_id"])


def downgrade() -> None:
    op.drop_table("star_certificates")
    op.drop_table("product_photos")
    op.drop_table("products")


def _create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200)),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("gtin", sa.String(14)),
        sa.Column("ocop_group", sa.String(40)),
        sa.Column("unit", sa.String(3), nullable=False),
        sa.Column("net_content", sa.Numeric(18, 3)),
        sa.Column("net_unit", sa.String(3)),
        sa.Column("shelf_life_days", sa.Integer),
        sa.Column("storage", sa.Text),
        sa.Column("ingredients", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("description_en", sa.Text),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("search_folded", TSVECTOR, nullable=False),
        sa.Column("search_exact", TSVECTOR, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("code", name="uq_products_code"),
        sa.UniqueConstraint("slug", name="uq_products_slug"),
        sa.UniqueConstraint("gtin", name="uq_products_gtin"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_products_organisation_id_organisations",
        ),
        sa.CheckConstraint("gtin IS NULL OR gtin ~ '^[0-9]{14}$'", name="gtin_form"),
        sa.CheckConstraint("shelf_life_days IS NULL OR shelf_life_days > 0", name="shelf_life"),
        sa.CheckConstraint("(net_content IS NULL) = (net_unit IS NULL)", name="net_content_unit"),
    )
    for column in ("organisation_id", "name_key", "ocop_group", "province_code"):
        op.create_index(f"ix_products_{column}", "products", [column])
    for column in ("search_folded", "search_exact"):
        op.create_index(f"ix_products_{column}", "products", [column], postgresql_using="gin")
