"""Create the shop: sellers' terms, offers, carts, stock of lots, orders and their buyers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "order_steps",
    "lot_allocations",
    "order_lines",
    "orders",
    "order_buyers",
    "order_groups",
    "lot_stocks",
    "cart_lines",
    "carts",
    "offers",
    "seller_terms",
)


def upgrade() -> None:
    _create_offers()
    _create_carts()
    _create_groups()
    _create_orders()
    _create_lines()
    _create_stock()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _ref(column: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(column, sa.BigInteger, nullable=nullable)


def _own(column: str) -> sa.Column[int]:
    """A key that is another table's: it counts nothing up by itself."""
    return sa.Column(column, sa.BigInteger, nullable=False, autoincrement=False)


def _at(column: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def _vnd(column: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(column, sa.BigInteger, nullable=nullable)


def _to(
    table: str, column: str, target: str, key: str = "id", ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.{key}"], name=f"fk_{table}_{column}_{target}", ondelete=ondelete
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _create_offers() -> None:
    op.create_table(
        "seller_terms",
        _own("organisation_id"),
        _vnd("delivery_vnd"),
        _vnd("free_from_vnd", nullable=True),
        sa.Column("delivery_days", sa.String(60)),
        sa.Column("returns", sa.Text),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_seller_terms"),
        _to("seller_terms", "organisation_id", "organisations"),
        sa.CheckConstraint("delivery_vnd >= 0", name="delivery"),
    )
    op.create_table(
        "offers",
        _id(),
        sa.Column("code", sa.String(20), nullable=False),
        _ref("product_id"),
        _ref("organisation_id"),
        _vnd("price_vnd"),
        sa.Column("pack", sa.String(60), nullable=False),
        sa.Column("pack_quantity", sa.Numeric(18, 3), nullable=False),
        sa.Column("min_quantity", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("code", name="uq_offers_code"),
        _to("offers", "product_id", "products"),
        _to("offers", "organisation_id", "organisations"),
        sa.CheckConstraint("price_vnd > 0", name="price"),
        sa.CheckConstraint("pack_quantity > 0", name="pack_quantity"),
        sa.CheckConstraint("min_quantity > 0", name="min_quantity"),
    )
    _index("offers", "product_id")
    _index("offers", "organisation_id")
    _index("offers", "active", "province_code")
    _index("offers", "active", "price_vnd", "id")


def _create_carts() -> None:
    op.create_table(
        "carts",
        _id(),
        sa.Column("token_hash", sa.String(64), nullable=False),
        _ref("person_id", nullable=True),
        _at("created_at"),
        _at("touched_at"),
        sa.PrimaryKeyConstraint("id", name="pk_carts"),
        sa.UniqueConstraint("token_hash", name="uq_carts_token_hash"),
        sa.UniqueConstraint("person_id", name="uq_carts_person_id"),
        _to("carts", "person_id", "people", ondelete="CASCADE"),
    )
    op.create_table(
        "cart_lines",
        _own("cart_id"),
        _own("offer_id"),
        sa.Column("quantity", sa.Integer, nullable=False),
        _vnd("price_seen_vnd"),
        _at("added_at"),
        sa.PrimaryKeyConstraint("cart_id", "offer_id", name="pk_cart_lines"),
        _to("cart_lines", "cart_id", "carts", ondelete="CASCADE"),
        _to("cart_lines", "offer_id", "offers"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )


def _create_groups() -> None:
    op.create_table(
        "order_groups",
        _id(),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("order_key", sa.String(64)),
        _ref("person_id", nullable=True),
        sa.Column("payment", sa.String(16), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        _vnd("total_vnd"),
        _at("placed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_order_groups"),
        sa.UniqueConstraint("code", name="uq_order_groups_code"),
        sa.UniqueConstraint("order_key", name="uq_order_groups_order_key"),
        _to("order_groups", "person_id", "people", ondelete="SET NULL"),
    )
    _index("order_groups", "person_id")
    op.create_table(
        "order_buyers",
        _own("group_id"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("note", sa.String(500)),
        sa.PrimaryKeyConstraint("group_id", name="pk_order_buyers"),
        _to("order_buyers", "group_id", "order_groups"),
    )
    _index("order_buyers", "phone")


def _create_orders() -> None:
    op.create_table(
        "orders",
        _id(),
        sa.Column("code", sa.String(20), nullable=False),
        _ref("group_id"),
        _ref("organisation_id"),
        _ref("person_id", nullable=True),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _vnd("items_vnd"),
        _vnd("delivery_vnd"),
        _vnd("total_vnd"),
        sa.Column("waybill", sa.String(120)),
        _at("placed_at"),
        _at("delivered_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("code", name="uq_orders_code"),
        _to("orders", "group_id", "order_groups"),
        _to("orders", "organisation_id", "organisations"),
        _to("orders", "person_id", "people", ondelete="SET NULL"),
        sa.CheckConstraint(
            "state IN ('placed', 'confirmed', 'shipped', 'delivered', 'cancelled', 'refused')",
            name="state",
        ),
        sa.CheckConstraint("total_vnd = items_vnd + delivery_vnd", name="total"),
    )
    for columns in (
        ("group_id",),
        ("person_id",),
        ("delivered_at",),
        ("placed_at",),
        ("organisation_id", "state", "id"),
    ):
        _index("orders", *columns)
    op.create_table(
        "order_steps",
        _id(),
        _ref("order_id"),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text),
        _ref("person_id", nullable=True),
        _at("happened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_order_steps"),
        _to("order_steps", "order_id", "orders"),
        _to("order_steps", "person_id", "people", ondelete="SET NULL"),
    )
    _index("order_steps", "order_id")


def _create_lines() -> None:
    op.create_table(
        "order_lines",
        _id(),
        _ref("order_id"),
        _ref("offer_id"),
        _ref("product_id"),
        sa.Column("product_name", sa.String(200), nullable=False),
        sa.Column("pack", sa.String(60), nullable=False),
        sa.Column("pack_quantity", sa.Numeric(18, 3), nullable=False),
        sa.Column("unit", sa.String(3), nullable=False),
        _vnd("price_vnd"),
        sa.Column("quantity", sa.Integer, nullable=False),
        _vnd("total_vnd"),
        sa.PrimaryKeyConstraint("id", name="pk_order_lines"),
        _to("order_lines", "order_id", "orders"),
        _to("order_lines", "offer_id", "offers"),
        _to("order_lines", "product_id", "products"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("total_vnd = price_vnd * quantity", name="total"),
    )
    for column in ("order_id", "offer_id", "product_id"):
        _index("order_lines", column)


def _create_stock() -> None:
    op.create_table(
        "lot_stocks",
        _own("batch_id"),
        _ref("product_id"),
        sa.Column("taken", sa.Numeric(18, 3), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_lot_stocks"),
        _to("lot_stocks", "batch_id", "batches"),
        _to("lot_stocks", "product_id", "products"),
        sa.CheckConstraint("taken >= 0", name="taken"),
    )
    _index("lot_stocks", "product_id")
    op.create_table(
        "lot_allocations",
        _id(),
        _ref("line_id"),
        _ref("batch_id"),
        sa.Column("packs", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Numeric(18, 3), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _at("expires_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lot_allocations"),
        _to("lot_allocations", "line_id", "order_lines"),
        _to("lot_allocations", "batch_id", "batches"),
        sa.CheckConstraint(
            "state IN ('reserved', 'committed', 'released', 'spoiled')", name="state"
        ),
        sa.CheckConstraint("(state = 'reserved') = (expires_at IS NOT NULL)", name="expiry"),
        sa.CheckConstraint("packs > 0 AND quantity > 0", name="quantity"),
    )
    _index("lot_allocations", "line_id")
    _index("lot_allocations", "batch_id")
    op.create_index(
        "ix_lot_allocations_reserved",
        "lot_allocations",
        ["batch_id", "expires_at"],
        postgresql_where=sa.text("state = 'reserved'"),
    )
