"""Add parcels, raw-material areas; give households to the plot rather than to a registration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_HOUSEHOLDS = "growing_plot_households"


def upgrade() -> None:
    _give_households_to_plots()
    _create_parcels()
    _create_diary_entry_parcels()
    _create_batch_parcels()
    _create_raw_material_areas()
    _create_raw_material_members()
    _link_linkage_models()


def downgrade() -> None:
    op.drop_column("linkage_models", "raw_material_area_id")
    op.drop_table("raw_material_members")
    op.drop_table("raw_material_areas")
    op.drop_table("batch_parcels")
    op.drop_table("diary_entry_parcels")
    op.drop_table("growing_parcels")
    _give_households_to_areas()


def _give_households_to_plots() -> None:
    """Every row stays; it moves from the registration to the plot the registration stands on."""
    op.rename_table("growing_area_households", _HOUSEHOLDS)
    op.execute(
        f"ALTER TABLE {_HOUSEHOLDS} RENAME CONSTRAINT pk_growing_area_households"
        f" TO pk_{_HOUSEHOLDS}"
    )
    op.execute(f"ALTER SEQUENCE growing_area_households_id_seq RENAME TO {_HOUSEHOLDS}_id_seq")
    op.add_column(_HOUSEHOLDS, sa.Column("plot_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE growing_plot_households AS household SET plot_id = area.plot_id"
        " FROM growing_areas AS area WHERE area.id = household.area_id"
    )
    op.drop_column(_HOUSEHOLDS, "area_id")
    op.alter_column(_HOUSEHOLDS, "plot_id", nullable=False)
    op.create_foreign_key(
        op.f(f"fk_{_HOUSEHOLDS}_plot_id_growing_plots"),
        _HOUSEHOLDS,
        "growing_plots",
        ["plot_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f(f"ix_{_HOUSEHOLDS}_plot_id"), _HOUSEHOLDS, ["plot_id"])
    op.add_column(_HOUSEHOLDS, sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column(_HOUSEHOLDS, sa.Column("agreed_how", sa.String(length=10), nullable=True))
    op.add_column(_HOUSEHOLDS, sa.Column("agreement_hash", sa.String(length=64), nullable=True))
    for name, rule in (
        ("agreed", "(agreed_on IS NULL) = (agreed_how IS NULL)"),
        ("agreed_how", "agreed_how IN ('paper', 'in_person', 'telephone', 'web')"),
        ("agreement", "agreement_hash IS NULL OR agreed_on IS NOT NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_{_HOUSEHOLDS}_{name}"), _HOUSEHOLDS, rule)


def _give_households_to_areas() -> None:
    """Back to the first registration of the plot; how each agreed is no longer known."""
    for name in ("agreed", "agreed_how", "agreement"):
        op.drop_constraint(op.f(f"ck_{_HOUSEHOLDS}_{name}"), _HOUSEHOLDS)
    for column in ("agreement_hash", "agreed_how", "agreed_on"):
        op.drop_column(_HOUSEHOLDS, column)
    op.add_column(_HOUSEHOLDS, sa.Column("area_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE growing_plot_households AS household SET area_id ="
        " (SELECT min(area.id) FROM growing_areas AS area WHERE area.plot_id = household.plot_id)"
    )
    # A household of a plot nobody registers any more was deleted with the registration before.
    op.execute("DELETE FROM growing_plot_households WHERE area_id IS NULL")
    op.drop_column(_HOUSEHOLDS, "plot_id")
    op.alter_column(_HOUSEHOLDS, "area_id", nullable=False)
    op.execute(f"ALTER SEQUENCE {_HOUSEHOLDS}_id_seq RENAME TO growing_area_households_id_seq")
    op.execute(
        f"ALTER TABLE {_HOUSEHOLDS} RENAME CONSTRAINT pk_{_HOUSEHOLDS}"
        " TO pk_growing_area_households"
    )
    op.rename_table(_HOUSEHOLDS, "growing_area_households")
    op.create_foreign_key(
        op.f("fk_growing_area_households_area_id_growing_areas"),
        "growing_area_households",
        "growing_areas",
        ["area_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        op.f("ix_growing_area_households_area_id"), "growing_area_households", ["area_id"]
    )


def _create_parcels() -> None:
    op.create_table(
        "growing_parcels",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("plot_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("geometry", sa.LargeBinary(), nullable=True),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_growing_parcels_area")),
        sa.CheckConstraint("number > 0", name=op.f("ck_growing_parcels_number")),
        sa.CheckConstraint(
            "origin IN ('drawn', 'file', 'pasted', 'api', 'listed')",
            name=op.f("ck_growing_parcels_origin"),
        ),
        sa.CheckConstraint(
            "(geometry IS NULL) = (origin = 'listed')", name=op.f("ck_growing_parcels_outline")
        ),
        _reference("growing_parcels", "plot_id", "growing_plots"),
        _reference("growing_parcels", "household_id", _HOUSEHOLDS, ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growing_parcels")),
    )
    op.create_index(op.f("ix_growing_parcels_household_id"), "growing_parcels", ["household_id"])
    op.create_index(
        "uq_growing_parcels_number",
        "growing_parcels",
        ["plot_id", "number"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _create_diary_entry_parcels() -> None:
    table = "diary_entry_parcels"
    op.create_table(
        table,
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _reference(table, "entry_id", "diary_entries"),
        _reference(table, "parcel_id", "growing_parcels"),
        sa.PrimaryKeyConstraint("entry_id", "parcel_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_parcel_id"), table, ["parcel_id"])
    op.execute(
        f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stay_whole BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
    )


def _create_batch_parcels() -> None:
    table = "batch_parcels"
    op.create_table(
        table,
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _reference(table, "batch_id", "batches"),
        _reference(table, "parcel_id", "growing_parcels"),
        sa.PrimaryKeyConstraint("batch_id", "parcel_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_parcel_id"), table, ["parcel_id"])


def _create_raw_material_areas() -> None:
    table = "raw_material_areas"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("crop_codes", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=True),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.String(length=8), nullable=False),
        sa.Column("province_code", sa.String(length=8), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("code LIKE 'NL.%'", name=op.f(f"ck_{table}_code")),
        sa.CheckConstraint("ended_on >= started_on", name=op.f(f"ck_{table}_ended")),
        _reference(table, "organisation_id", "organisations"),
        _reference(table, "buyer_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
        sa.UniqueConstraint(
            "province_code", "serial", name=op.f(f"uq_{table}_province_code_serial")
        ),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
    op.create_index(op.f(f"ix_{table}_buyer_id"), table, ["buyer_id"])
    op.create_index(op.f(f"ix_{table}_name_key"), table, ["name_key"])
    op.create_index(
        op.f(f"ix_{table}_province_code_commune_code"), table, ["province_code", "commune_code"]
    )


def _create_raw_material_members() -> None:
    table = "raw_material_members"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("raw_material_area_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("commune_code", sa.String(length=8), nullable=False),
        sa.Column("province_code", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('invited', 'joined', 'declined', 'left')", name=op.f(f"ck_{table}_state")
        ),
        sa.CheckConstraint(
            "(joined_on IS NOT NULL) = (state IN ('joined', 'left'))",
            name=op.f(f"ck_{table}_joined_on"),
        ),
        sa.CheckConstraint(
            "(left_on IS NOT NULL) = (state = 'left')", name=op.f(f"ck_{table}_left_on")
        ),
        sa.CheckConstraint("left_on >= joined_on", name=op.f(f"ck_{table}_left_after_joined")),
        _reference(table, "raw_material_area_id", "raw_material_areas"),
        _reference(table, "area_id", "growing_areas"),
        _reference(table, "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_area_id"), table, ["area_id"])
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
    op.create_index(
        "uq_raw_material_members_open",
        table,
        ["raw_material_area_id", "area_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('invited', 'joined')"),
    )


def _link_linkage_models() -> None:
    table = "linkage_models"
    op.add_column(table, sa.Column("raw_material_area_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{table}_raw_material_area_id_raw_material_areas"),
        table,
        "raw_material_areas",
        ["raw_material_area_id"],
        ["id"],
    )
    op.create_index(op.f(f"ix_{table}_raw_material_area_id"), table, ["raw_material_area_id"])


def _reference(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )
