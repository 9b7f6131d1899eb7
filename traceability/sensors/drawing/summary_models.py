"""Tables of what sensors measured, hour by hour and day by day, drawn from the readings."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class _Summary:
    """Readings of a stretch of time together: `total` is the sum of their values.

    `outside_s`: seconds outside the limits of their moment, each reading standing for the time
    since the one before, if that is at most an hour ago; longer silence is nobody's excursion.
    """

    readings: Mapped[int] = mapped_column(Integer)
    lowest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    highest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    total: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    outside_s: Mapped[Decimal] = mapped_column(Numeric(14, 6))
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SensorHour(_Summary, Base):
    """An hour of a sensor at one of its stays, which `stay_began_at` names."""

    __tablename__ = "sensor_hours"

    sensor_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sensors.id"), primary_key=True, autoincrement=False
    )
    hour: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    stay_began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)


class SensorDay(_Summary, Base):
    """A Vietnamese day of a sensor at one of its stays."""

    __tablename__ = "sensor_days"

    sensor_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sensors.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    stay_began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)


class SensorDayRecord(Base):
    """A closed day of a sensor shown to the public, as the ledger holds it. Append-only.

    Readings that came late afterwards make a further one, with the next `edition`.
    """

    __tablename__ = "sensor_day_records"
    __table_args__ = (
        CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
        Index(None, "batch_id", "day"),
    )

    sensor_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sensors.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    stay_began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    edition: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    measures: Mapped[str] = mapped_column(String(12))
    readings: Mapped[int] = mapped_column(Integer)
    lowest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    highest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    mean: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    outside_s: Mapped[Decimal] = mapped_column(Numeric(14, 6))
    low: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    high: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
