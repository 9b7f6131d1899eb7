"""Tables of handling: what makers state, purchases, logistic units, consignments, yield findings.

A private seller's name stands in `batch_purchases.supplier` alone, is never published or
ledgered, and can be erased without touching the fact of the purchase.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from products.models import Product
from traceability.models import Batch


class ProductRecovery(Base):
    """What a maker states of a product made from another: so much gives at least and at most.

    ``taken`` ``taken_unit`` of the input give ``least`` to ``most`` ``given_unit``. A changed
    statement is a new row; the old one is withdrawn, so that past steps keep their measure.
    """

    __tablename__ = "product_recoveries"
    __table_args__ = (
        CheckConstraint("taken > 0 AND most > 0", name="amounts"),
        CheckConstraint("least IS NULL OR (least >= 0 AND least <= most)", name="least"),
        Index(
            "uq_product_recoveries_in_force",
            "product_id",
            "input_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"))
    input_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    taken: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    taken_unit: Mapped[str] = mapped_column(String(3))
    least: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    most: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    given_unit: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(300))
    stated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stated_by_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    input: Mapped[Product] = relationship(foreign_keys=[input_id], lazy="raise")
    product: Mapped[Product] = relationship(foreign_keys=[product_id], lazy="raise")


class ProductMarket(Base):
    """A country a product is declared for (ISO 3166), whose traceability records it must keep."""

    __tablename__ = "product_markets"
    __table_args__ = (
        Index(
            "uq_product_markets_in_force",
            "product_id",
            "market",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"))
    market: Mapped[str] = mapped_column(String(2))
    declared_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    declared_by_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BatchPurchase(Base):
    """Bought material in a batch: from whom, which of their lots, where from, on which paper."""

    __tablename__ = "batch_purchases"
    __table_args__ = (
        CheckConstraint("supplier IS NOT NULL OR is_person", name="supplier"),
        # As recalls ask: any case.
        Index("ix_batch_purchases_supplier_lot", text("upper(supplier_lot)")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"), index=True)
    # Of a private seller: personal, None once erased.
    supplier: Mapped[str | None] = mapped_column(String(200))
    is_person: Mapped[bool] = mapped_column(Boolean)
    supplier_lot: Mapped[str | None] = mapped_column(String(80))
    commune_code: Mapped[str | None] = mapped_column(String(8))
    bought_on: Mapped[date | None] = mapped_column(Date)
    document_number: Mapped[str | None] = mapped_column(String(80))
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    file_name: Mapped[str | None] = mapped_column(String(200))


class LogisticUnit(Base):
    """A pallet, crate or carton that travels as one; by its SSCC, or by a code of ours."""

    __tablename__ = "logistic_units"
    __table_args__ = (
        CheckConstraint("sscc IS NULL OR sscc ~ '^[0-9]{18}$'", name="sscc"),
        CheckConstraint(
            "state IN ('packed', 'loaded', 'shipped', 'received', 'unpacked', 'void')",
            name="state",
        ),
        CheckConstraint("state <> 'loaded' OR parent_id IS NOT NULL", name="loaded_on_something"),
        # The number on a crate that was never packed may be given to the one that was.
        Index(
            "uq_logistic_units_sscc",
            "sscc",
            unique=True,
            postgresql_where=text("state <> 'void'"),
        ),
        Index(None, "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    sscc: Mapped[str | None] = mapped_column(String(18))
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    packed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # The pallet it stands on: it travels with it and is taken down before it is opened.
    parent_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("logistic_units.id"), index=True
    )
    # Cartons packed alike in one go, by a code of ours.
    run: Mapped[str | None] = mapped_column(String(16), index=True)

    # Of a pallet: everything in its cartons, so that it is sent like any other unit.
    contents: Mapped[list[UnitContent]] = relationship(
        lazy="raise", order_by="UnitContent.batch_id", viewonly=True
    )
    children: Mapped[list[LogisticUnit]] = relationship(
        lazy="raise", order_by="LogisticUnit.id", viewonly=True
    )

    @property
    def uri(self) -> str:
        """Its canonical name in the graph."""
        return f"https://id.gs1.org/00/{self.sscc}" if self.sscc else f"/units/{self.code}"

    @property
    def name(self) -> str:
        """What people call it by."""
        return self.sscc or self.code


class UnitNumbers(Base):
    """How many numbers for units (SSCC) were given out under a company prefix."""

    __tablename__ = "unit_numbers"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    given: Mapped[int] = mapped_column(BigInteger)


class UnitContent(Base):
    """So much of a batch, in the batch's unit, packed in a logistic unit."""

    __tablename__ = "logistic_unit_contents"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(first_item IS NULL) = (last_item IS NULL) AND first_item <= last_item", name="items"
        ),
    )

    unit_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("logistic_units.id"), primary_key=True, autoincrement=False
    )
    batch_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("batches.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    # The labelled items in it by their numbers, both included, where they were counted in.
    first_item: Mapped[int | None] = mapped_column(Integer)
    last_item: Mapped[int | None] = mapped_column(Integer)

    batch: Mapped[Batch] = relationship(lazy="raise")


class Consignment(Base):
    """Goods sent from one organisation to another, until the other says what became of them.

    A recipient outside the platform stands by name; nobody confirms for it.
    """

    __tablename__ = "consignments"
    __table_args__ = (
        CheckConstraint(
            "state IN ('sent', 'received', 'refused', 'returned', 'void')", name="state"
        ),
        CheckConstraint("(recipient_id IS NULL) <> (recipient_name IS NULL)", name="recipient"),
        Index(None, "organisation_id", "id"),
        Index(None, "recipient_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    # Who sends.
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    recipient_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    recipient_name: Mapped[str | None] = mapped_column(String(200))
    recipient_place: Mapped[str | None] = mapped_column(String(300))
    market: Mapped[str | None] = mapped_column(String(2))
    document_number: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refused_because: Mapped[str | None] = mapped_column(Text)

    sender: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="raise")
    recipient: Mapped[Organisation | None] = relationship(foreign_keys=[recipient_id], lazy="raise")
    lines: Mapped[list[ConsignmentLine]] = relationship(
        lazy="raise", order_by="ConsignmentLine.id", viewonly=True
    )


class ConsignmentLine(Base):
    """So much of a batch in a consignment, loose or in a unit, and what arrived of it."""

    __tablename__ = "consignment_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0 AND received <= quantity", name="received"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    consignment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("consignments.id"), index=True
    )
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("logistic_units.id"), index=True
    )
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    received: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    received_batch_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("batches.id"), index=True
    )

    batch: Mapped[Batch] = relationship(foreign_keys=[batch_id], lazy="raise")
    received_batch: Mapped[Batch | None] = relationship(
        foreign_keys=[received_batch_id], lazy="raise"
    )
    unit: Mapped[LogisticUnit | None] = relationship(lazy="raise")


class YieldFinding(Base):
    """A harvest larger than its ground can well give, and what an officer noted about it."""

    __tablename__ = "yield_findings"

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    crop_code: Mapped[str] = mapped_column(String(40))
    harvested_kg: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    area_ha: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    ceiling_kg: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    found_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    note: Mapped[str | None] = mapped_column(Text)
    noted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    noted_by_id: Mapped[int | None] = mapped_column(BigInteger)
