"""Create units, their conversions and commune boundaries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


class Box(sa.types.UserDefinedType[str]):
    """PostgreSQL's rectangle."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "box"


def upgrade() -> None:
    _create_units()
    _create_conversions()
    op.create_table(
        "commune_boundaries",
        sa.Column("commune_code", sa.String(5), nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("geometry", sa.LargeBinary, nullable=False),
        sa.Column("box", Box(), nullable=False),
        sa.Column("area_ha", sa.Float, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commune_code", name="pk_commune_boundaries"),
    )
    op.create_index(
        "ix_commune_boundaries_box", "commune_boundaries", ["box"], postgresql_using="gist"
    )

    op.create_table(
        "unit_editions",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_unit_editions"),
    )


def downgrade() -> None:
    op.drop_table("unit_editions")
    op.drop_table("commune_boundaries")
    op.drop_table("unit_conversions")
    op.drop_table("units")


def _create_units() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.String(5), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("parent_code", sa.String(5)),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("unit_type", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("full_name", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("label_en", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("spelling_key", sa.String(160), nullable=False),
        sa.Column("place_key", sa.String(200), nullable=False),
        sa.Column("search_key", sa.Text, nullable=False),
        sa.Column("sort_key", sa.String(200, collation="C"), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name="pk_units"),
        sa.CheckConstraint("valid_to > valid_from", name="ck_units_validity"),
        sa.CheckConstraint("level IN ('province', 'district', 'commune')", name="ck_units_level"),
    )
    op.create_index("ix_units_parent_code", "units", ["parent_code"])
    op.create_index("ix_units_level_sort_key", "units", ["level", "sort_key"])
    op.create_index(
        "ix_units_search_key",
        "units",
        [sa.text("to_tsvector('simple'::regconfig, search_key)")],
        postgresql_using="gin",
    )


def _create_conversions() -> None:
    op.create_table(
        "unit_conversions",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("old_code", sa.String(5), nullable=False),
        sa.Column("old_valid_from", sa.Date, nullable=False),
        sa.Column("new_code", sa.String(5), nullable=False),
        sa.Column("new_valid_from", sa.Date, nullable=False),
        sa.Column("extent", sa.String(5), nullable=False),
        sa.Column("note", sa.String(200), server_default="", nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_conversions"),
        sa.ForeignKeyConstraint(
            ["old_code", "old_valid_from"],
            ["units.code", "units.valid_from"],
            name="fk_unit_conversions_old_code_old_valid_from_units",
        ),
        sa.ForeignKeyConstraint(
            ["new_code", "new_valid_from"],
            ["units.code", "units.valid_from"],
            name="fk_unit_conversions_new_code_new_valid_from_units",
        ),
        sa.CheckConstraint("extent IN ('whole', 'part')", name="ck_unit_conversions_extent"),
    )
    op.create_index(
        "uq_unit_conversions_old_code_new_code",
        "unit_conversions",
        ["old_code", "new_code"],
        unique=True,
    )
    op.create_index("ix_unit_conversions_new_code", "unit_conversions", ["new_code"])
