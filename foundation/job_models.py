"""Tables beside the job queue: progress, and the answers kept for idempotent calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class JobProgress(Base):
    """How far a job is. No foreign key: the queue's table is Procrastinate's own."""

    __tablename__ = "job_progress"

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    done: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class IdempotentAnswer(Base):
    """The answer to a write that carried an ``Idempotency-Key``, given again on replay.

    ``caller`` is a digest of the token or address, ``request_hash`` of method, path and body: the
    same key with another request is a conflict. ``status`` 0 = still under way.

    The answers to forms of pages stand here too (``app.forms_once``), sealed, under ``form …``.
    """

    __tablename__ = "idempotent_answer"

    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer, default=0)
    headers: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
