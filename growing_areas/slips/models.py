"""Tables of buying slips. A slip is never changed: a correction is a new one naming the old.

Persons are numbers: the household's of its list, buyer and seller of `DiaryPerson`; all of them
can be erased and the slip stays.
"""

from __future__ import annotations

from datetime import date, datetime
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
    Numeric,
    String,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from growing_areas.fieldbook.models import DiaryEntry


class BuyingSlip(Base):
    """What a household handed over on a day, at what price. ``entry`` is its line of the diary.

    ``price_vnd`` is for one ``price_unit``; ``amount_vnd`` the whole, in dong. A slip that only
    strikes another out has no number of its own. ``household_id`` outlives the household's row.
    """

    __tablename__ = "buying_slips"
    __table_args__ = (
        Unique("organisation_id", "year", "number"),
        CheckConstraint("void = (number IS NULL)", name="number"),
        CheckConstraint("NOT void OR corrects_id IS NOT NULL", name="void"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price_vnd >= 0 AND amount_vnd >= 0", name="money"),
        Index("ix_buying_slips_newest", "organisation_id", "bought_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int | None] = mapped_column(Integer)
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("diary_entries.id"), unique=True)
    household_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("diary_persons.id"), index=True)
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("diary_persons.id"), index=True)
    bought_on: Mapped[date] = mapped_column(Date)
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    unit: Mapped[str] = mapped_column(String(3))
    grade: Mapped[str | None] = mapped_column(String(80))
    price_vnd: Mapped[int] = mapped_column(BigInteger)
    price_unit: Mapped[str] = mapped_column(String(3))
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    is_early: Mapped[bool]
    work_key: Mapped[UUID | None] = mapped_column(unique=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("buying_slips.id"), unique=True)
    void: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(BigInteger)

    entry: Mapped[DiaryEntry] = relationship(lazy="raise")
