"""Deepen the farm diary: work on many areas, its persons, photos, permitted inputs, slips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_CHECKS = {
    "dose": "(dose_amount IS NULL) = (dose_unit IS NULL)"
    " AND (dose_amount IS NULL) = (dose_per IS NULL)"
    " AND (dose_amount IS NULL) = (dose_per_amount IS NULL)",
    "dose_per_amount": "dose_per_amount > 0",
    "head_count": "head_count > 0",
}


def upgrade() -> None:
    op.create_table(
        "permitted_materials",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("active_ingredient", sa.String(length=200), nullable=False),
        sa.Column("registration_number", sa.String(length=80), nullable=False),
        sa.Column("crop_name", sa.String(length=120), nullable=False),
        sa.Column("crop_code", sa.String(length=40), nullable=True),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("pre_harvest_days", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pesticide', 'fertiliser', 'veterinary', 'feed')",
            name=op.f("ck_permitted_materials_kind"),
        ),
        sa.CheckConstraint(
            "pre_harvest_days BETWEEN 0 AND 1000",
            name=op.f("ck_permitted_materials_pre_harvest_days"),
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_permitted_materials_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permitted_materials")),
    )
    op.create_index(
        "ix_permitted_materials_by_name", "permitted_materials", ["name_key", "id"], unique=False
    )
    op.create_index(
        "uq_permitted_materials_row",
        "permitted_materials",
        ["kind", "name_key", "registration_number", "crop_name", "target", "valid_from"],
        unique=True,
    )
    op.create_table(
        "diary_photos",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("work_key", sa.Uuid(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("card_digest", sa.String(length=64), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(file_digest IS NULL) = (erased_at IS NOT NULL)"
            " AND (card_digest IS NULL) = (file_digest IS NULL)"
            " AND (salt IS NULL) = (file_digest IS NULL)",
            name=op.f("ck_diary_photos_erased"),
        ),
        sa.ForeignKeyConstraint(
            ["card_digest"],
            ["stored_files.digest"],
            name=op.f("fk_diary_photos_card_digest_stored_files"),
        ),
        sa.ForeignKeyConstraint(
            ["file_digest"],
            ["stored_files.digest"],
            name=op.f("fk_diary_photos_file_digest_stored_files"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_photos")),
    )
    op.create_index(
        op.f("ix_diary_photos_card_digest"), "diary_photos", ["card_digest"], unique=False
    )
    op.create_index(
        op.f("ix_diary_photos_file_digest"), "diary_photos", ["file_digest"], unique=False
    )
    op.create_index(
        op.f("ix_diary_photos_work_key_file_digest"),
        "diary_photos",
        ["work_key", "file_digest"],
        unique=True,
    )
    op.create_table(
        "diary_persons",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("name_key", sa.String(length=400), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('worker', 'buyer', 'seller')", name=op.f("ck_diary_persons_role")
        ),
        sa.CheckConstraint(
            "(name IS NULL) = (erased_at IS NOT NULL) AND (salt IS NULL) = (name IS NULL)"
            " AND (name_key IS NULL) = (name IS NULL)",
            name=op.f("ck_diary_persons_erased"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_diary_persons_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_persons")),
    )
    op.create_index(
        "uq_diary_persons_name",
        "diary_persons",
        ["organisation_id", "role", "name_key"],
        unique=True,
        postgresql_where=sa.text("name_key IS NOT NULL"),
    )
    op.create_table(
        "buying_slips",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("seller_id", sa.BigInteger(), nullable=True),
        sa.Column("buyer_id", sa.BigInteger(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("grade", sa.String(length=80), nullable=True),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("price_unit", sa.String(length=3), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("is_early", sa.Boolean(), nullable=False),
        sa.Column("work_key", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "NOT void OR corrects_id IS NOT NULL", name=op.f("ck_buying_slips_void")
        ),
        sa.CheckConstraint(
            "price_vnd >= 0 AND amount_vnd >= 0", name=op.f("ck_buying_slips_money")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_buying_slips_quantity")),
        sa.CheckConstraint("void = (number IS NULL)", name=op.f("ck_buying_slips_number")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["growing_areas.id"], name=op.f("fk_buying_slips_area_id_growing_areas")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["diary_persons.id"], name=op.f("fk_buying_slips_buyer_id_diary_persons")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["buying_slips.id"],
            name=op.f("fk_buying_slips_corrects_id_buying_slips"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entries.id"], name=op.f("fk_buying_slips_entry_id_diary_entries")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_buying_slips_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"],
            ["diary_persons.id"],
            name=op.f("fk_buying_slips_seller_id_diary_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buying_slips")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_buying_slips_corrects_id")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_buying_slips_entry_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "number",
            name=op.f("uq_buying_slips_organisation_id_year_number"),
        ),
        sa.UniqueConstraint("work_key", name=op.f("uq_buying_slips_work_key")),
    )
    op.create_index(op.f("ix_buying_slips_area_id"), "buying_slips", ["area_id"], unique=False)
    op.create_index(op.f("ix_buying_slips_buyer_id"), "buying_slips", ["buyer_id"], unique=False)
    op.create_index(
        op.f("ix_buying_slips_household_id"), "buying_slips", ["household_id"], unique=False
    )
    op.create_index(
        "ix_buying_slips_newest",
        "buying_slips",
        ["organisation_id", "bought_on", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_buying_slips_seller_id"), "buying_slips", ["seller_id"], unique=False)
    op.add_column("diary_entries", sa.Column("work_key", sa.Uuid(), nullable=True))
    op.add_column("diary_entries", sa.Column("is_share", sa.Boolean(), nullable=True))
    op.add_column("diary_entries", sa.Column("worker_id", sa.BigInteger(), nullable=True))
    op.add_column("diary_entries", sa.Column("material_id", sa.BigInteger(), nullable=True))
    op.add_column("diary_entries", sa.Column("catalogue_days", sa.Integer(), nullable=True))
    op.add_column("diary_entries", sa.Column("flags", JSONB(none_as_null=True), nullable=True))
    op.add_column(
        "diary_entries", sa.Column("dose_amount", sa.Numeric(precision=18, scale=4), nullable=True)
    )
    op.add_column("diary_entries", sa.Column("dose_unit", sa.String(length=3), nullable=True))
    op.add_column(
        "diary_entries",
        sa.Column("dose_per_amount", sa.Numeric(precision=18, scale=4), nullable=True),
    )
    op.add_column("diary_entries", sa.Column("dose_per", sa.String(length=3), nullable=True))
    op.add_column("diary_entries", sa.Column("weather", sa.String(length=12), nullable=True))
    op.add_column("diary_entries", sa.Column("head_count", sa.Integer(), nullable=True))
    op.add_column("diary_entries", sa.Column("waste_kind", sa.String(length=12), nullable=True))
    op.add_column("diary_entries", sa.Column("disposal", sa.String(length=200), nullable=True))
    op.create_index(
        op.f("ix_diary_entries_material_id"), "diary_entries", ["material_id"], unique=False
    )
    op.create_index(
        "ix_diary_entries_newest",
        "diary_entries",
        ["organisation_id", "done_on", "id"],
        unique=False,
    )
    op.create_index("ix_diary_entries_by_day", "diary_entries", ["done_on", "id"], unique=False)
    op.create_index(
        "ix_diary_entries_flagged",
        "diary_entries",
        ["done_on", "id"],
        unique=False,
        postgresql_where=sa.text("flags IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_diary_entries_worker_id"), "diary_entries", ["worker_id"], unique=False
    )
    op.create_unique_constraint(
        op.f("uq_diary_entries_work_key_area_id"), "diary_entries", ["work_key", "area_id"]
    )
    op.create_foreign_key(
        op.f("fk_diary_entries_material_id_permitted_materials"),
        "diary_entries",
        "permitted_materials",
        ["material_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("fk_diary_entries_worker_id_diary_persons"),
        "diary_entries",
        "diary_persons",
        ["worker_id"],
        ["id"],
    )

    for name, rule in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_diary_entries_{name}"), "diary_entries", rule)
    op.execute(
        "CREATE TRIGGER buying_slips_stay BEFORE UPDATE OR DELETE ON buying_slips"
        " FOR EACH ROW EXECUTE FUNCTION growing_areas_stay()"
    )
    op.execute(
        "CREATE TRIGGER buying_slips_stay_whole BEFORE TRUNCATE ON buying_slips"
        " FOR EACH STATEMENT EXECUTE FUNCTION growing_areas_stay()"
    )


def downgrade() -> None:
    for name in _CHECKS:
        op.drop_constraint(op.f(f"ck_diary_entries_{name}"), "diary_entries", type_="check")
    op.drop_constraint(
        op.f("fk_diary_entries_worker_id_diary_persons"), "diary_entries", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_diary_entries_material_id_permitted_materials"),
        "diary_entries",
        type_="foreignkey",
    )
    op.drop_constraint(op.f("uq_diary_entries_work_key_area_id"), "diary_entries", type_="unique")
    op.drop_index(op.f("ix_diary_entries_worker_id"), table_name="diary_entries")
    op.drop_index("ix_diary_entries_flagged", table_name="diary_entries")
    op.drop_index("ix_diary_entries_by_day", table_name="diary_entries")
    op.drop_index("ix_diary_entries_newest", table_name="diary_entries")
    op.drop_index(op.f("ix_diary_entries_material_id"), table_name="diary_entries")
    op.drop_column("diary_entries", "disposal")
    op.drop_column("diary_entries", "waste_kind")
    op.drop_column("diary_entries", "head_count")
    op.drop_column("diary_entries", "weather")
    op.drop_column("diary_entries", "dose_per")
    op.drop_column("diary_entries", "dose_per_amount")
    op.drop_column("diary_entries", "dose_unit")
    op.drop_column("diary_entries", "dose_amount")
    op.drop_column("diary_entries", "flags")
    op.drop_column("diary_entries", "catalogue_days")
    op.drop_column("diary_entries", "material_id")
    op.drop_column("diary_entries", "worker_id")
    op.drop_column("diary_entries", "is_share")
    op.drop_column("diary_entries", "work_key")
    op.drop_index(op.f("ix_buying_slips_seller_id"), table_name="buying_slips")
    op.drop_index("ix_buying_slips_newest", table_name="buying_slips")
    op.drop_index(op.f("ix_buying_slips_household_id"), table_name="buying_slips")
    op.drop_index(op.f("ix_buying_slips_buyer_id"), table_name="buying_slips")
    op.drop_index(op.f("ix_buying_slips_area_id"), table_name="buying_slips")
    op.drop_table("buying_slips")
    op.drop_index(
        "uq_diary_persons_name",
        table_name="diary_persons",
        postgresql_where=sa.text("name_key IS NOT NULL"),
    )
    op.drop_table("diary_persons")
    op.drop_index(op.f("ix_diary_photos_work_key_file_digest"), table_name="diary_photos")
    op.drop_index(op.f("ix_diary_photos_file_digest"), table_name="diary_photos")
    op.drop_index(op.f("ix_diary_photos_card_digest"), table_name="diary_photos")
    op.drop_table("diary_photos")
    op.drop_index("uq_permitted_materials_row", table_name="permitted_materials")
    op.drop_index("ix_permitted_materials_by_name", table_name="permitted_materials")
    op.drop_table("permitted_materials")
