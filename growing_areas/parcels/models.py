"""Tables of parcels: pieces of a plot farmed by one household each, and those households.

A household is a person's name and number: its row can be erased, and a parcel stays without it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base

VERSION_KINDS = ("first", "renamed", "redrawn", "cut")
"""Why a parcel is other than before: new label, other ground, or cut to its area's outline."""
AGREED_HOW = ("paper", "in_person", "telephone", "web")
"""How a household agreed to be registered; the same words as recorded consents."""


class PlotHousehold(Base):
    """A household farming part of a plot: personal, never public, can be erased.

    It belongs to the plot, so every registration of the plot (crop × market) knows the same
    households. ``agreed_on`` is the day it agreed to the registration, ``agreement_hash`` the
    digest of the signed paper kept as a private file.
    """

    __tablename__ = "growing_plot_households"
    __table_args__ = (
        CheckConstraint("(agreed_on IS NULL) = (agreed_how IS NULL)", name="agreed"),
        CheckConstraint(
            "agreed_how IN ('paper', 'in_person', 'telephone', 'web')", name="agreed_how"
        ),
        CheckConstraint("agreement_hash IS NULL OR agreed_on IS NOT NULL", name="agreement"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plot_id: Mapped[int] = mapped_column(
        ForeignKey("growing_plots.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(16))
    area_ha: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    agreed_on: Mapped[date | None] = mapped_column(Date)
    agreed_how: Mapped[str | None] = mapped_column(String(10))
    agreement_hash: Mapped[str | None] = mapped_column(
        ForeignKey("stored_files.digest"), index=True
    )


class Parcel(Base):
    """A piece of a plot (thửa): drawn inside its outline, or merely listed with its size.

    ``number`` is unique among the parcels that are there; a removed parcel keeps its row, because
    diary lines and batches go on naming it.
    """

    __tablename__ = "growing_parcels"
    __table_args__ = (
        CheckConstraint("area_m2 > 0", name="area"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("origin IN ('drawn', 'file', 'pasted', 'api', 'listed')", name="origin"),
        CheckConstraint("(geometry IS NULL) = (origin = 'listed')", name="outline"),
        Index(
            "uq_growing_parcels_number",
            "plot_id",
            "number",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plot_id: Mapped[int] = mapped_column(ForeignKey("growing_plots.id"))
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(120))
    household_id: Mapped[int | None] = mapped_column(
        ForeignKey("growing_plot_households.id", ondelete="SET NULL"), index=True
    )
    geometry: Mapped[bytes | None] = mapped_column(LargeBinary)
    area_m2: Mapped[float] = mapped_column(Float)
    origin: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_by_id: Mapped[int | None] = mapped_column(BigInteger)

    household: Mapped[PlotHousehold | None] = relationship(lazy="raise")

    @property
    def is_drawn(self) -> bool:
        return self.geometry is not None


class ParcelVersion(Base):
    """What a parcel was from an instant on, never changed: label, outline, size.

    Diary lines and batches name a parcel by its id and their day: what it was that day stands
    here, however it is drawn now. It holds until the next version, or until the parcel is removed.
    """

    __tablename__ = "growing_parcel_versions"
    __table_args__ = (
        UniqueConstraint("parcel_id", "number"),
        CheckConstraint("kind IN ('first', 'renamed', 'redrawn', 'cut')", name="kind"),
        CheckConstraint("area_m2 > 0", name="area"),
        CheckConstraint("(geometry IS NULL) = (origin = 'listed')", name="outline"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("growing_parcels.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(120))
    geometry: Mapped[bytes | None] = mapped_column(LargeBinary)
    area_m2: Mapped[float] = mapped_column(Float)
    origin: Mapped[str] = mapped_column(String(8))
    held_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    drawn_by_id: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_drawn(self) -> bool:
        return self.geometry is not None
