"""Tables of open data: what was published, version by version; the bytes lie on a shelf."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base


class OpenDataVersion(Base):
    """A dataset as published from ``issued_at`` until ``superseded_at`` (None: still).

    ``content_hash`` tells whether anything changed; ``checked_at`` is the last time the rows were
    compared with it.
    """

    __tablename__ = "open_data_versions"
    __table_args__ = (UniqueConstraint("dataset", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dataset: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(Integer)
    content_hash: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    files: Mapped[list[OpenDataFile]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )


class OpenDataFile(Base):
    """One version in one format: its SHA-256, size, and how many rows it holds."""

    __tablename__ = "open_data_files"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("open_data_versions.id", ondelete="CASCADE"), primary_key=True
    )
    format: Mapped[str] = mapped_column(String(8), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int] = mapped_column(BigInteger)
