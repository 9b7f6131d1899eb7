"""Tables of imports: files read and not yet decided upon, and what was stored from them."""

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
    LargeBinary,
    String,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base


class AreaUpload(Base):
    """A file as it was read, for whoever sent it, until they decide or a day has passed.

    ``digest`` is the SHA-256 of the file and of the reference system chosen for it, ``features``
    its shapes as JSON; while a worker (``job_id``) has not read a large one yet, ``content`` is
    the file itself. ``preview`` says what the shapes would become under the sender's ``wishes``,
    ``left_out`` which of them were unticked, ``findings`` why there is no preview.
    """

    __tablename__ = "growing_area_uploads"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    feature_count: Mapped[int] = mapped_column(Integer)
    features: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    system: Mapped[str | None] = mapped_column(String(8))
    wishes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    left_out: Mapped[list[int]] = mapped_column(JSONB, server_default="[]")
    preview: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    job_id: Mapped[int | None] = mapped_column(BigInteger)


class AreaImport(Base):
    """The areas one file brought: who took them in, when and how many, and whether undone.

    ``wishes`` says what is to be stored while a worker has not stored it yet; ``findings`` why
    nothing was.
    """

    __tablename__ = "growing_area_imports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'stored', 'refused', 'undone')", name="state"),
        CheckConstraint("(stored_at IS NOT NULL) = (state IN ('stored', 'undone'))", name="stored"),
        CheckConstraint("(undone_at IS NOT NULL) = (state = 'undone')", name="undone"),
        Index(None, "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8))
    area_count: Mapped[int] = mapped_column(Integer)
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stored_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by_id: Mapped[int | None] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    wishes: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
