"""Tables of label designs: what a cooperative's labels say, and where each is the usual one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from products.models import Product


class LabelDesign(Base):
    """A design of a cooperative's own. `content` is `designs.design.Design` as it is now;
    `version` counts its changes. An order keeps the words it was printed with."""

    __tablename__ = "label_designs"
    __table_args__ = (
        Index(
            "uq_label_designs_organisation_id_name",
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
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class LabelDesignUse(Base):
    """Where a design is the usual one: for a product, for a paper, for both, or for all."""

    __tablename__ = "label_design_uses"
    __table_args__ = (
        Index(
            "uq_label_design_uses_for",
            "organisation_id",
            text("coalesce(product_id, 0)"),
            "layout",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    product_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("products.id"), index=True
    )
    # A paper's code; empty: on every paper.
    layout: Mapped[str] = mapped_column(String(40), default="")
    design_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("label_designs.id"), index=True)

    design: Mapped[LabelDesign] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")
