"""Tables of sensors: where they stand and stood, readings by month, alarms, limits."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation, Person
from foundation.db import Base
from growing_areas.models import GrowingArea
from traceability.models import Batch
from traceability.sensors.judging import patience
from traceability.sensors.measures import MEASURES, Measure

PLACES = ("area", "batch", "room")


class Sensor(Base):
    """A registered sensor (cảm biến): one measurement at one place of an organisation.

    Since `placed_at` it stands in a growing area, goes with a batch, or hangs in a room called by
    its name, or nowhere once its batch is over; where it stood before is told by its stays. Its
    code, which nobody guesses, is the end of its MQTT topic. `low` and `high` are the limits of
    the place, used where the product it goes with has none: the newest of its `sensor_limits`.
    `is_public`: its owner lets trace pages show what it measured beside a batch. `refused` counts
    messages that could not be read.
    """

    __tablename__ = "sensors"
    __table_args__ = (
        CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
        CheckConstraint("low < high", name="limits"),
        CheckConstraint("num_nonnulls(area_id, batch_id, room) <= 1", name="place"),
        Index(None, "organisation_id", "id"),
        Index(None, "area_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(80))
    measures: Mapped[str] = mapped_column(String(12))
    area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("growing_areas.id"))
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"))
    room: Mapped[str | None] = mapped_column(String(80))
    low: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    high: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    is_public: Mapped[bool] = mapped_column(Boolean, server_default=false())
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    placed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_value: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    refused: Mapped[int] = mapped_column(Integer, server_default="0")
    refused_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refused_because: Mapped[str | None] = mapped_column(String(20))
    # Readings outside in an unbroken row, while they are too few or too short for an alarm.
    outside_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outside_count: Mapped[int] = mapped_column(Integer, server_default="0")
    outside_worst: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    outside_above: Mapped[bool | None] = mapped_column(Boolean)
    # Since when, during an alarm, everything is well again by the margin.
    calm_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    area: Mapped[GrowingArea | None] = relationship(lazy="raise")
    batch: Mapped[Batch | None] = relationship(lazy="raise")

    @property
    def measure(self) -> Measure:
        """What it measures, with unit and bounds."""
        return MEASURES[self.measures]

    @property
    def topic(self) -> str:
        """Where the device publishes."""
        return f"nguon/sensors/{self.code}"


class SensorStay(Base):
    """Where a sensor stood before it was moved: from when until when."""

    __tablename__ = "sensor_stays"
    __table_args__ = (
        CheckConstraint("num_nonnulls(area_id, batch_id, room) <= 1", name="place"),
        CheckConstraint("ended_at >= began_at", name="ended_after_began"),
        Index(None, "sensor_id", "ended_at"),
        Index(None, "area_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sensor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sensors.id"))
    area_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("growing_areas.id"))
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"))
    room: Mapped[str | None] = mapped_column(String(80))
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    area: Mapped[GrowingArea | None] = relationship(lazy="raise")
    batch: Mapped[Batch | None] = relationship(lazy="raise")


class SensorReading(Base):
    """One reading: what a sensor measured when; told twice it is still one.

    Partitioned by the month of `measured_at` (UTC); what has no month of its own lies in the
    default part until its month is made. `sequence` tells two readings of one instant apart;
    devices that count may send it, others leave 0.
    """

    __tablename__ = "sensor_readings"
    __table_args__ = ({"postgresql_partition_by": "RANGE (measured_at)"},)

    sensor_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sensors.id"), primary_key=True, autoincrement=False
    )
    measured_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    value: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SensorAlarm(Base):
    """One excursion: from the first reading outside the limits to the first of the calm after it.

    It begins and ends only once that has lasted (`watching`): it was sure from `sure_at` and over
    at `over_at`, by the time of measuring; `heard_at` is when the house learned of it. `worst` is
    the reading farthest outside; an alarm without `ended_at` lasts. `told_*_at`: when its managers
    were written to. `revised_at`: when readings that came late last changed what they had been
    told. `overtaken_at`: since when such readings say that it was no alarm of its own, but part of
    the one at `joined_id`, or none; it is kept because it was told, and counts no more.
    """

    __tablename__ = "sensor_alarms"
    __table_args__ = (
        CheckConstraint("ended_at >= began_at", name="ended_after_began"),
        Index(
            "uq_sensor_alarms_lasting",
            "sensor_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "sensor_id", "began_at"),
        Index(
            "ix_sensor_alarms_untold",
            "id",
            postgresql_where=text("told_begin_at IS NULL OR told_end_at IS NULL"),
        ),
        Index("ix_sensor_alarms_revised", "id", postgresql_where=text("revised_at IS NOT NULL")),
        Index(None, "joined_id", postgresql_where=text("joined_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sensor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sensors.id"))
    is_above: Mapped[bool] = mapped_column(Boolean)
    limit: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    worst: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_begin_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_end_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sure_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    over_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    heard_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revised_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    overtaken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    joined_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("sensor_alarms.id"))

    sensor: Mapped[Sensor] = relationship(lazy="raise")
    joined: Mapped["SensorAlarm | None"] = relationship(lazy="raise", remote_side="SensorAlarm.id")
    answers: Mapped[list["AlarmAnswer"]] = relationship(
        lazy="raise", order_by="AlarmAnswer.id", back_populates="alarm"
    )

    @property
    def is_late(self) -> bool:
        """Whether the house learned of it long after a device on its line would have told it."""
        if self.sure_at is None or self.heard_at is None:
            return False
        return patience.is_late(self.sensor.measures, self.sure_at, self.heard_at)


class AlarmAnswer(Base):
    """Somebody saw to an alarm: who, when, and what was done."""

    __tablename__ = "sensor_alarm_answers"
    __table_args__ = (Index(None, "alarm_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    alarm_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sensor_alarms.id"))
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL")
    )
    answered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done: Mapped[str] = mapped_column(String(500))

    alarm: Mapped[SensorAlarm] = relationship(lazy="raise", back_populates="answers")
    person: Mapped[Person | None] = relationship(lazy="raise")


class _Limits:
    """Limits, and how patient an alarm is: what is empty is the house's own rule (`patience`)."""

    low: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    high: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    begin_minutes: Mapped[int | None] = mapped_column(Integer)
    begin_readings: Mapped[int | None] = mapped_column(Integer)
    margin: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    end_minutes: Mapped[int | None] = mapped_column(Integer)


class PlaceLimits(_Limits, Base):
    """Between which limits a sensor's place is to be, from a moment on until the next such row.

    Rows are only added to. A sensor's first ones also judge what it measured before.
    """

    __tablename__ = "sensor_limits"
    __table_args__ = (
        CheckConstraint("low < high", name="limits"),
        Index(None, "sensor_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sensor_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sensors.id"))
    valid_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ProductLimits(_Limits, Base):
    """Between which limits a product is to be kept, from a day on until the next such row.

    Rows are only added to: one said later for the same day takes the place of the former from the
    moment it was said, never for what was measured before. Both limits empty: from that day on the
    product has none. `source`: the label, standard or contract that says so.
    """

    __tablename__ = "product_limits"
    __table_args__ = (
        CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
        CheckConstraint("low < high", name="limits"),
        Index(None, "product_id", "measures", "valid_from"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"))
    measures: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date] = mapped_column(Date)
    source: Mapped[str | None] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def measure(self) -> Measure:
        """What is limited, with unit and bounds."""
        return MEASURES[self.measures]


class DroppedReadings(Base):
    """A month whose readings were deleted when their time was over, and how many they were."""

    __tablename__ = "dropped_readings"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    readings: Mapped[int] = mapped_column(BigInteger)
    dropped_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
