"""Tables of scans: each of them, how often a serial was looked up, how many a day."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class Scan(Base):
    """Somebody looked a code up. No person, no device number, no address: time and kind of device.

    `serial_number` is None when the label carried only its batch; `place` is a province's code
    where the network's is known. In parts by Vietnamese day (`days`), which are dropped as wholes.
    Batches are never deleted, and a scan's was looked up when it came in: no foreign key.
    """

    __tablename__ = "scans"
    __table_args__ = (
        Index(None, "batch_id", "scanned_at"),
        {"postgresql_partition_by": "RANGE (scanned_at)"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        server_default=text("nextval('scans_number_seq')"),
    )
    scanned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger)
    serial_number: Mapped[int | None] = mapped_column(Integer)
    device: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(5))
    place: Mapped[str | None] = mapped_column(String(8))


class ScanJournal(Base):
    """How far a scan journal has been read into `scans`: rows and this mark commit together."""

    __tablename__ = "scan_journals"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    imported_bytes: Mapped[int] = mapped_column(BigInteger)


class SerialScans(Base):
    """How often a serial was looked up, first and last; outlives the scans themselves.

    `first_place` is the province of the first look, where its network's is known.
    """

    __tablename__ = "serial_scans"

    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    serial_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scans: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    first_place: Mapped[str | None] = mapped_column(String(8))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # How a suspicion of it stands (`copies.models.STATES`), for its page; None: there is none.
    standing: Mapped[str | None] = mapped_column(String(9))


class ScanTally(Base):
    """Scans of a batch on a Vietnamese day, by province ('' unknown) and kind of device."""

    __tablename__ = "scan_tallies"
    __table_args__ = (Index(None, "batch_id", "day"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(String(8), primary_key=True)
    device: Mapped[str] = mapped_column(String(10), primary_key=True)
    scans: Mapped[int] = mapped_column(Integer)
