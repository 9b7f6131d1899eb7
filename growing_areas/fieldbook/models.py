"""Tables of the farm diary: its lines, the plots they speak of, persons and photos beside them.

A line is never changed and holds no person: who did the work is a number of `DiaryPerson`, whose
name can be erased, and a photo is a row of its own whose file can.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base

ACTIVITIES = (
    "planting", "fertilising", "spraying", "irrigation", "weeding", "pruning",
    "feeding", "treatment", "harvest", "inspection", "waste", "other",
)  # fmt: skip
WEATHERS = ("sunny", "cloudy", "light_rain", "rain", "windy", "cold", "hot")
DOSE_PER = ("HAR", "LTR", "MTQ", "H87", "KGM")
"""What a dose is told by: hectare, litre of water, cubic metre, tree or head, kilogram of feed."""
WASTE_KINDS = ("packaging", "plastic", "expired", "crop_residue", "manure", "carcass", "other")
ROLES = ("worker", "buyer", "seller")


class DiaryEntry(Base):
    """One line of the farm diary. Never edited: a correction is a new line naming the old.

    Work told for several areas at once is a line of each, bound by ``work_key``. ``flags`` and
    ``catalogue_days`` are what the catalogue said of the material when the line was written.
    """

    __tablename__ = "diary_entries"
    __table_args__ = (
        CheckConstraint(
            "activity IN ('planting', 'fertilising', 'spraying', 'irrigation', 'weeding',"
            " 'pruning', 'feeding', 'treatment', 'harvest', 'inspection', 'waste', 'other')",
            name="activity",
        ),
        CheckConstraint("pre_harvest_days BETWEEN 0 AND 1000", name="pre_harvest_days"),
        CheckConstraint("(quantity IS NULL) = (unit IS NULL)", name="quantity_unit"),
        CheckConstraint("NOT void OR corrects_id IS NOT NULL", name="void"),
        CheckConstraint(
            "(dose_amount IS NULL) = (dose_unit IS NULL)"
            " AND (dose_amount IS NULL) = (dose_per IS NULL)"
            " AND (dose_amount IS NULL) = (dose_per_amount IS NULL)",
            name="dose",
        ),
        CheckConstraint("dose_per_amount > 0", name="dose_per_amount"),
        CheckConstraint("head_count > 0", name="head_count"),
        Unique("work_key", "area_id"),
        Index(None, "area_id", "done_on"),
        Index("ix_diary_entries_newest", "organisation_id", "done_on", "id"),
        Index("ix_diary_entries_by_day", "done_on", "id"),
        Index(
            "ix_diary_entries_flagged", "done_on", "id", postgresql_where=text("flags IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    activity: Mapped[str] = mapped_column(String(16))
    done_on: Mapped[date] = mapped_column(Date)
    product_name: Mapped[str | None] = mapped_column(String(200))
    active_ingredient: Mapped[str | None] = mapped_column(String(200))
    pre_harvest_days: Mapped[int | None] = mapped_column(Integer)
    dose: Mapped[str | None] = mapped_column(String(120))
    target: Mapped[str | None] = mapped_column(String(200))
    equipment: Mapped[str | None] = mapped_column(String(200))
    water_source: Mapped[str | None] = mapped_column(String(200))
    treated_ha: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    unit: Mapped[str | None] = mapped_column(String(3))
    notes: Mapped[str | None] = mapped_column(Text)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("diary_entries.id"), unique=True)
    # True for a correction that only says: this was never done.
    void: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(BigInteger)
    work_key: Mapped[UUID | None]
    # Of work on several areas: this line's share by size of what was told for all of them.
    is_share: Mapped[bool | None]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("diary_persons.id"), index=True)
    material_id: Mapped[int | None] = mapped_column(
        ForeignKey("permitted_materials.id"), index=True
    )
    catalogue_days: Mapped[int | None] = mapped_column(Integer)
    flags: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    # 20 ml (amount, unit) for 16 litres of water (per amount, per).
    dose_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    dose_unit: Mapped[str | None] = mapped_column(String(3))
    dose_per_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    dose_per: Mapped[str | None] = mapped_column(String(3))
    weather: Mapped[str | None] = mapped_column(String(12))
    head_count: Mapped[int | None] = mapped_column(Integer)
    waste_kind: Mapped[str | None] = mapped_column(String(12))
    disposal: Mapped[str | None] = mapped_column(String(200))

    parcel_links: Mapped[list[DiaryEntryParcel]] = relationship(
        lazy="raise", viewonly=True, order_by="DiaryEntryParcel.parcel_id"
    )

    @property
    def parcel_ids(self) -> tuple[int, ...]:
        """The parcels the line speaks of; none named means the whole area."""
        return tuple(link.parcel_id for link in self.parcel_links)

    @property
    def days_that_count(self) -> int | None:
        """The interval to keep: the longer of label and catalogue; None is unknown, never 0."""
        return max(
            (days for days in (self.pre_harvest_days, self.catalogue_days) if days is not None),
            default=None,
        )

    @property
    def first_permitted_on(self) -> date | None:
        """The first day a harvest is permitted after this; None where no interval is known."""
        days = self.days_that_count
        return None if days is None else self.done_on + timedelta(days=days)


class DiaryEntryParcel(Base):
    """A parcel a line of the diary speaks of; written with its line, never changed."""

    __tablename__ = "diary_entry_parcels"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("diary_entries.id"), primary_key=True, autoincrement=False
    )
    parcel_id: Mapped[int] = mapped_column(
        ForeignKey("growing_parcels.id"), primary_key=True, autoincrement=False, index=True
    )


class DiaryPerson(Base):
    """Somebody named in diaries or on slips: personal, never public, can be erased.

    The ledger holds a commitment of salt and name only; both go when the name is erased.
    """

    __tablename__ = "diary_persons"
    __table_args__ = (
        CheckConstraint("role IN ('worker', 'buyer', 'seller')", name="role"),
        CheckConstraint(
            "(name IS NULL) = (erased_at IS NOT NULL) AND (salt IS NULL) = (name IS NULL)"
            " AND (name_key IS NULL) = (name IS NULL)",
            name="erased",
        ),
        Index(
            "uq_diary_persons_name",
            "organisation_id",
            "role",
            "name_key",
            unique=True,
            postgresql_where=text("name_key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(8))
    name: Mapped[str | None] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(400))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DiaryPhoto(Base):
    """A photo of work, kept as soon as it arrives; ``work_key`` is the work it will belong to.

    Erased, the row stays without its files: the ledger's commitment needs salt and digest.
    """

    __tablename__ = "diary_photos"
    __table_args__ = (
        CheckConstraint(
            "(file_digest IS NULL) = (erased_at IS NOT NULL)"
            " AND (card_digest IS NULL) = (file_digest IS NULL)"
            " AND (salt IS NULL) = (file_digest IS NULL)",
            name="erased",
        ),
        Index(None, "work_key", "file_digest", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    work_key: Mapped[UUID]
    file_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    card_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
