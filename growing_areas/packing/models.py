"""Tables of packing houses: the register, what was decided, their codes, who delivers to them.

No person stands here: the operator is an organisation. What is append-only (events, inspections,
codes) holds ids and facts.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

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
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from growing_areas.models import GrowingArea

STATUSES = ("draft", "submitted", "inspected", "approved", "suspended", "revoked", "expired")
IN_FORCE = "approved"


class PackingHouse(Base):
    """A place where produce is sorted and packed, through its life from draft to revoked.

    ``lon`` and ``lat`` are its gate (WGS 84); the public sees them rounded. ``crops`` are codes of
    `growing_areas.crops`, ``markets`` as of growing areas.
    """

    __tablename__ = "packing_houses"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'submitted', 'inspected', 'approved', 'suspended', 'revoked',"
            " 'expired')",
            name="status",
        ),
        CheckConstraint(
            "(code IS NULL) = (status IN ('draft', 'submitted', 'inspected'))", name="coded"
        ),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position"),
        CheckConstraint("capacity_kg > 0", name="capacity"),
        Index(None, "organisation_id", "status"),
        Index(None, "province_code", "commune_code", "status"),
        Index(None, "status", "lon", "lat"),
        Index(None, "name_key"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(300), default="")
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    crops: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    products: Mapped[str] = mapped_column(String(500), default="")
    markets: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    capacity_kg: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    equipment: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    valid_until: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)
    status_changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    def status_on(self, day: date) -> str:
        """The status as of a day: a code whose last day has passed is expired, job or no job."""
        if self.status == IN_FORCE and self.valid_until is not None and self.valid_until < day:
            return "expired"
        return self.status


class PackingStandard(Base):
    """A standard the house is certified to: number, who certified, until when."""

    __tablename__ = "packing_house_standards"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    house_id: Mapped[int] = mapped_column(
        ForeignKey("packing_houses.id", ondelete="CASCADE"), index=True
    )
    standard: Mapped[str] = mapped_column(String(40))
    certificate_number: Mapped[str] = mapped_column(String(80))
    certifier: Mapped[str] = mapped_column(String(200))
    valid_until: Mapped[date | None] = mapped_column(Date)


class PackingDelivery(Base):
    """A growing area whose harvest goes to the house.

    An area of another organisation counts only once that organisation has confirmed it.
    """

    __tablename__ = "packing_house_areas"
    __table_args__ = (UniqueConstraint("house_id", "area_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("packing_houses.id", ondelete="CASCADE"))
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"), index=True)
    declared_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_by_id: Mapped[int | None] = mapped_column(BigInteger)

    area: Mapped[GrowingArea] = relationship(lazy="raise")
    house: Mapped[PackingHouse] = relationship(lazy="raise")


class PackingEvent(Base):
    """A step in the life of a house: who (by id) moved it from which status to which, and why."""

    __tablename__ = "packing_house_events"
    __table_args__ = (Index(None, "house_id", "happened_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("packing_houses.id"))
    action: Mapped[str] = mapped_column(String(16))
    from_status: Mapped[str] = mapped_column(String(12))
    to_status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PackingInspection(Base):
    """A visit to the house: each point of the checklist of that day, and the outcome."""

    __tablename__ = "packing_house_inspections"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("packing_houses.id"), index=True)
    passed: Mapped[bool]
    inspected_on: Mapped[date] = mapped_column(Date)
    # Key of the point → "met", "not_met" or "not_applicable".
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    notes: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PackingCode(Base):
    """A code as issued, for good; a revoked house's code is never given again.

    ``as_printed`` is an official code letter by letter as its decision prints it.
    """

    __tablename__ = "packing_house_codes"
    __table_args__ = (
        UniqueConstraint("template", "commune_code", "serial"),
        CheckConstraint("kind IN ('internal', 'official')", name="kind"),
        CheckConstraint(
            "kind != 'official' OR (decision_number IS NOT NULL AND agency IS NOT NULL"
            " AND decided_on IS NOT NULL AND as_printed IS NOT NULL)",
            name="decision",
        ),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("packing_houses.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    as_printed: Mapped[str | None] = mapped_column(String(40), index=True)
    template: Mapped[str | None] = mapped_column(String(40))
    commune_code: Mapped[str | None] = mapped_column(String(8))
    serial: Mapped[int | None] = mapped_column(Integer)
    decision_number: Mapped[str | None] = mapped_column(String(80))
    agency: Mapped[str | None] = mapped_column(String(200))
    decided_on: Mapped[date | None] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    issued_by_id: Mapped[int | None] = mapped_column(BigInteger)
