"""Tables of the cooperative register."""

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
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

ACTIVITIES = ("active", "paused", "dissolving", "dissolved")


class CooperativeProfile(Base):
    """What the register knows of one cooperative; every unknown stays empty, never zero.

    Source of the questions: Law on Cooperatives 17/2023/QH15 (registration, members, capital)
    and the yearly report of agricultural cooperatives (land, products, services).
    """

    __tablename__ = "cooperative_profiles"
    __table_args__ = (
        CheckConstraint(
            "activity IN ('active', 'paused', 'dissolving', 'dissolved')", name="activity"
        ),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    registration_number: Mapped[str | None] = mapped_column(String(40))
    registered_on: Mapped[date | None] = mapped_column(Date)
    representative_title: Mapped[str | None] = mapped_column(String(80))
    members: Mapped[int | None] = mapped_column(Integer)
    women_members: Mapped[int | None] = mapped_column(Integer)
    member_households: Mapped[int | None] = mapped_column(Integer)
    members_summary: Mapped[str | None] = mapped_column(Text)
    land_ha: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    capital_vnd: Mapped[int | None] = mapped_column(BigInteger)
    products: Mapped[str | None] = mapped_column(Text)
    services: Mapped[str | None] = mapped_column(Text)
    certificates: Mapped[str | None] = mapped_column(Text)
    activity: Mapped[str] = mapped_column(String(16), default="active")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class CooperativeConfirmation(Base):
    """A manager's yearly word that the profile is right, with the figures as they then stood."""

    __tablename__ = "cooperative_confirmations"
    __table_args__ = (UniqueConstraint("organisation_id", "year"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    year: Mapped[int] = mapped_column(Integer)
    confirmed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL")
    )
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
