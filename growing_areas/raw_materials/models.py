"""Tables of raw-material areas (vùng nguyên liệu): the area, and the registrations in it.

Rows of memberships are never deleted: joined and left are days of a history.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base
from growing_areas.models import GrowingArea


class RawMaterialArea(Base):
    """Registrations of one or several organisations that together supply a buyer.

    ``code`` is ours (NL.province.serial) and never looks like an authority's. Commune and
    province are the lead organisation's when it was opened.
    """

    __tablename__ = "raw_material_areas"
    __table_args__ = (
        UniqueConstraint("province_code", "serial"),
        CheckConstraint("code LIKE 'NL.%'", name="code"),
        CheckConstraint("ended_on >= started_on", name="ended"),
        Index(None, "province_code", "commune_code"),
        Index(None, "name_key"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    serial: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    crop_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    buyer_name: Mapped[str] = mapped_column(String(200))
    contract: Mapped[str] = mapped_column(Text)
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)

    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    buyer: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[buyer_id])


class RawMaterialMember(Base):
    """A registration in a raw-material area: invited, then accepted or declined, later left.

    ``organisation_id``, commune and province are the registration's own, for permissions.
    """

    __tablename__ = "raw_material_members"
    __table_args__ = (
        CheckConstraint("state IN ('invited', 'joined', 'declined', 'left')", name="state"),
        CheckConstraint(
            "(joined_on IS NOT NULL) = (state IN ('joined', 'left'))", name="joined_on"
        ),
        CheckConstraint("(left_on IS NOT NULL) = (state = 'left')", name="left_on"),
        CheckConstraint("left_on >= joined_on", name="left_after_joined"),
        Index(
            "uq_raw_material_members_open",
            "raw_material_area_id",
            "area_id",
            unique=True,
            postgresql_where=text("state IN ('invited', 'joined')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    raw_material_area_id: Mapped[int] = mapped_column(ForeignKey("raw_material_areas.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("growing_areas.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    invited_by_id: Mapped[int | None] = mapped_column(BigInteger)
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by_id: Mapped[int | None] = mapped_column(BigInteger)
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)

    raw_material_area: Mapped[RawMaterialArea] = relationship(lazy="raise")
    area: Mapped[GrowingArea] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether it is in, or asked to be."""
        return self.state in ("invited", "joined")
