"""Tables of asking: named queries, who subscribed to them, the order of telling, shared chains."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.db import Base


class ChainShare(Base):
    """An organisation lets a partner read what happened to its goods.

    Of one product, of one batch, or (neither named) of all; of what happened from ``since`` to
    ``until``, both days included, either open when None. Taken back, it is kept as it was.
    """

    __tablename__ = "chain_shares"
    __table_args__ = (
        CheckConstraint("organisation_id <> partner_id", name="partner"),
        CheckConstraint("product_id IS NULL OR batch_id IS NULL", name="one_scope"),
        CheckConstraint("since <= until", name="days"),
        Index(None, "organisation_id", "id"),
        Index(
            "ix_chain_shares_partner_id", "partner_id", postgresql_where=text("ended_at IS NULL")
        ),
        Index(None, "product_id", postgresql_where=text("product_id IS NOT NULL")),
        Index(None, "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    partner_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    product_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("products.id"))
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    partner: Mapped[Organisation] = relationship(foreign_keys=[partner_id], lazy="raise")


class NamedQuery(Base):
    """A question kept under a name, by whoever's program asks it: its answers are what they see."""

    __tablename__ = "epcis_named_queries"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    # As it was sent: it is read anew whenever it is asked.
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Subscription(Base):
    """Where new answers to a named query are sent, and how far they have been.

    `position` is the place, in the order of telling, of the last event told or passed over;
    `initial_record_time` also admits earlier ones, told before it. `token_sealed` signs.
    """

    __tablename__ = "epcis_subscriptions"
    __table_args__ = (
        CheckConstraint("(schedule IS NULL) = is_stream", name="schedule_or_stream"),
        Index(None, "query_id"),
        Index(
            "ix_epcis_subscriptions_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    query_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_named_queries.id", ondelete="CASCADE")
    )
    dest: Mapped[str] = mapped_column(Text)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_stream: Mapped[bool]
    report_if_empty: Mapped[bool]
    epc_format: Mapped[str] = mapped_column(String(30))
    initial_record_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    min_record_time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_notified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    position: Mapped[int] = mapped_column(BigInteger)
    # Up to where a delivery goes that is under way or was not taken: it is repeated as it was.
    reaching: Mapped[int | None] = mapped_column(BigInteger)
    # When it is next asked by its schedule, or tried again after a failure; None: on new events.
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    batch_size: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(String(60))

    query: Mapped[NamedQuery] = relationship(lazy="raise")


class EventPlace(Base):
    """The place of an event in the order of telling: given once, after its commit, without gaps."""

    __tablename__ = "epcis_event_places"

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("epcis_events.id"))


# Events without a place yet: a trigger writes them. No key: rows only come, and go all at once.
waiting_events = Table(
    "epcis_waiting_events", Base.metadata, Column("event_id", BigInteger, nullable=False)
)


class EndedPageToken(Base):
    """A page token that its owner gave up before it expired; its hash is kept until it has."""

    __tablename__ = "epcis_ended_page_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
