"""Add rural-tourism places, their photos and what one buys there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_places()
    _create_photos()
    _create_products()


def downgrade() -> None:
    for table in ("tourism_place_products", "tourism_place_photos", "tourism_places"):
        op.drop_table(table)


def _create_places() -> None:
    op.create_table(
        "tourism_places",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(140), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200)),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("address", sa.String(300)),
        sa.Column("lon", sa.Float),
        sa.Column("lat", sa.Float),
        sa.Column("description", sa.Text),
        sa.Column("description_en", sa.Text),
        sa.Column("opening_hours", JSONB, nullable=False),
        sa.Column("season", sa.String(300)),
        sa.Column("to_buy", sa.Text),
        sa.Column("website", sa.String(300)),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("closed_reason", sa.Text),
        sa.Column("confirmed_on", sa.Date, nullable=False),
        sa.Column("search", TSVECTOR, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tourism_places"),
        sa.UniqueConstraint("code", name="uq_tourism_places_code"),
        sa.UniqueConstraint("slug", name="uq_tourism_places_slug"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_tourism_places_organisation_id_organisations",
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'closed')", name="ck_tourism_places_status"
        ),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="ck_tourism_places_position"),
        sa.CheckConstraint(
            "lon BETWEEN 102 AND 118 AND lat BETWEEN 6 AND 24", name="ck_tourism_places_in_vietnam"
        ),
    )
    op.create_index("ix_tourism_places_name_key", "tourism_places", ["name_key"])
    op.create_index("ix_tourism_places_organisation_id", "tourism_places", ["organisation_id"])
    op.create_index(
        "ix_tourism_places_province_code_status", "tourism_places", ["province_code", "status"]
    )
    op.create_index(
        "ix_tourism_places_search", "tourism_places", ["search"], postgresql_using="gin"
    )


def _create_photos() -> None:
    op.create_table(
        "tourism_place_photos",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("place_id", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("caption", sa.String(200)),
        sa.Column("full_hash", sa.String(64), nullable=False),
        sa.Column("full_width", sa.Integer, nullable=False),
        sa.Column("full_height", sa.Integer, nullable=False),
        sa.Column("card_hash", sa.String(64), nullable=False),
        sa.Column("card_width", sa.Integer, nullable=False),
        sa.Column("card_height", sa.Integer, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tourism_place_photos"),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["tourism_places.id"],
            name="fk_tourism_place_photos_place_id_tourism_places",
        ),
        sa.UniqueConstraint(
            "place_id", "full_hash", name="uq_tourism_place_photos_place_id_full_hash"
        ),
    )
    for column in ("place_id", "full_hash", "card_hash"):
        op.create_index(f"ix_tourism_place_photos_{column}", "tourism_place_photos", [column])


def _create_products() -> None:
    op.create_table(
        "tourism_place_products",
        sa.Column("place_id", sa.BigInteger, nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("place_id", "product_id", name="pk_tourism_place_products"),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["tourism_places.id"],
            name="fk_tourism_place_products_place_id_tourism_places",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_tourism_place_products_product_id_products",
        ),
    )
    op.create_index(
        "ix_tourism_place_products_product_id", "tourism_place_products", ["product_id"]
    )
