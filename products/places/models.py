"""Tables of rural-tourism places. What stands here is public; no person is in it."""

from __future__ import annotations

from datetime import date, datetime
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
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base
from products.models import KeptPhoto

STATUSES = ("draft", "published", "closed")


class TourismPlace(Base):
    """A place one visits in the countryside; a cooperative or a household may run it."""

    __tablename__ = "tourism_places"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'published', 'closed')", name="status"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position"),
        CheckConstraint("lon BETWEEN 102 AND 118 AND lat BETWEEN 6 AND 24", name="in_vietnam"),
        Index("ix_tourism_places_search", "search", postgresql_using="gin"),
        Index(None, "province_code", "status"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    slug: Mapped[str] = mapped_column(String(140), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    # Bytewise order of this key is the order of Vietnamese dictionaries.
    name_key: Mapped[str] = mapped_column(Text(collation="C"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), index=True
    )
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(300))
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    description: Mapped[str | None] = mapped_column(Text)
    description_en: Mapped[str | None] = mapped_column(Text)
    # Day → [[from, to], …], Vietnam's time: see products.places.hours.
    opening_hours: Mapped[dict[str, Any]] = mapped_column(JSONB)
    season: Mapped[str | None] = mapped_column(String(300))
    to_buy: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(12))
    closed_reason: Mapped[str | None] = mapped_column(Text)
    confirmed_on: Mapped[date] = mapped_column(Date)
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TourismPlacePhoto(KeptPhoto, Base):
    """One picture of a place."""

    __tablename__ = "tourism_place_photos"
    __table_args__ = (UniqueConstraint("place_id", "full_hash"),)

    place_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tourism_places.id"), index=True)


class TourismPlaceProduct(Base):
    """A registered product one can buy at a place."""

    __tablename__ = "tourism_place_products"

    place_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tourism_places.id"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("products.id"), primary_key=True, index=True
    )
