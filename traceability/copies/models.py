"""Tables of copies: what is remembered of a code, what was found suspicious, how far was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from traceability.models import Batch

STATES = ("open", "explained", "confirmed")
OF_LOT = 0
"""The number of what is suspected of the labels that name their lot alone."""


class SerialSightings(Base):
    """What is remembered of a serial (`sightings.Sightings`): no scan, no person, no device.

    `places`: at most one entry a province, [scans, first, last] in seconds of Unix time.
    `leap`: the shortest way it went too fast, [from, at, to, at].
    """

    __tablename__ = "serial_sightings"

    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    serial_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scans: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    places: Mapped[dict[str, list[int]]] = mapped_column(JSONB)
    leaps: Mapped[int] = mapped_column(SmallInteger)
    leap: Mapped[list[Any] | None] = mapped_column(JSONB)


class CopyMark(Base):
    """Up to which scan was looked; one row."""

    __tablename__ = "copy_marks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    scan_id: Mapped[int] = mapped_column(BigInteger)


class CopySuspicion(Base):
    """A code of which more was seen than one thing explains, until somebody has looked.

    `serial_number` is 0 for the labels that name their lot alone. `reasons`: what was seen
    (`weighing.Reason`), as [code, points, params]; `score` is their sum. Organisation and place are
    the batch's.
    """

    __tablename__ = "copy_suspicions"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'explained', 'confirmed')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_as IN ('owner', 'office')", name="decided_as"),
        Index(
            "uq_copy_suspicions_batch_id_serial_number", "batch_id", "serial_number", unique=True
        ),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    serial_number: Mapped[int] = mapped_column(Integer)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    score: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[list[Any]]] = mapped_column(JSONB)
    scans: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(9))
    noticed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # When a letter named it; None: the next one will.
    written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger)
    decided_as: Mapped[str | None] = mapped_column(String(6))
    decided_score: Mapped[int | None] = mapped_column(Integer)
    because: Mapped[str | None] = mapped_column(Text)

    batch: Mapped[Batch] = relationship(lazy="raise")

    @property
    def is_of_lot(self) -> bool:
        return self.serial_number == OF_LOT
