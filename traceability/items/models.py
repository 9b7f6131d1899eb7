"""Tables of items: every act on a range of labels, how ranges stand now, who pasted which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.db import Base
from traceability.models import Batch


class ItemHandout(Base):
    """A range of labels handed to a packing line (chuyền đóng gói), and what came of it.

    Settled: `used` labels were pasted, the rest came back to the shelf (`left` is "kept") or was
    taken out of use ("void").
    """

    __tablename__ = "item_handouts"
    __table_args__ = (
        CheckConstraint("first > 0 AND first <= last", name="range"),
        CheckConstraint("used BETWEEN 0 AND last - first + 1", name="used"),
        CheckConstraint("left_over IN ('kept', 'void')", name="left_over"),
        CheckConstraint(
            "(settled_at IS NULL) = (used IS NULL) AND (used IS NULL) = (left_over IS NULL)",
            name="settled",
        ),
        Index(None, "batch_id", "first"),
        Index(None, "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    line: Mapped[str] = mapped_column(String(60))
    first: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)
    handed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    handed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    used: Mapped[int | None] = mapped_column(Integer)
    left_over: Mapped[str | None] = mapped_column(String(4))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_by_id: Mapped[int | None] = mapped_column(BigInteger)

    batch: Mapped[Batch] = relationship(lazy="raise")

    @property
    def count(self) -> int:
        return self.last - self.first + 1


class ItemAct(Base):
    """Something done to a range of a batch's items; rows are only ever added.

    `state` is what they became; of an act that undoes another (`undoes_id`) it is "undone".
    `before` is how the range stood: [first, last, state, act] each.
    """

    __tablename__ = "item_acts"
    __table_args__ = (
        CheckConstraint(
            "state IN ('printed', 'activated', 'sold', 'returned', 'void', 'undone')", name="state"
        ),
        CheckConstraint("(state = 'undone') = (undoes_id IS NOT NULL)", name="undoes"),
        CheckConstraint("first > 0 AND first <= last", name="range"),
        Index(None, "batch_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    state: Mapped[str] = mapped_column(String(10))
    first: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[list[list[Any]]] = mapped_column(JSON)
    label_job_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("label_jobs.id"), index=True
    )
    handout_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("item_handouts.id"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), index=True
    )
    undoes_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("item_acts.id"), unique=True
    )
    acted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    acted_by_id: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def count(self) -> int:
        return self.last - self.first + 1


class ItemSpan(Base):
    """How a range of items stands now: what the acts come to. Spans of a batch never overlap."""

    __tablename__ = "item_spans"
    __table_args__ = (
        CheckConstraint(
            "state IN ('printed', 'activated', 'sold', 'returned', 'void')", name="state"
        ),
        CheckConstraint("first > 0 AND first <= last", name="range"),
    )

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    first: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    act_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("item_acts.id"), index=True)

    @property
    def count(self) -> int:
        return self.last - self.first + 1
