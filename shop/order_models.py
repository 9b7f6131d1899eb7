"""Tables of orders: a group per checkout, an order per seller, lines that know their lots."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class OrderGroup(Base):
    """One checkout. ``code`` is secret: who knows it may see the order's page."""

    __tablename__ = "order_groups"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    # A form sent twice carries the same key and finds the order it already made.
    order_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    payment: Mapped[str] = mapped_column(String(16))
    # What the buyer reads: news of the order come in this language, whoever sends them.
    language: Mapped[str] = mapped_column(String(5))
    total_vnd: Mapped[int] = mapped_column(BigInteger)
    placed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OrderBuyer(Base):
    """Who ordered and where it goes: the erasable side row that holds all that is personal."""

    __tablename__ = "order_buyers"

    group_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("order_groups.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(16), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(300))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    note: Mapped[str | None] = mapped_column(String(500))


class Order(Base):
    """What one seller delivers of a checkout."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "state IN ('placed', 'confirmed', 'shipped', 'delivered', 'cancelled', 'refused')",
            name="state",
        ),
        CheckConstraint("total_vnd = items_vnd + delivery_vnd", name="total"),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "placed_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order_groups.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    items_vnd: Mapped[int] = mapped_column(BigInteger)
    delivery_vnd: Mapped[int] = mapped_column(BigInteger)
    total_vnd: Mapped[int] = mapped_column(BigInteger)
    # How it travels, in the seller's words: a carrier and its waybill number.
    waybill: Mapped[str | None] = mapped_column(String(120))
    placed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)


class OrderLine(Base):
    """A line as it was agreed: name, pack and price are frozen when the order is placed."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_vnd = price_vnd * quantity", name="total"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), index=True)
    offer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("offers.id"), index=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    product_name: Mapped[str] = mapped_column(String(200))
    pack: Mapped[str] = mapped_column(String(60))
    pack_quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    unit: Mapped[str] = mapped_column(String(3))
    price_vnd: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(Integer)
    total_vnd: Mapped[int] = mapped_column(BigInteger)


class LotAllocation(Base):
    """So many packs of a line come from this batch.

    ``reserved`` until ``expires_at``, ``committed`` once the seller confirmed, ``released`` when
    the goods went back to stock, ``spoiled`` when they came back and cannot be sold again.
    ``quantity`` is in the batch's unit.
    """

    __tablename__ = "lot_allocations"
    __table_args__ = (
        CheckConstraint("state IN ('reserved', 'committed', 'released', 'spoiled')", name="state"),
        CheckConstraint("(state = 'reserved') = (expires_at IS NOT NULL)", name="expiry"),
        CheckConstraint("packs > 0 AND quantity > 0", name="quantity"),
        Index(
            "ix_lot_allocations_reserved",
            "batch_id",
            "expires_at",
            postgresql_where=text("state = 'reserved'"),
        ),
        Index(None, "batch_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order_lines.id"), index=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    packs: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    state: Mapped[str] = mapped_column(String(12))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OrderStep(Base):
    """A step in an order's life, kept for buyer and seller; ``reason`` names no person."""

    __tablename__ = "order_steps"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL")
    )
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
