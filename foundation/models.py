"""Tables every room leans on: kept files, mail waiting to leave, imports under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class StoredFile(Base):
    """A file kept once under the SHA-256 of its content.

    `media_type` is what the content itself shows, never what a sender claimed. Only `is_public`
    files have an address of their own; the others leave through the page that guards them.

    A file is held by every row whose foreign key names it. ``unheld_at`` is when it was first seen
    that none does; after a stated time it is erased (`foundation.erasure`).
    """

    __tablename__ = "stored_files"
    __table_args__ = (
        Index(
            "ix_stored_files_unheld", "unheld_at", postgresql_where=text("unheld_at IS NOT NULL")
        ),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    is_public: Mapped[bool] = mapped_column(default=False, server_default="false")
    stored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    unheld_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OutboxMail(Base):
    """A mail that leaves once its transaction has committed.

    Texts are wiped when it has left: they may carry one-time codes.
    """

    __tablename__ = "outbox_mails"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(100), unique=True)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportBatch(Base):
    """One uploaded table on its way in: previewed, applied as a whole, perhaps undone.

    `rows` holds what the sheet said (cleared once applied), `findings` what was found in it,
    `references` what applying made, so that it can be taken back.
    """

    __tablename__ = "import_batches"
    __table_args__ = (CheckConstraint("state IN ('previewed', 'applied', 'undone')", name="state"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="previewed")
    file_name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(BigInteger, index=True)
    row_count: Mapped[int] = mapped_column(Integer)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    references: Mapped[list[str]] = mapped_column(JSONB, default=list)
    previewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
