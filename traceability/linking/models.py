"""Tables of linking: the links owners add to what their labels and codes lead to."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


def _checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("href LIKE 'https://%'", name="https"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
    )


class OwnLink:
    """A page elsewhere, of one kind, for a time; kept after it was taken off."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    link_type: Mapped[str] = mapped_column(String(60))
    href: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(5))
    context: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by_id: Mapped[int | None] = mapped_column(BigInteger)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ProductLink(OwnLink, Base):
    """A link of everything that bears a product's number."""

    __tablename__ = "product_links"
    __table_args__ = _checks()

    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)


class KeyLink(OwnLink, Base):
    """A link of one code of an organisation's: a lot, a place, a unit, a paper.

    ``path`` is the code's address at this resolver (``/414/8930001000018/254/KHO-1``).
    """

    __tablename__ = "key_links"
    __table_args__ = (
        *_checks(),
        Index("ix_key_links_path", "path", postgresql_where=text("removed_at IS NULL")),
        Index("ix_key_links_organisation_id", "organisation_id", "path"),
    )

    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    path: Mapped[str] = mapped_column(String(400))
