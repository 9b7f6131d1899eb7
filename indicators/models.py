"""Tables of the indicators: facts per day and commune, and the registers nobody else keeps."""

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
    Numeric,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Organisation, Person
from foundation.db import Base
from growing_areas.raw_materials.models import RawMaterialArea

CHANNEL_KINDS = ("supermarket", "convenience", "marketplace", "own_shop", "export")
ROSTER_KINDS = ("ocop_owners", "cooperatives", "communes")


class BuiltDay(Base):
    """A day whose facts have been built: on it, a commune without a fact has none, and not "?"."""

    __tablename__ = "indicator_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    built_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DayFact(Base):
    """The value of one measure on one day in one commune; rebuilt from the rooms' rows."""

    __tablename__ = "indicator_facts"
    __table_args__ = (Index(None, "day"),)

    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    commune_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(24, 4))


class RosterCount(Base):
    """How many there are in all, by an office's dated list: what ratios are divided by.

    `unit_code` is the commune or province the list is complete for.
    """

    __tablename__ = "roster_counts"
    __table_args__ = (
        CheckConstraint("kind IN ('ocop_owners', 'cooperatives', 'communes')", name="kind"),
        CheckConstraint("total >= 0", name="total"),
        Index(None, "kind", "unit_code", "as_of"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_code: Mapped[str] = mapped_column(String(5))
    province_code: Mapped[str] = mapped_column(String(2))
    as_of: Mapped[date] = mapped_column(Date)
    total: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LinkageModel(Base):
    """A model linking production with sale (mô hình liên kết), as an office confirmed it."""

    __tablename__ = "linkage_models"
    __table_args__ = (Index(None, "commune_code"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    commune_code: Mapped[str] = mapped_column(String(5))
    province_code: Mapped[str] = mapped_column(String(2))
    crop: Mapped[str] = mapped_column(String(100))
    buyer: Mapped[str] = mapped_column(String(200))
    has_area: Mapped[bool]
    raw_material_area_id: Mapped[int | None] = mapped_column(
        ForeignKey(RawMaterialArea.id), index=True
    )
    digital_means: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(500))
    entered_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def is_digital(self) -> bool:
        """Whether digital technology is used in it."""
        return bool(self.digital_means)


class ChannelClaim(Base):
    """That an OCOP owner sells through a modern channel, as an office confirmed it."""

    __tablename__ = "channel_claims"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('supermarket', 'convenience', 'marketplace', 'own_shop', 'export')",
            name="kind",
        ),
        Index(None, "commune_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_name: Mapped[str] = mapped_column(String(200))
    owner_key: Mapped[str] = mapped_column(String(400))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    commune_code: Mapped[str] = mapped_column(String(5))
    province_code: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(500))
    entered_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
