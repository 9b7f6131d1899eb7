"""Tables of dossiers: editions and amendments, papers, certificates, yields, visit photos.

Editions are append-only: what an area was on a day can always be told. Papers and photos are
private; they hold no name, their files may.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

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
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from growing_areas.models import PlotVersion

AMENDMENT_STATUSES = ("submitted", "inspected", "approved", "returned", "withdrawn")
OPEN_AMENDMENT = ("submitted", "inspected")


class AreaEdition(Base):
    """What an area in force was from an instant on: its outline and details, never changed."""

    __tablename__ = "growing_area_editions"
    __table_args__ = (UniqueConstraint("area_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    number: Mapped[int] = mapped_column(Integer)
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"))
    amendment_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200))
    variety: Mapped[str | None] = mapped_column(String(120))
    planting_year: Mapped[int | None] = mapped_column(Integer)
    expected_yield_kg: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    in_force_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    version: Mapped[PlotVersion] = relationship(lazy="raise")


class Amendment(Base):
    """A change proposed to an area in force; the old outline stands until it is approved."""

    __tablename__ = "growing_area_amendments"
    __table_args__ = (
        CheckConstraint(
            "status IN ('submitted', 'inspected', 'approved', 'returned', 'withdrawn')",
            name="status",
        ),
        Index(
            "ix_growing_area_amendments_open",
            "area_id",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'inspected')"),
        ),
        Index(None, "area_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"), index=True)
    based_on_id: Mapped[int] = mapped_column(ForeignKey("growing_plot_versions.id"))
    name: Mapped[str] = mapped_column(String(200))
    variety: Mapped[str | None] = mapped_column(String(120))
    planting_year: Mapped[int | None] = mapped_column(Integer)
    expected_yield_kg: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text, default="")
    causes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proposed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    status_changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    version: Mapped[PlotVersion] = relationship(foreign_keys=[version_id], lazy="raise")

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_AMENDMENT

    @property
    def moves_outline(self) -> bool:
        """Whether it changes the ground and not only what is said of it."""
        return self.version_id != self.based_on_id


class AreaCertificate(Base):
    """A certificate of a standard; without its file it is only what the cooperative says."""

    __tablename__ = "growing_area_certificates"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="dates"),
        Index(None, "area_id", "valid_to"),
        Index(
            "ix_growing_area_certificates_ending",
            "valid_to",
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "file_digest"),
        Index(
            "ix_growing_area_certificates_by_standard",
            "standard",
            "valid_to",
            "area_id",
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id", ondelete="CASCADE"))
    standard: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"))
    # The smallest number of days before the end that was warned about already.
    warned_days: Mapped[int | None] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AreaPaper(Base):
    """A paper that proves a piece of the dossier: private, leaves only through its own page.

    One that was removed lets its file go, unless a decision rests on it (`dossiers.records`).
    """

    __tablename__ = "growing_area_papers"
    __table_args__ = (
        CheckConstraint("file_digest IS NOT NULL OR removed_at IS NOT NULL", name="file"),
        Index(None, "area_id", "piece"),
        Index(None, "file_digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id", ondelete="CASCADE"))
    piece: Mapped[str] = mapped_column(String(40))
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"))
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AreaYield(Base):
    """What an area yielded in an earlier year, as its cooperative says."""

    __tablename__ = "growing_area_yields"
    __table_args__ = (CheckConstraint("quantity_kg >= 0", name="quantity"),)

    area_id: Mapped[int] = mapped_column(
        ForeignKey("growing_areas.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    quantity_kg: Mapped[Decimal] = mapped_column(Numeric(18, 3))


class VisitPhoto(Base):
    """A photo of a visit, stripped of all it tells but the picture.

    Until the visit is recorded it belongs to whoever took it (``inspection_id`` empty). Of where
    it was taken only the distance from the area is kept.
    """

    __tablename__ = "growing_area_visit_photos"
    __table_args__ = (
        Index(None, "inspection_id"),
        Index(None, "area_id", "person_id"),
        Index(None, "file_digest"),
        Index(None, "card_digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("growing_area_inspections.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    file_digest: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"))
    card_digest: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"))
    distance_m: Mapped[int | None] = mapped_column(Integer)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AlarmSent(Base):
    """That somebody was sent their digest of a day: once, however often the job runs."""

    __tablename__ = "growing_area_alarms"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
