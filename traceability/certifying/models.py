"""Tables of what vouches for goods: certificates, laboratory results and their readings.

No row names a person but by id. Files are private; a public copy is one the owner made for
everybody. Certificates of growing areas stand in their dossiers (`growing_areas.dossiers`).
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
from growing_areas.models import GrowingArea
from products.models import Product
from traceability.models import Batch


class Vouching:
    """What every paper that vouches for goods has: whose it is, its files, when it came."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    product_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("products.id"), index=True
    )
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"), index=True)
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    public_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_because: Mapped[str | None] = mapped_column(Text)


class GoodsCertificate(Vouching, Base):
    """A certificate of a product or of one batch; withdrawn when its issuer took it back."""

    __tablename__ = "goods_certificates"
    __table_args__ = (
        CheckConstraint("num_nonnulls(product_id, batch_id) = 1", name="subject"),
        CheckConstraint("valid_from <= valid_to", name="dates"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_because IS NULL)", name="withdrawn"),
        Index(None, "organisation_id", "valid_to"),
        Index(None, "province_code", "commune_code"),
        Index(
            "ix_goods_certificates_ending", "valid_to", postgresql_where=text("removed_at IS NULL")
        ),
    )

    standard: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(200))
    # What it covers, in its own words ("chế biến, đóng gói bưởi").
    scope: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_because: Mapped[str | None] = mapped_column(Text)
    # The smallest number of days before the end that was warned about already.
    warned_days: Mapped[int | None] = mapped_column(Integer)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")
    batch: Mapped[Batch | None] = relationship(lazy="raise")

    @property
    def cause(self) -> str:
        """What a hold that comes of it names."""
        return f"certificate:{self.id}"


class LaboratoryResult(Vouching, Base):
    """A laboratory's report about a batch, a product, or what grew on an area.

    ``applies_from``: goods harvested or made from that day on are the ones it speaks of.
    """

    __tablename__ = "laboratory_results"
    __table_args__ = (
        CheckConstraint("num_nonnulls(product_id, area_id, batch_id) = 1", name="subject"),
        CheckConstraint("outcome IN ('passed', 'failed', 'unjudged')", name="outcome"),
        CheckConstraint("sampled_on <= reported_on", name="dates"),
        CheckConstraint("(removed_at IS NULL) = (removed_because IS NULL)", name="removed"),
        Index(None, "organisation_id", "sampled_on"),
        Index(None, "province_code", "commune_code"),
    )

    area_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("growing_areas.id"), index=True
    )
    laboratory: Mapped[str] = mapped_column(String(200))
    # Number of its accreditation (VILAS 123, ISO/IEC 17025); empty when it has none.
    accreditation: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80))
    sampled_on: Mapped[date] = mapped_column(Date)
    reported_on: Mapped[date] = mapped_column(Date)
    applies_from: Mapped[date] = mapped_column(Date)
    food_group: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(8))
    retest_of_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("laboratory_results.id"), index=True
    )

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")
    batch: Mapped[Batch | None] = relationship(lazy="raise")
    area: Mapped[GrowingArea | None] = relationship(lazy="raise")
    readings: Mapped[list[LaboratoryReading]] = relationship(
        lazy="raise", order_by="LaboratoryReading.place"
    )

    @property
    def cause(self) -> str:
        """What a hold that comes of it names."""
        return f"laboratory:{self.id}"

    @property
    def failed_parameters(self) -> tuple[str, ...]:
        return tuple(each.parameter for each in self.readings if each.outcome == "failed")


class LaboratoryReading(Base):
    """One line of a report, and how it was judged on the day it came."""

    __tablename__ = "laboratory_readings"
    __table_args__ = (
        CheckConstraint("outcome IN ('passed', 'failed', 'unjudged')", name="outcome"),
        CheckConstraint("(value IS NULL) = is_below_detection", name="value"),
    )

    result_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("laboratory_results.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    # A code of data/parameters.csv, or the report's own words for what the table does not know.
    parameter: Mapped[str] = mapped_column(String(80))
    value: Mapped[Decimal | None] = mapped_column(Numeric(24, 9))
    is_below_detection: Mapped[bool] = mapped_column(Boolean)
    detection_limit: Mapped[Decimal | None] = mapped_column(Numeric(24, 9))
    unit: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(120))
    most: Mapped[Decimal | None] = mapped_column(Numeric(24, 9))
    limit_source: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(8))
