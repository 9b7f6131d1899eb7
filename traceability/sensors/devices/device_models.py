"""Tables of what devices are let in by, and of messages that could not be kept."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Identity, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from traceability.sensors.models import Sensor


class SensorToken(Base):
    """A key that lets a device post readings and nothing else: of one sensor, or of all of a house.

    Shown once, kept as a hash; `prefix` is how people tell it from others.
    """

    __tablename__ = "sensor_tokens"
    __table_args__ = (
        Index(None, "organisation_id"),
        Index(None, "sensor_id"),
        Index(None, "created_by_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    sensor_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("sensors.id"))
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL")
    )
    # The day is enough to know whether it is in use.
    last_used_on: Mapped[date | None] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    sensor: Mapped[Sensor | None] = relationship(lazy="raise")


class DeadLetter(Base):
    """A message that could not be kept for a reason nobody foresaw, set aside as it came."""

    __tablename__ = "sensor_dead_letters"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    topic: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(80))
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
