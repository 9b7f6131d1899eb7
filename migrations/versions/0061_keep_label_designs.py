"""Keep cooperatives' own label designs and papers, and with every order the words it printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_MEASURES = (
    "page_width_mm",
    "page_height_mm",
    "label_width_mm",
    "label_height_mm",
    "left_mm",
    "top_mm",
    "gap_x_mm",
    "gap_y_mm",
    "padding_mm",
)


def upgrade() -> None:
    op.create_table(
        "label_designs",
        *_owned(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        *_times(),
    )
    op.create_table(
        "label_papers",
        *_owned(),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Numeric(7, 2), nullable=False) for name in _MEASURES),
        *_times(),
        sa.CheckConstraint("columns > 0 AND rows > 0", name="grid"),
    )
    for table in ("label_designs", "label_papers"):
        op.create_index(
            f"uq_{table}_organisation_id_name",
            table,
            ["organisation_id", "name"],
            unique=True,
            postgresql_where=sa.text("archived_at IS NULL"),
        )
    op.create_table(
        "label_design_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "organisation_id", sa.BigInteger(), sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("product_id", sa.BigInteger(), sa.ForeignKey("products.id"), index=True),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column(
            "design_id",
            sa.BigInteger(),
            sa.ForeignKey("label_designs.id"),
            nullable=False,
            index=True,
        ),
    )
    op.create_index(
        "uq_label_design_uses_for",
        "label_design_uses",
        ["organisation_id", sa.text("coalesce(product_id, 0)"), "layout"],
        unique=True,
    )
    op.add_column("label_jobs", sa.Column("design_id", sa.BigInteger()))
    op.create_foreign_key(None, "label_jobs", "label_designs", ["design_id"], ["id"])
    op.create_index(op.f("ix_label_jobs_design_id"), "label_jobs", ["design_id"])
    op.add_column("label_jobs", sa.Column("design_version", sa.Integer()))
    op.add_column("label_jobs", sa.Column("printed", JSONB()))


def downgrade() -> None:
    for column in ("printed", "design_version", "design_id"):
        op.drop_column("label_jobs", column)
    for table in ("label_design_uses", "label_papers", "label_designs"):
        op.drop_table(table)


def _owned() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "organisation_id", sa.BigInteger(), sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
    )


def _times() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
    )
