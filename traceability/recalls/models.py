"""Tables of recalls: the decision, the lots it reaches, what came back, and who was told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

STATES = ("held", "recalled", "lifted", "closed")
OPEN = ("held", "recalled")
ORIGINS = ("batch", "area", "material", "supplier_lot")
EFFECTS = ("found", "returned", "destroyed")


class Recall(Base):
    """A recall: first a hold on all it reaches, then a decision: told to everybody, or lifted.

    `origin_key` names what is suspected (a batch's code, an area's, a material's name, a supplier's
    lot), `material_id` the catalogue's row where one was meant, `purchase_id` a purchase of the
    supplier who was meant; its organisation and place are
    those of the lots it starts from, empty where they differ. `reason`, `instructions` and
    `scope_words` are read by the public.
    """

    __tablename__ = "recalls"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'recalled', 'lifted', 'closed')", name="state"),
        CheckConstraint("origin IN ('batch', 'area', 'material', 'supplier_lot')", name="origin"),
        Index(None, "state", "id"),
        Index(None, "organisation_id"),
        Index(None, "material_id"),
        Index(None, "purchase_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(14))
    origin_key: Mapped[str] = mapped_column(String(200))
    material_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("permitted_materials.id")
    )
    purchase_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batch_purchases.id"))
    # The days asked about, for an area or a material.
    harvested_from: Mapped[date | None] = mapped_column(Date)
    harvested_to: Mapped[date | None] = mapped_column(Date)
    # Whether lots made of the suspected ones are reached too.
    with_descendants: Mapped[bool]
    # The office's own: also by steps that somebody merely claims of another's goods.
    follows_claims: Mapped[bool]
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str | None] = mapped_column(String(8))
    province_code: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    scope_words: Mapped[str | None] = mapped_column(Text)
    instructions: Mapped[str | None] = mapped_column(Text)
    ended_because: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    held_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("people.id", ondelete="SET NULL")
    )
    recalled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecallBatch(Base):
    """A lot a recall reaches, with its holder and place then, and how it stood before.

    `by_claim`: joined to the suspected lots by somebody's claim alone (lineage/hearing).
    """

    __tablename__ = "recall_batches"
    __table_args__ = (
        Index(None, "batch_id"),
        Index(None, "organisation_id", "recall_id"),
    )

    recall_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("recalls.id"), primary_key=True, autoincrement=False
    )
    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    province_code: Mapped[str] = mapped_column(String(8))
    is_origin: Mapped[bool]
    by_claim: Mapped[bool] = mapped_column(default=False)
    state_before: Mapped[str] = mapped_column(String(10))


class RecallNoticeLot(Base):
    """A lot on a recall's public notice, as it was announced; rows are only added.

    `listed_at` is when the recall was announced, or when the lot came to it later; `left_at` when
    it was taken off because the step that had led to it proved untrue.
    """

    __tablename__ = "recall_notice_lots"
    __table_args__ = (Index(None, "batch_id"), Index(None, "organisation_id"))

    recall_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("recalls.id"), primary_key=True, autoincrement=False
    )
    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("batches.id"), primary_key=True, autoincrement=False
    )
    # Whose name is read as it is today: of a household it is a person's, and may be erased.
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str] = mapped_column(String(8))
    product: Mapped[str] = mapped_column(String(200))
    gtin: Mapped[str | None] = mapped_column(String(14))
    lot: Mapped[str] = mapped_column(String(20))
    listed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecallEffect(Base):
    """What became of a recalled lot's goods: found, come back, destroyed; rows are only added.

    `amount` in the batch's unit; a mistake is set right by a further row below nought.
    """

    __tablename__ = "recall_effects"
    __table_args__ = (
        CheckConstraint("kind IN ('found', 'returned', 'destroyed')", name="kind"),
        CheckConstraint("amount <> 0", name="amount"),
        Index(None, "recall_id", "batch_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recall_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("recalls.id"))
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("batches.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    noted_by_id: Mapped[int | None] = mapped_column(BigInteger)


class RecallTold(Base):
    """Somebody who answers for a reached lot or a territory was told of a stage, once."""

    __tablename__ = "recall_told"
    __table_args__ = (Index(None, "person_id"),)

    recall_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("recalls.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    stage: Mapped[str] = mapped_column(String(10), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
