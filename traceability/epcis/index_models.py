"""Tables beside EPCIS events: what events are asked by, what headers described, capture jobs.

Made from the events' documents in the transaction that writes the events; words are kept bare and
addresses canonical (`vocabulary`, `identifiers`), texts cut to what an index can hold.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

WORD_KINDS = (
    "bizTransaction",
    "source",
    "destination",
    "set",
    "unset",
    "errorReason",
    "correctiveEventID",
    "certificationInfo",
    "field",
)


class EventWord(Base):
    """One thing an event says beside what it names: a paper, a party, a lasting disposition.

    `type` is the paper's or party's kind, or the name of a field of the users' own.
    """

    __tablename__ = "epcis_event_words"
    __table_args__ = (Index(None, "kind", "value", "event_id"),)

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    type: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)


class SensorReport(Base):
    """One measurement of an event, with what its sensor element says of all its measurements."""

    __tablename__ = "epcis_event_sensors"
    __table_args__ = (Index(None, "type", "event_id"),)

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), primary_key=True, autoincrement=False
    )
    element: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    report: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(Text)
    exception: Mapped[str | None] = mapped_column(Text)
    device_id: Mapped[str | None] = mapped_column(Text)
    device_metadata: Mapped[str | None] = mapped_column(Text)
    raw_data: Mapped[str | None] = mapped_column(Text)
    data_processing_method: Mapped[str | None] = mapped_column(Text)
    biz_rules: Mapped[str | None] = mapped_column(Text)
    time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    microorganism: Mapped[str | None] = mapped_column(Text)
    chemical_substance: Mapped[str | None] = mapped_column(Text)
    coordinate_reference_system: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    min_value: Mapped[Decimal | None] = mapped_column(Numeric)
    max_value: Mapped[Decimal | None] = mapped_column(Numeric)
    mean_value: Mapped[Decimal | None] = mapped_column(Numeric)
    s_dev: Mapped[Decimal | None] = mapped_column(Numeric)
    perc_rank: Mapped[Decimal | None] = mapped_column(Numeric)
    perc_value: Mapped[Decimal | None] = mapped_column(Numeric)
    uom: Mapped[str | None] = mapped_column(Text)
    component: Mapped[str | None] = mapped_column(Text)
    string_value: Mapped[str | None] = mapped_column(Text)
    boolean_value: Mapped[bool | None]
    hex_binary_value: Mapped[str | None] = mapped_column(Text)
    uri_value: Mapped[str | None] = mapped_column(Text)
    # What the element's metadata say for all of its reports.
    start_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    metadata_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    metadata_device_id: Mapped[str | None] = mapped_column(Text)
    metadata_device_metadata: Mapped[str | None] = mapped_column(Text)
    metadata_raw_data: Mapped[str | None] = mapped_column(Text)
    metadata_data_processing_method: Mapped[str | None] = mapped_column(Text)
    metadata_biz_rules: Mapped[str | None] = mapped_column(Text)


class ErrorDeclaration(Base):
    """An event declared wrong: when, and why."""

    __tablename__ = "epcis_error_declarations"

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("epcis_events.id"), primary_key=True, autoincrement=False
    )
    declared_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    reason: Mapped[str | None] = mapped_column(Text)


class VocabularyElement(Base):
    """A place, product or party as a partner described it in a document's header."""

    __tablename__ = "epcis_vocabulary_elements"
    __table_args__ = (
        Index(None, "uri"),
        Index(
            "uq_epcis_vocabulary_elements_organisation_id_type_uri",
            "organisation_id",
            "type",
            "uri",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    type: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    children: Mapped[list[str]] = mapped_column(ARRAY(Text))
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Capture(Base):
    """A document that was handed in, and how its capture went.

    `document` is kept until the capture is finished, and only when it waits for the background.
    """

    __tablename__ = "epcis_captures"
    __table_args__ = (
        CheckConstraint("error_behaviour IN ('rollback', 'proceed')", name="error_behaviour"),
        Index(None, "organisation_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error_behaviour: Mapped[str] = mapped_column(String(8))
    event_count: Mapped[int] = mapped_column(Integer)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
