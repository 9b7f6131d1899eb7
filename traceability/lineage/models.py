"""Tables of lineage: the things of the graph, and which was made of which."""

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class TraceNode(Base):
    """A thing events speak of: a lot, an item, a logistic unit, ours or a partner's.

    `uri` is its canonical name: a GS1 Digital Link at id.gs1.org with a GTIN of 14 digits, or
    ``/t/<code>`` for a batch of ours whose product has no GTIN, or what a partner calls it.
    `organisation_id` is whose it is: a batch's owner, else who named it first.
    """

    __tablename__ = "trace_nodes"
    __table_args__ = (
        Index(None, "organisation_id"),
        # Patterns look for addresses that begin alike, whatever the database sorts texts by.
        Index("ix_trace_nodes_uri_prefix", "uri", postgresql_ops={"uri": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uri: Mapped[str] = mapped_column(Text, unique=True)
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TraceEdge(Base):
    """A step down: the child was made of the parent, or (``packed_in``) a unit holds the parent.

    `quantity` of the parent in `unit`; None when nobody said how much.
    """

    __tablename__ = "trace_edges"
    __table_args__ = (
        CheckConstraint("kind IN ('made_of', 'packed_in')", name="kind"),
        CheckConstraint("child_id <> parent_id", name="not_itself"),
        # Walks down read the index alone, and which steps no longer count is a matter of events.
        Index(None, "parent_id", "child_id", postgresql_include=["event_id"]),
    )

    child_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("trace_nodes.id"), primary_key=True, autoincrement=False
    )
    parent_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("trace_nodes.id"), primary_key=True, autoincrement=False
    )
    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric)
    unit: Mapped[str | None] = mapped_column(String(8))
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


CLAIM_STATES = ("open", "denied", "confirmed", "rejected")


class StepClaim(Base):
    """A step into somebody's goods that somebody else told: it counts once it was confirmed.

    One row for an event and each thing of another's that it says was made, or filled. `denied`:
    its owner says that it did not happen, and the office has not decided. `decided_as` is ``owner``
    or ``office``; `taken_back_as` alike, of the last confirmation that was taken back. `reason`
    holds the last word said about it, never a person.
    """

    __tablename__ = "step_claims"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'denied', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("decided_as IN ('owner', 'office')", name="decided_as"),
        CheckConstraint(
            "(decided_at IS NULL) = (state IN ('open', 'denied'))"
            " AND (decided_at IS NULL) = (decided_as IS NULL)",
            name="decided",
        ),
        CheckConstraint(
            "taken_back_as IN ('owner', 'office')"
            " AND (taken_back_at IS NULL) = (taken_back_as IS NULL)",
            name="taken_back",
        ),
        UniqueConstraint("event_id", "child_id"),
        Index(None, "child_id"),
        Index(None, "state", "id"),
        # What nobody was written of yet: a job asks every few minutes.
        Index("ix_step_claims_untold", "id", postgresql_where=text("written_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("epcis_events.id"))
    child_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("trace_nodes.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    claimed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # When owner and office were last written to; None while a letter is due.
    written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger)
    denied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    denied_by_id: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger)
    decided_as: Mapped[str | None] = mapped_column(String(6))
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back_by_id: Mapped[int | None] = mapped_column(BigInteger)
    taken_back_as: Mapped[str | None] = mapped_column(String(6))
    reason: Mapped[str | None] = mapped_column(Text)
