"""Tables of linking: the links owners add to what their labels lead to."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class ProductLink(Base):
    """A page elsewhere about a product, of one kind, for a time; kept after it was taken off."""

    __tablename__ = "product_links"
    __table_args__ = (
        CheckConstraint("href LIKE 'https://%'", name="https"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    link_type: Mapped[str] = mapped_column(String(60))
    href: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(5))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
