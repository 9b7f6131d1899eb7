"""Let certificates and laboratory results vouch for goods, and offices say why they decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_certificates()
    _create_results()
    _create_readings()
    _create_decisions()


def downgrade() -> None:
    for table in (
        "hold_decisions",
        "laboratory_readings",
        "laboratory_results",
        "goods_certificates",
    ):
        op.drop_table(table)


def _vouching() -> list[sa.Column[object]]:
    """What both kinds of paper have."""
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "organisation_id", sa.BigInteger(), sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("product_id", sa.BigInteger(), sa.ForeignKey("products.id"), index=True),
        sa.Column("batch_id", sa.BigInteger(), sa.ForeignKey("batches.id"), index=True),
        sa.Column("file_digest", sa.String(64), sa.ForeignKey("stored_files.digest"), index=True),
        sa.Column("public_digest", sa.String(64), sa.ForeignKey("stored_files.digest"), index=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger()),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("removed_because", sa.Text()),
    ]


def _create_certificates() -> None:
    op.create_table(
        "goods_certificates",
        *_vouching(),
        sa.Column("standard", sa.String(40), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("withdrawn_because", sa.Text()),
        sa.Column("warned_days", sa.Integer()),
        sa.CheckConstraint("num_nonnulls(product_id, batch_id) = 1", name="subject"),
        sa.CheckConstraint("valid_from <= valid_to", name="dates"),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_because IS NULL)", name="withdrawn"
        ),
    )
    op.create_index(None, "goods_certificates", ["organisation_id", "valid_to"])
    op.create_index(None, "goods_certificates", ["province_code", "commune_code"])
    op.create_index(
        "ix_goods_certificates_ending",
        "goods_certificates",
        ["valid_to"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _create_results() -> None:
    op.create_table(
        "laboratory_results",
        *_vouching(),
        sa.Column("area_id", sa.BigInteger(), sa.ForeignKey("growing_areas.id"), index=True),
        sa.Column("laboratory", sa.String(200), nullable=False),
        sa.Column("accreditation", sa.String(80), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("sampled_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("food_group", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column(
            "retest_of_id", sa.BigInteger(), sa.ForeignKey("laboratory_results.id"), index=True
        ),
        sa.CheckConstraint("num_nonnulls(product_id, area_id, batch_id) = 1", name="subject"),
        sa.CheckConstraint("outcome IN ('passed', 'failed', 'unjudged')", name="outcome"),
        sa.CheckConstraint("sampled_on <= reported_on", name="dates"),
        sa.CheckConstraint("(removed_at IS NULL) = (removed_because IS NULL)", name="removed"),
    )
    op.create_index(None, "laboratory_results", ["organisation_id", "sampled_on"])
    op.create_index(None, "laboratory_results", ["province_code", "commune_code"])


def _create_readings() -> None:
    op.create_table(
        "laboratory_readings",
        sa.Column(
            "result_id", sa.BigInteger(), sa.ForeignKey("laboratory_results.id"), primary_key=True
        ),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("parameter", sa.String(80), nullable=False),
        sa.Column("value", sa.Numeric(24, 9)),
        sa.Column("is_below_detection", sa.Boolean(), nullable=False),
        sa.Column("detection_limit", sa.Numeric(24, 9)),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("method", sa.String(120), nullable=False),
        sa.Column("most", sa.Numeric(24, 9)),
        sa.Column("limit_source", sa.String(200)),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.CheckConstraint("outcome IN ('passed', 'failed', 'unjudged')", name="outcome"),
        sa.CheckConstraint("(value IS NULL) = is_below_detection", name="value"),
    )


def _create_decisions() -> None:
    op.create_table(
        "hold_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "hold_id", sa.BigInteger(), sa.ForeignKey("batch_holds.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("result_id", sa.BigInteger(), sa.ForeignKey("laboratory_results.id"), index=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('placed', 'lifted')", name="kind"),
    )
