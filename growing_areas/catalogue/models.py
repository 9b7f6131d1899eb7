"""Tables of the catalogue: one row says that a product was permitted for a crop, from when to when.

Source: yearly lists of permitted pesticides, fertilisers, veterinary medicines and feed.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

MATERIAL_KINDS = ("pesticide", "fertiliser", "veterinary", "feed")


class PermittedMaterial(Base):
    """A product permitted for a crop (every crop when ``crop_name`` is empty) in a span of days.

    ``crop_code`` is None where the list names a crop nobody registers here. ``valid_to`` is the
    last day. Rows are added by lists and taken back with them; a later list may only end one.
    """

    __tablename__ = "permitted_materials"
    __table_args__ = (
        CheckConstraint("kind IN ('pesticide', 'fertiliser', 'veterinary', 'feed')", name="kind"),
        CheckConstraint("pre_harvest_days BETWEEN 0 AND 1000", name="pre_harvest_days"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index(
            "uq_permitted_materials_row", "kind", "name_key", "registration_number", "crop_name",
            "target", "valid_from", unique=True,
        ),
        Index("ix_permitted_materials_by_name", "name_key", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    active_ingredient: Mapped[str] = mapped_column(String(200))
    registration_number: Mapped[str] = mapped_column(String(80))
    crop_name: Mapped[str] = mapped_column(String(120))
    crop_code: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(200))
    pre_harvest_days: Mapped[int | None] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300))
    verified: Mapped[bool]
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
