"""Tables of quality: what holds a batch back."""

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
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from traceability.models import Batch

REASONS = ("manual", "pre_harvest", "laboratory", "certificate", "recall", "yield")


class BatchHold(Base):
    """One reason why a batch may not be sold, until somebody lifts it.

    `cause` names what gave it (``diary:123``, ``laboratory:45``, ``recall:<code>``, ``manual``);
    `details` holds codes, days and numbers, never a person.
    """

    __tablename__ = "batch_holds"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('manual', 'pre_harvest', 'laboratory', 'certificate', 'recall', 'yield')",
            name="reason",
        ),
        CheckConstraint("(lifted_at IS NULL) = (lifted_because IS NULL)", name="lifted"),
        Index(
            "uq_batch_holds_batch_id_cause",
            "batch_id",
            "cause",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index(None, "cause"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"), index=True)
    reason: Mapped[str] = mapped_column(String(12))
    cause: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    placed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    placed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by_id: Mapped[int | None] = mapped_column(BigInteger)
    lifted_because: Mapped[str | None] = mapped_column(Text)

    batch: Mapped[Batch] = relationship(lazy="raise")


class HoldDecision(Base):
    """What an office said when it held a batch or let it pass: why, and on what evidence.

    Beside the hold and not in it: the words are a person's and may have to be erased.
    """

    __tablename__ = "hold_decisions"
    __table_args__ = (CheckConstraint("kind IN ('placed', 'lifted')", name="kind"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hold_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batch_holds.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    result_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("laboratory_results.id"), index=True
    )
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger)
