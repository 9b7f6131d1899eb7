"""Tables of the product register."""

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
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class Product(Base):
    """What a cooperative or OCOP owner makes and names; batches are made of it, offers sell it."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("gtin IS NULL OR gtin ~ '^[0-9]{14}$'", name="gtin_form"),
        CheckConstraint("shelf_life_days IS NULL OR shelf_life_days > 0", name="shelf_life"),
        CheckConstraint("(net_content IS NULL) = (net_unit IS NULL)", name="net_content_unit"),
        Index("ix_products_search_folded", "search_folded", postgresql_using="gin"),
        Index("ix_products_search_exact", "search_exact", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    # Bytewise order of this key is the order of Vietnamese dictionaries.
    name_key: Mapped[str] = mapped_column(Text(collation="C"), index=True)
    gtin: Mapped[str | None] = mapped_column(String(14), unique=True)
    ocop_group: Mapped[str | None] = mapped_column(String(40), index=True)
    unit: Mapped[str] = mapped_column(String(3))
    net_content: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    net_unit: Mapped[str | None] = mapped_column(String(3))
    shelf_life_days: Mapped[int | None] = mapped_column(Integer)
    storage: Mapped[str | None] = mapped_column(Text)
    ingredients: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(String(120))
    warnings: Mapped[str | None] = mapped_column(Text)
    # The product's page on the state's traceability portal.
    portal_url: Mapped[str | None] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    description_en: Mapped[str | None] = mapped_column(Text)
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8), index=True)
    # Two keys of the same words: without marks (what a hurried thumb types) and with them
    # (so that "chè" ranks before "che"); see foundation.vietnamese.
    search_folded: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    search_exact: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProductGtin(Base):
    """A number a product bears, or bore until it was corrected; for ever this product's."""

    __tablename__ = "product_gtins"
    __table_args__ = (CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_form"),)

    gtin: Mapped[str] = mapped_column(String(14), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    replaced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)


class KeptPhoto:
    """What every photo for the public is: a picture in two sizes by the hash of its content."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    caption: Mapped[str | None] = mapped_column(String(200))
    full_hash: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    full_width: Mapped[int] = mapped_column(Integer)
    full_height: Mapped[int] = mapped_column(Integer)
    card_hash: Mapped[str] = mapped_column(ForeignKey("stored_files.digest"), index=True)
    card_width: Mapped[int] = mapped_column(Integer)
    card_height: Mapped[int] = mapped_column(Integer)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProductPhoto(KeptPhoto, Base):
    """One picture of a product."""

    __tablename__ = "product_photos"
    __table_args__ = (UniqueConstraint("product_id", "full_hash"),)

    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)


class StarCertificate(Base):
    """An OCOP recognition: so many stars, by this decision, from this day to that."""

    __tablename__ = "star_certificates"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        UniqueConstraint("product_id", "number"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    stars: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[str] = mapped_column(String(60))
    decision: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
