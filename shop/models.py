"""Tables of the shop: offers, carts, stock taken from batches, and sellers' terms."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base
from shop import order_models, recall_models

__all__ = ["Cart", "CartLine", "Offer", "SellerTerms", "order_models", "recall_models"]


class SellerTerms(Base):
    """What a seller asks of every order: the delivery fee and how goods come back.

    Source: NĐ 52/2013/NĐ-CP art. 28–34 (price, delivery and return terms stand beside the goods).
    """

    __tablename__ = "seller_terms"
    __table_args__ = (CheckConstraint("delivery_vnd >= 0", name="delivery"),)

    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), primary_key=True, autoincrement=False
    )
    delivery_vnd: Mapped[int] = mapped_column(BigInteger)
    free_from_vnd: Mapped[int | None] = mapped_column(BigInteger)
    delivery_days: Mapped[str | None] = mapped_column(String(60))
    returns: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Offer(Base):
    """A pack of a product at a price; it sells what the product's released batches hold.

    ``pack_quantity`` is how much of the product's unit one pack holds (a 500 g box of tea
    counted in KGM: 0.5).
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("price_vnd > 0", name="price"),
        CheckConstraint("pack_quantity > 0", name="pack_quantity"),
        CheckConstraint("min_quantity > 0", name="min_quantity"),
        Index(None, "active", "province_code"),
        Index(None, "active", "price_vnd", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), index=True
    )
    price_vnd: Mapped[int] = mapped_column(BigInteger)
    pack: Mapped[str] = mapped_column(String(60))
    pack_quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    min_quantity: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column()
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Cart(Base):
    """What somebody means to buy, guest or not, found by the browser's secret token."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    # Only the token's hash is kept: who reads the database cannot take over a cart.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="CASCADE"), unique=True
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CartLine(Base):
    """So many packs of an offer in a cart, and the price its owner saw when adding them."""

    __tablename__ = "cart_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    cart_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("carts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    offer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("offers.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int] = mapped_column(Integer)
    price_seen_vnd: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
