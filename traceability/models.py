"""Tables of traceability: batches, what happened to them, their labels."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel
from products.models import Product

BATCH_STATES = ("open", "held", "released", "recalled", "closed")
ORIGINS = ("harvest", "purchase", "batches", "none")


class Batch(Base):
    """A production batch (lô sản xuất): one product, one lot code, one origin.

    `code` is unguessable and never changes; `lot` is what is printed and unique per product, but
    for batches opened by mistake that nobody outside was told of.
    `origin` says where it comes from: a harvest of areas, a purchase, other batches, or none
    (handicraft, services). `quantity` is what it was opened with and never changes: what is left
    of it stands in `batch_stocks`. A batch without a harvest of its own inherits its inputs'.
    Commune and province are the organisation's when the batch was opened.
    """

    __tablename__ = "batches"
    __table_args__ = (
        # A batch that never should have been, and nobody outside was told of, let its name go.
        Index(
            "uq_batches_product_id_lot",
            "product_id",
            "lot",
            unique=True,
            postgresql_where=text("voided_at IS NULL OR name_kept_because IS NOT NULL"),
        ),
        CheckConstraint("name_kept_because IS NULL OR voided_at IS NOT NULL", name="name_kept"),
        CheckConstraint(
            "state IN ('open', 'held', 'released', 'recalled', 'closed')", name="state"
        ),
        CheckConstraint("origin IN ('harvest', 'purchase', 'batches', 'none')", name="origin"),
        CheckConstraint("(origin = 'harvest') = (harvested_on IS NOT NULL)", name="harvest"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("harvested_on <= produced_on", name="harvested_before_produced"),
        Index(None, "organisation_id", "id"),
        Index(None, "organisation_id", "opened_at"),
        Index(None, "product_id", "expires_on", "id"),
        Index(None, "lot"),
        Index(None, "province_code", "commune_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    lot: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"))
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    unit: Mapped[str] = mapped_column(String(3))
    produced_on: Mapped[date] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(10))
    harvested_on: Mapped[date | None] = mapped_column(Date)
    packed_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Moves with every change a scan page tells of: cached stories older than it are thrown away.
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # The country these goods are for (ISO 3166); None: those their product is declared for.
    market: Mapped[str | None] = mapped_column(String(2))
    # Its opening was declared wrong: closed for good, and nothing is left in it.
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Why a void batch keeps its name: how somebody outside was told of it (undoing/naming).
    name_kept_because: Mapped[str | None] = mapped_column(String(10))

    product: Mapped[Product] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    areas: Mapped[list[GrowingArea]] = relationship(
        secondary="batch_areas", lazy="raise", order_by=GrowingArea.id, viewonly=True
    )
    parcels: Mapped[list[Parcel]] = relationship(
        secondary="batch_parcels", lazy="raise", order_by=Parcel.id, viewonly=True
    )

    @property
    def is_nameless(self) -> bool:
        """Whether it never was, and its name may be another batch's by now."""
        return self.voided_at is not None and self.name_kept_because is None

    @property
    def grown_until(self) -> date:
        """The day its ground and its season are looked at from: harvest, else production."""
        return self.harvested_on or self.produced_on

    @property
    def parcel_ids(self) -> tuple[int, ...]:
        """The parcels it was harvested from; none named means whole areas."""
        return tuple(parcel.id for parcel in self.parcels)


class BatchArea(Base):
    """A growing area whose harvest went into a batch."""

    __tablename__ = "batch_areas"

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    area_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("growing_areas.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class BatchParcel(Base):
    """A parcel of one of the batch's areas; an area none of whose parcels is named gave all."""

    __tablename__ = "batch_parcels"

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    parcel_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("growing_parcels.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class LabelJob(Base):
    """An order to print labels of a batch; `file_digest` is the sheet once it is made."""

    __tablename__ = "label_jobs"
    __table_args__ = (
        CheckConstraint("label_count > 0", name="label_count"),
        CheckConstraint("start_place > 0", name="start_place"),
        CheckConstraint("carrier IN ('qr', 'qr_strong', 'datamatrix')", name="carrier"),
        CheckConstraint("format IN ('pdf', 'zpl', 'zpl300', 'png', 'svg')", name="format"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), index=True
    )
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    layout: Mapped[str] = mapped_column(String(40))
    label_count: Mapped[int] = mapped_column(Integer)
    start_place: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(5))
    carrier: Mapped[str] = mapped_column(String(10))
    format: Mapped[str] = mapped_column(String(10))
    # None for labels that all carry the batch's own code; else the first of `label_count` numbers.
    first_serial: Mapped[int | None] = mapped_column(Integer)
    # The number of the key its serials are drawn with (`labels.serial_keys`).
    serial_key: Mapped[int | None] = mapped_column(SmallInteger)
    # What the codes say before the serial, kept: a sheet printed again is the same sheet.
    address: Mapped[str] = mapped_column(Text)
    # The design it was ordered by, and which of its versions; none: the standard one.
    design_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("label_designs.id"), index=True
    )
    design_version: Mapped[int | None] = mapped_column(Integer)
    # Paper, words and colours as ordered (labels.frozen): printed again they are the same labels.
    printed: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    queue_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    batch: Mapped[Batch] = relationship(lazy="raise")

    @property
    def is_serialised(self) -> bool:
        return self.first_serial is not None


class Serial(Base):
    """One item's own code. The code cannot be guessed and is never given out twice.

    Rows are never changed: what became of an item is told by ranges (`items.models.ItemSpan`).
    """

    __tablename__ = "serials"

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(15), unique=True)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
