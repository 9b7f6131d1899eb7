"""Tables of EPCIS events: what happened, in the words of EPCIS 2.0 and CBV 2.0.

Rows are only ever added; a trigger keeps them as they are. A correction is a new row.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
ROLES = ("object", "parent", "child", "input", "output")
ASKED_BY = ("event_type", "biz_step", "disposition", "read_point", "biz_location")
"""Columns that queries compare, each indexed with the time that answers are told in order of."""
_OWN_TIME = ("organisation_id", "event_time", "id")


def _asked_by(column: str) -> Index:
    return Index(
        f"ix_epcis_events_{column}_event_time",
        *(column, "event_time", "id"),
        postgresql_where=text(f"{column} IS NOT NULL"),
    )


class EpcisEvent(Base):
    """One event. `document` is the event as it was told; the columns are what is asked by.

    An event of our own may name our own places and batches by addresses without a host
    (``/t/<code>``): whoever tells it puts the base address before them. An error declaration
    repeats the id of the event it declares wrong.
    """

    __tablename__ = "epcis_events"
    __table_args__ = (
        CheckConstraint("action IN ('ADD', 'OBSERVE', 'DELETE')", name="action"),
        Index(
            "uq_epcis_events_event_id",
            "event_id",
            unique=True,
            postgresql_where=text("NOT is_error_declaration"),
        ),
        Index(None, "organisation_id", "id"),
        Index(None, "event_time", "id"),
        Index(None, "transformation_id", postgresql_where=text("transformation_id IS NOT NULL")),
        Index(None, "record_time", "id"),
        Index("ix_epcis_events_organisation_id_event_time", *_OWN_TIME),
        Index(
            "ix_epcis_events_declared", "event_id", postgresql_where=text("is_error_declaration")
        ),
        *(_asked_by(column) for column in ASKED_BY),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[str] = mapped_column(Text)
    # One of EVENT_TYPES, or the address of a kind of event of somebody's own.
    event_type: Mapped[str] = mapped_column(Text)
    action: Mapped[str | None] = mapped_column(String(8))
    # Bare words of the CBV ("shipping"), or whole addresses of somebody's own vocabulary.
    biz_step: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    event_time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    time_zone: Mapped[str] = mapped_column(String(6))
    record_time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    read_point: Mapped[str | None] = mapped_column(Text)
    biz_location: Mapped[str | None] = mapped_column(Text)
    parent_uri: Mapped[str | None] = mapped_column(Text)
    transformation_id: Mapped[str | None] = mapped_column(Text)
    is_error_declaration: Mapped[bool] = mapped_column(default=False)
    # Who told it: the organisation whose act or whose token it was; None for the house itself.
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str | None] = mapped_column(Text)


class EventThing(Base):
    """A thing an event names, and the part it plays there.

    `is_class`: a quantity of a lot or a class, not one item. `unit` is UN/CEFACT, None for pieces.
    """

    __tablename__ = "epcis_event_things"
    __table_args__ = (
        CheckConstraint("role IN ('object', 'parent', 'child', 'input', 'output')", name="role"),
        Index(None, "node_id", "event_id"),
    )

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(String(8), primary_key=True)
    node_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("trace_nodes.id"), primary_key=True, autoincrement=False
    )
    is_class: Mapped[bool]
    quantity: Mapped[Decimal | None] = mapped_column(Numeric)
    unit: Mapped[str | None] = mapped_column(String(8))
