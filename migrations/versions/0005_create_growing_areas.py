"""Create plots, registrations, codes, households, inspections and the farm diary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from territory.models import Box

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = (
    "growing_plots",
    "growing_plot_versions",
    "growing_areas",
    "growing_area_households",
    "growing_area_events",
    "growing_area_inspections",
    "growing_area_codes",
    "diary_entries",
)
# What was drawn, decided, seen in the field or written in the diary stays as it was.
_APPEND_ONLY = (
    "growing_plot_versions",
    "growing_area_events",
    "growing_area_inspections",
    "growing_area_codes",
    "diary_entries",
)


def upgrade() -> None:
    _create_growing_plots()
    _create_growing_plot_versions()
    _create_growing_areas()
    _create_growing_area_households()
    _create_growing_area_events()
    _create_growing_area_inspections()
    _create_growing_area_codes()
    _create_diary_entries()
    _block_changes()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION growing_areas_stay()")


def _block_changes() -> None:
    op.execute(
        """
        CREATE FUNCTION growing_areas_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stay_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
        )


def _create_growing_plots() -> None:
    op.create_table(
        "growing_plots",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_growing_plots_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_plots")),
    )
    op.create_index(op.f("ix_growing_plots_organisation_id"), "growing_plots", ["organisation_id"])


def _create_growing_plot_versions() -> None:
    op.create_table(
        "growing_plot_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("plot_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.Column("box", Box(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("perimeter_m", sa.Float(), nullable=False),
        sa.Column("centroid_lon", sa.Float(), nullable=False),
        sa.Column("centroid_lat", sa.Float(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('drawn', 'file', 'pasted', 'api')",
            name=op.f("ck_growing_plot_versions_origin"),
        ),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_growing_plot_versions_area")),
        sa.ForeignKeyConstraint(
            ["plot_id"],
            ["growing_plots.id"],
            name=op.f("fk_growing_plot_versions_plot_id_growing_plots"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_plot_versions")),
        sa.UniqueConstraint(
            "plot_id", "number", name=op.f("uq_growing_plot_versions_plot_id_number")
        ),
    )
    op.create_index(
        "ix_growing_plot_versions_box",
        "growing_plot_versions",
        ["box"],
        unique=False,
        postgresql_using="gist",
    )


def _create_growing_areas() -> None:
    op.create_table(
        "growing_areas",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("plot_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("crop_code", sa.String(length=40), nullable=False),
        sa.Column("variety", sa.String(length=120), nullable=True),
        sa.Column("planting_year", sa.Integer(), nullable=True),
        sa.Column("expected_yield_kg", sa.Numeric(precision=18, scale=3), nullable=True),
        sa.Column("market", sa.String(length=8), nullable=False),
        sa.Column("commune_code", sa.String(length=8), nullable=False),
        sa.Column("province_code", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(code IS NULL) = (status IN ('draft', 'submitted', 'inspected'))",
            name=op.f("ck_growing_areas_coded"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'inspected', 'approved', 'suspended', 'revoked',"
            " 'expired')",
            name=op.f("ck_growing_areas_status"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_growing_areas_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["plot_id"], ["growing_plots.id"], name=op.f("fk_growing_areas_plot_id_growing_plots")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["growing_plot_versions.id"],
            name=op.f("fk_growing_areas_version_id_growing_plot_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_areas")),
        sa.UniqueConstraint("code", name=op.f("uq_growing_areas_code")),
    )
    op.create_index(op.f("ix_growing_areas_crop_code"), "growing_areas", ["crop_code"])
    op.create_index(op.f("ix_growing_areas_name_key"), "growing_areas", ["name_key"])
    op.create_index(
        op.f("ix_growing_areas_organisation_id_status"),
        "growing_areas",
        ["organisation_id", "status"],
        unique=False,
    )
    op.create_index(op.f("ix_growing_areas_plot_id"), "growing_areas", ["plot_id"])
    op.create_index(
        op.f("ix_growing_areas_province_code_commune_code_status"),
        "growing_areas",
        ["province_code", "commune_code", "status"],
        unique=False,
    )
    op.create_index(op.f("ix_growing_areas_version_id"), "growing_areas", ["version_id"])


def _create_growing_area_households() -> None:
    op.create_table(
        "growing_area_households",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("area_ha", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["growing_areas.id"],
            name=op.f("fk_growing_area_households_area_id_growing_areas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_area_households")),
    )
    op.create_index(
        op.f("ix_growing_area_households_area_id"),
        "growing_area_households",
        ["area_id"],
        unique=False,
    )


def _create_growing_area_events() -> None:
    op.create_table(
        "growing_area_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_status", sa.String(length=12), nullable=True),
        sa.Column("to_status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["growing_areas.id"],
            name=op.f("fk_growing_area_events_area_id_growing_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["growing_plot_versions.id"],
            name=op.f("fk_growing_area_events_version_id_growing_plot_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_area_events")),
    )
    op.create_index(
        op.f("ix_growing_area_events_area_id_happened_at"),
        "growing_area_events",
        ["area_id", "happened_at"],
        unique=False,
    )


def _create_growing_area_inspections() -> None:
    op.create_table(
        "growing_area_inspections",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["growing_areas.id"],
            name=op.f("fk_growing_area_inspections_area_id_growing_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["growing_plot_versions.id"],
            name=op.f("fk_growing_area_inspections_version_id_growing_plot_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_area_inspections")),
    )
    op.create_index(
        op.f("ix_growing_area_inspections_area_id"),
        "growing_area_inspections",
        ["area_id"],
        unique=False,
    )


def _create_growing_area_codes() -> None:
    op.create_table(
        "growing_area_codes",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
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
            " AND decided_on IS NOT NULL)",
            name=op.f("ck_growing_area_codes_decision"),
        ),
        sa.CheckConstraint(
            "kind IN ('internal', 'domestic', 'official')", name=op.f("ck_growing_area_codes_kind")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["growing_areas.id"],
            name=op.f("fk_growing_area_codes_area_id_growing_areas"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_growing_area_codes")),
        sa.UniqueConstraint("area_id", name=op.f("uq_growing_area_codes_area_id")),
        sa.UniqueConstraint(
            "template",
            "commune_code",
            "serial",
            name=op.f("uq_growing_area_codes_template_commune_code_serial"),
        ),
    )


def _create_diary_entries() -> None:
    op.create_table(
        "diary_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("activity", sa.String(length=16), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=True),
        sa.Column("active_ingredient", sa.String(length=200), nullable=True),
        sa.Column("pre_harvest_days", sa.Integer(), nullable=True),
        sa.Column("dose", sa.String(length=120), nullable=True),
        sa.Column("target", sa.String(length=200), nullable=True),
        sa.Column("equipment", sa.String(length=200), nullable=True),
        sa.Column("water_source", sa.String(length=200), nullable=True),
        sa.Column("treated_ha", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=18, scale=3), nullable=True),
        sa.Column("unit", sa.String(length=3), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "activity IN ('planting', 'fertilising', 'spraying', 'irrigation', 'weeding',"
            " 'pruning', 'feeding', 'treatment', 'harvest', 'inspection', 'waste', 'other')",
            name=op.f("ck_diary_entries_activity"),
        ),
        sa.CheckConstraint(
            "(quantity IS NULL) = (unit IS NULL)", name=op.f("ck_diary_entries_quantity_unit")
        ),
        sa.CheckConstraint(
            "NOT void OR corrects_id IS NOT NULL", name=op.f("ck_diary_entries_void")
        ),
        sa.CheckConstraint(
            "pre_harvest_days BETWEEN 0 AND 1000", name=op.f("ck_diary_entries_pre_harvest_days")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["growing_areas.id"], name=op.f("fk_diary_entries_area_id_growing_areas")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["diary_entries.id"],
            name=op.f("fk_diary_entries_corrects_id_diary_entries"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_diary_entries_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entries")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_diary_entries_corrects_id")),
    )
    op.create_index(
        op.f("ix_diary_entries_area_id_done_on"),
        "diary_entries",
        ["area_id", "done_on"],
        unique=False,
    )
    op.create_index(op.f("ix_diary_entries_organisation_id"), "diary_entries", ["organisation_id"])
