"""Give batches purchases, recoveries, logistic units, consignments and findings on yields."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = (
    "yield_findings",
    "consignment_lines",
    "consignments",
    "logistic_unit_contents",
    "logistic_units",
    "batch_purchases",
    "product_markets",
    "product_recoveries",
)


def upgrade() -> None:
    _create_recoveries()
    _create_markets()
    _create_purchases()
    _create_units()
    _create_consignments()
    _create_lines()
    _create_findings()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _create_recoveries() -> None:
    op.create_table(
        "product_recoveries",
        _id(),
        _ref("product_id"),
        _ref("input_id"),
        _amount("taken"),
        sa.Column("taken_unit", sa.String(3), nullable=False),
        _amount("least", nullable=True),
        _amount("most"),
        sa.Column("given_unit", sa.String(3), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        _moment("stated_at"),
        sa.Column("stated_by_id", sa.BigInteger),
        _moment("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_product_recoveries"),
        _to("product_recoveries", "product_id", "products"),
        _to("product_recoveries", "input_id", "products"),
        sa.CheckConstraint("taken > 0 AND most > 0", name="amounts"),
        sa.CheckConstraint("least IS NULL OR (least >= 0 AND least <= most)", name="least"),
    )
    _in_force("product_recoveries", "product_id", "input_id")
    _index("product_recoveries", "input_id")


def _create_markets() -> None:
    op.create_table(
        "product_markets",
        _id(),
        _ref("product_id"),
        sa.Column("market", sa.String(2), nullable=False),
        _moment("declared_at"),
        sa.Column("declared_by_id", sa.BigInteger),
        _moment("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_product_markets"),
        _to("product_markets", "product_id", "products"),
    )
    _in_force("product_markets", "product_id", "market")


def _create_purchases() -> None:
    op.create_table(
        "batch_purchases",
        _id(),
        _ref("batch_id"),
        sa.Column("supplier", sa.String(200)),
        sa.Column("is_person", sa.Boolean, nullable=False),
        sa.Column("supplier_lot", sa.String(80)),
        sa.Column("commune_code", sa.String(8)),
        sa.Column("bought_on", sa.Date),
        sa.Column("document_number", sa.String(80)),
        sa.Column("file_digest", sa.String(64)),
        sa.Column("file_name", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_batch_purchases"),
        _to("batch_purchases", "batch_id", "batches"),
        sa.ForeignKeyConstraint(
            ["file_digest"],
            ["stored_files.digest"],
            name="fk_batch_purchases_file_digest_stored_files",
        ),
        sa.CheckConstraint("supplier IS NOT NULL OR is_person", name="supplier"),
    )
    for column in ("batch_id", "supplier_lot", "file_digest"):
        _index("batch_purchases", column)


def _create_units() -> None:
    op.create_table(
        "logistic_units",
        _id(),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("sscc", sa.String(18)),
        *_owner(),
        sa.Column("state", sa.String(10), nullable=False),
        _moment("packed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_logistic_units"),
        sa.UniqueConstraint("code", name="uq_logistic_units_code"),
        sa.UniqueConstraint("sscc", name="uq_logistic_units_sscc"),
        _to("logistic_units", "organisation_id", "organisations"),
        sa.CheckConstraint("sscc IS NULL OR sscc ~ '^[0-9]{18}$'", name="sscc"),
        sa.CheckConstraint("state IN ('packed', 'shipped', 'received', 'unpacked')", name="state"),
    )
    _index("logistic_units", "organisation_id", "state")
    op.create_table(
        "logistic_unit_contents",
        _own("unit_id"),
        _own("batch_id"),
        _amount("quantity"),
        sa.PrimaryKeyConstraint("unit_id", "batch_id", name="pk_logistic_unit_contents"),
        _to("logistic_unit_contents", "unit_id", "logistic_units"),
        _to("logistic_unit_contents", "batch_id", "batches"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )
    _index("logistic_unit_contents", "batch_id")


def _create_consignments() -> None:
    op.create_table(
        "consignments",
        _id(),
        sa.Column("code", sa.String(16), nullable=False),
        *_owner(),
        sa.Column("recipient_id", sa.BigInteger),
        sa.Column("recipient_name", sa.String(200)),
        sa.Column("recipient_place", sa.String(300)),
        sa.Column("market", sa.String(2)),
        sa.Column("document_number", sa.String(80)),
        sa.Column("state", sa.String(10), nullable=False),
        _moment("sent_at"),
        _moment("settled_at", nullable=True),
        sa.Column("refused_because", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_consignments"),
        sa.UniqueConstraint("code", name="uq_consignments_code"),
        _to("consignments", "organisation_id", "organisations"),
        _to("consignments", "recipient_id", "organisations"),
        sa.CheckConstraint(
            "state IN ('sent', 'received', 'refused', 'returned', 'void')", name="state"
        ),
        sa.CheckConstraint("(recipient_id IS NULL) <> (recipient_name IS NULL)", name="recipient"),
    )
    _index("consignments", "organisation_id", "id")
    _index("consignments", "recipient_id", "state", "id")


def _create_lines() -> None:
    op.create_table(
        "consignment_lines",
        _id(),
        _ref("consignment_id"),
        _ref("batch_id"),
        sa.Column("unit_id", sa.BigInteger),
        _amount("quantity"),
        _amount("received", nullable=True),
        sa.Column("received_batch_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_consignment_lines"),
        _to("consignment_lines", "consignment_id", "consignments"),
        _to("consignment_lines", "batch_id", "batches"),
        _to("consignment_lines", "unit_id", "logistic_units"),
        _to("consignment_lines", "received_batch_id", "batches"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("received >= 0 AND received <= quantity", name="received"),
    )
    for column in ("consignment_id", "batch_id", "unit_id", "received_batch_id"):
        _index("consignment_lines", column)


def _create_findings() -> None:
    op.create_table(
        "yield_findings",
        _own("batch_id"),
        sa.Column("crop_code", sa.String(40), nullable=False),
        _amount("harvested_kg"),
        sa.Column("area_ha", sa.Numeric(12, 4), nullable=False),
        _amount("ceiling_kg"),
        _moment("found_at"),
        sa.Column("note", sa.Text),
        _moment("noted_at", nullable=True),
        sa.Column("noted_by_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("batch_id", name="pk_yield_findings"),
        _to("yield_findings", "batch_id", "batches"),
    )


def _owner() -> tuple[sa.Column[int], sa.Column[str], sa.Column[str]]:
    return (
        _ref("organisation_id"),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _own(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _ref(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _amount(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(18, 3), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _in_force(table: str, *columns: str) -> None:
    """One statement of a kind stands at a time; withdrawn ones are kept."""
    op.create_index(
        f"uq_{table}_in_force",
        table,
        list(columns),
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
