"""Tables of handling: how much of a batch there is, and every step that moved it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

MOVEMENTS = (
    "split",
    "merge",
    "process",
    "pack",
    "ship",
    "receive",
    "waste",
    "stocktake",
    "return",
    "undo",
)


class BatchStock(Base):
    """How much of a batch there is, in the batch's unit; a row exists from its opening on.

    `made`: opened with, and found in stock-taking. `used`: gone into other batches, shipped,
    wasted. `taken`: promised to buyers. What is free is the rest, never below nought.
    """

    __tablename__ = "batch_stocks"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        CheckConstraint("taken >= 0", name="taken"),
        CheckConstraint("used + taken <= made", name="enough"),
    )

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    made: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    used: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    taken: Mapped[Decimal] = mapped_column(Numeric(18, 3))


class BatchMovement(Base):
    """One step that changed how much of a batch there is; rows are only ever added.

    `amount` in the batch's unit, signed: made − used = quantity opened with + all amounts.
    """

    __tablename__ = "batch_movements"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('split', 'merge', 'process', 'pack', 'ship', 'receive', 'waste',"
            " 'stocktake', 'return', 'undo')",
            name="kind",
        ),
        CheckConstraint("amount <> 0", name="amount"),
        Index(None, "batch_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("epcis_events.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(BigInteger)
