"""A cooperative's own label papers: grids it measured itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base


class LabelPaper(Base):
    """A sheet of labels as a cooperative's printing house cuts it; lengths in millimetres."""

    __tablename__ = "label_papers"
    __table_args__ = (
        CheckConstraint("columns > 0 AND rows > 0", name="grid"),
        Index(
            "uq_label_papers_organisation_id_name",
            "organisation_id",
            "name",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    page_width_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    page_height_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    columns: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    label_width_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    label_height_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    left_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    top_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    gap_x_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    gap_y_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    padding_mm: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def layout_code(self) -> str:
        """How orders and programs name this paper."""
        return f"own-{self.id}"
