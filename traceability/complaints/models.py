"""Tables of complaints: what is the matter and how it stands; apart from it, what is a person's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base

KINDS = ("quality", "safety", "copy", "label", "other")
STATES = ("new", "seen", "answered", "referred", "closed")
WAITING = ("new", "seen", "referred")
REMARKS = ("more", "reply", "note", "refer", "close")
SIDES = ("consumer", "organisation", "office")


class Complaint(Base):
    """A consumer's complaint (phản ánh) about a lot, an item of it, or a code nobody here knows.

    No person stands in this row. `key_hash` is of the private code its sender was given.
    Organisation and place are the lot's; without a lot the place is the province it was bought in.
    From `office_since` on it is the office's matter as well: dangerous goods, copies, unknown codes
    at once; others when the organisation hands them on or does not answer in time.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("kind IN ('quality', 'safety', 'copy', 'label', 'other')", name="kind"),
        CheckConstraint("state IN ('new', 'seen', 'answered', 'referred', 'closed')", name="state"),
        CheckConstraint("(batch_id IS NULL) = (organisation_id IS NULL)", name="whose"),
        CheckConstraint("serial_number IS NULL OR batch_id IS NOT NULL", name="serial"),
        Index(None, "organisation_id", "id"),
        Index(None, "batch_id"),
        Index(None, "province_code", "commune_code", "id"),
        Index(
            "ix_complaints_waiting",
            "filed_at",
            postgresql_where=text("state IN ('new', 'seen', 'referred')"),
        ),
        Index(
            "ix_complaints_unwritten",
            "id",
            postgresql_where=text("written_at IS NULL OR office_written_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("batches.id"))
    serial_number: Mapped[int | None] = mapped_column(Integer)
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    commune_code: Mapped[str | None] = mapped_column(String(8))
    province_code: Mapped[str | None] = mapped_column(String(8))
    # The province its sender bought in, where they told it.
    bought_in: Mapped[str | None] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(5))
    filed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # To the office ('') or to the body that an officer named.
    referred_to: Mapped[str | None] = mapped_column(String(120))
    referred_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    office_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # When letters of it were written: to who answers for the goods, to the officers of the place.
    written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    office_written_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ComplaintSender(Base):
    """What is a person's in a complaint: their words and how to reach them. Erased as a whole.

    A telephone number or mail address is sealed, and so is the private code, which letters repeat.
    """

    __tablename__ = "complaint_senders"

    complaint_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("complaints.id"), primary_key=True
    )
    words: Mapped[str] = mapped_column(Text)
    typed_code: Mapped[str] = mapped_column(String(200))
    bought_at: Mapped[str | None] = mapped_column(String(200))
    code: Mapped[bytes] = mapped_column(LargeBinary)
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Whether those who answer may read it, or letters of ours alone go there.
    contact_shown: Mapped[bool] = mapped_column(Boolean)
    # The edition of the words they agreed to when they left a way to reach them.
    agreed_to: Mapped[str | None] = mapped_column(String(12))


class ComplaintPhoto(Base):
    """A photo that came with a complaint: drawn anew, without place or time. Erased with it."""

    __tablename__ = "complaint_photos"
    __table_args__ = (Index(None, "digest"), Index(None, "card_digest"))

    complaint_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("complaints.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), ForeignKey("stored_files.digest"))
    card_digest: Mapped[str] = mapped_column(String(64), ForeignKey("stored_files.digest"))


class ComplaintRemark(Base):
    """What was said about a complaint, by whom; `note` is for the side that wrote it alone."""

    __tablename__ = "complaint_remarks"
    __table_args__ = (
        CheckConstraint("kind IN ('more', 'reply', 'note', 'refer', 'close')", name="kind"),
        CheckConstraint("side IN ('consumer', 'organisation', 'office')", name="side"),
        Index(None, "complaint_id", "id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("complaints.id"))
    kind: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
