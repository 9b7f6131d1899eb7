"""Create the tables of indicators: daily facts, rosters, linkage models, sales channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_facts()
    _create_rosters()
    _create_linkage_models()
    _create_channel_claims()


def downgrade() -> None:
    for table in (
        "channel_claims",
        "linkage_models",
        "roster_counts",
        "indicator_facts",
        "indicator_days",
    ):
        op.drop_table(table)


def _create_facts() -> None:
    op.create_table(
        "indicator_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_indicator_days"),
    )
    op.create_table(
        "indicator_facts",
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("commune_code", sa.String(5), nullable=False),
        sa.Column("value", sa.Numeric(24, 4), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "commune_code", name="pk_indicator_facts"),
    )
    op.create_index("ix_indicator_facts_day", "indicator_facts", ["day"])


def _create_rosters() -> None:
    op.create_table(
        "roster_counts",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit_code", sa.String(5), nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        *_entered("roster_counts"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_counts"),
        sa.CheckConstraint(
            "kind IN ('ocop_owners', 'cooperatives', 'communes')",
            name=op.f("ck_roster_counts_kind"),
        ),
        sa.CheckConstraint("total >= 0", name=op.f("ck_roster_counts_total")),
    )
    op.create_index(
        "ix_roster_counts_kind_unit_code_as_of", "roster_counts", ["kind", "unit_code", "as_of"]
    )


def _create_linkage_models() -> None:
    op.create_table(
        "linkage_models",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        *_located("linkage_models"),
        sa.Column("crop", sa.String(100), nullable=False),
        sa.Column("buyer", sa.String(200), nullable=False),
        sa.Column("has_area", sa.Boolean, nullable=False),
        sa.Column("digital_means", sa.Text, nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("evidence", sa.String(500), nullable=False),
        *_entered("linkage_models"),
        sa.PrimaryKeyConstraint("id", name="pk_linkage_models"),
    )
    _index("linkage_models")


def _create_channel_claims() -> None:
    op.create_table(
        "channel_claims",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("owner_key", sa.String(400), nullable=False),
        *_located("channel_claims"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("evidence", sa.String(500), nullable=False),
        *_entered("channel_claims"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_claims"),
        sa.CheckConstraint(
            "kind IN ('supermarket', 'convenience', 'marketplace', 'own_shop', 'export')",
            name=op.f("ck_channel_claims_kind"),
        ),
    )
    _index("channel_claims")


def _located(table: str) -> list[sa.Column[object] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("organisation_id", sa.BigInteger),
        sa.Column("commune_code", sa.String(5), nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=f"fk_{table}_organisation_id_organisations",
        ),
    ]


def _entered(table: str) -> list[sa.Column[object] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("entered_by", sa.BigInteger, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=f"fk_{table}_entered_by_people"
        ),
    ]


def _index(table: str) -> None:
    op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])
    op.create_index(f"ix_{table}_commune_code", table, ["commune_code"])
