"""Create packing houses: the register, standards, deliveries, decisions, visits and codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = (
    "packing_houses",
    "packing_house_codes",
    "packing_house_events",
    "packing_house_inspections",
    "packing_house_standards",
    "packing_house_areas",
)
# What was decided or seen stays as it was.
_APPEND_ONLY = ("packing_house_events", "packing_house_inspections", "packing_house_codes")


def upgrade() -> None:
    _create_packing_houses()
    _create_packing_house_codes()
    _create_packing_house_events()
    _create_packing_house_inspections()
    _create_packing_house_standards()
    _create_packing_house_areas()
    _block_changes()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _block_changes() -> None:
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stay_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
        )


def _create_packing_houses() -> None:
    op.create_table(
        "packing_houses",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("commune_code", sa.String(length=8), nullable=False),
        sa.Column("province_code", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("crops", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("products", sa.String(length=500), nullable=False),
        sa.Column("markets", postgresql.ARRAY(sa.String(length=8)), nullable=False),
        sa.Column("capacity_kg", sa.Numeric(precision=18, scale=3), nullable=True),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(code IS NULL) = (status IN ('draft', 'submitted', 'inspected'))",
            name=op.f("ck_packing_houses_coded"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'inspected', 'approved', 'suspended', 'revoked',"
            " 'expired')",
            name=op.f("ck_packing_houses_status"),
        ),
        sa.CheckConstraint(
            "(lon IS NULL) = (lat IS NULL)", name=op.f("ck_packing_houses_position")
        ),
        sa.CheckConstraint("capacity_kg > 0", name=op.f("ck_packing_houses_capacity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_packing_houses_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_houses")),
        sa.UniqueConstraint("code", name=op.f("uq_packing_houses_code")),
    )
    op.create_index(
        op.f("ix_packing_houses_name_key"), "packing_houses", ["name_key"], unique=False
    )
    op.create_index(
        op.f("ix_packing_houses_organisation_id_status"),
        "packing_houses",
        ["organisation_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_packing_houses_province_code_commune_code_status"),
        "packing_houses",
        ["province_code", "commune_code", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_packing_houses_status_lon_lat"),
        "packing_houses",
        ["status", "lon", "lat"],
        unique=False,
    )


def _create_packing_house_codes() -> None:
    op.create_table(
        "packing_house_codes",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("as_printed", sa.String(length=40), nullable=True),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column("commune_code", sa.String(length=8), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("decision_number", sa.String(length=80), nullable=True),
        sa.Column("agency", sa.String(length=200), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind != 'official' OR (decision_number IS NOT NULL AND agency IS NOT NULL"
            " AND decided_on IS NOT NULL AND as_printed IS NOT NULL)",
            name=op.f("ck_packing_house_codes_decision"),
        ),
        sa.CheckConstraint(
            "kind IN ('internal', 'official')", name=op.f("ck_packing_house_codes_kind")
        ),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["packing_houses.id"],
            name=op.f("fk_packing_house_codes_house_id_packing_houses"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_packing_house_codes")),
        sa.UniqueConstraint("house_id", name=op.f("uq_packing_house_codes_house_id")),
        sa.UniqueConstraint(
            "template",
            "commune_code",
            "serial",
            name=op.f("uq_packing_house_codes_template_commune_code_serial"),
        ),
    )
    op.create_index(
        op.f("ix_packing_house_codes_as_printed"),
        "packing_house_codes",
        ["as_printed"],
        unique=False,
    )


def _create_packing_house_events() -> None:
    op.create_table(
        "packing_house_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_status", sa.String(length=12), nullable=False),
        sa.Column("to_status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["packing_houses.id"],
            name=op.f("fk_packing_house_events_house_id_packing_houses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_house_events")),
    )
    op.create_index(
        op.f("ix_packing_house_events_house_id_happened_at"),
        "packing_house_events",
        ["house_id", "happened_at"],
        unique=False,
    )


def _create_packing_house_inspections() -> None:
    op.create_table(
        "packing_house_inspections",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["packing_houses.id"],
            name=op.f("fk_packing_house_inspections_house_id_packing_houses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_house_inspections")),
    )
    op.create_index(
        op.f("ix_packing_house_inspections_house_id"),
        "packing_house_inspections",
        ["house_id"],
        unique=False,
    )


def _create_packing_house_standards() -> None:
    op.create_table(
        "packing_house_standards",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("standard", sa.String(length=40), nullable=False),
        sa.Column("certificate_number", sa.String(length=80), nullable=False),
        sa.Column("certifier", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["packing_houses.id"],
            name=op.f("fk_packing_house_standards_house_id_packing_houses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_house_standards")),
    )
    op.create_index(
        op.f("ix_packing_house_standards_house_id"),
        "packing_house_standards",
        ["house_id"],
        unique=False,
    )


def _create_packing_house_areas() -> None:
    op.create_table(
        "packing_house_areas",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["growing_areas.id"],
            name=op.f("fk_packing_house_areas_area_id_growing_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["house_id"],
            ["packing_houses.id"],
            name=op.f("fk_packing_house_areas_house_id_packing_houses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_house_areas")),
        sa.UniqueConstraint(
            "house_id", "area_id", name=op.f("uq_packing_house_areas_house_id_area_id")
        ),
    )
    op.create_index(
        op.f("ix_packing_house_areas_area_id"), "packing_house_areas", ["area_id"], unique=False
    )
