"""Erasing what is a person's in a complaint; what it was about and how it ended stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from foundation import clock, retention
from traceability.complaints.models import (
    Complaint,
    ComplaintPhoto,
    ComplaintRemark,
    ComplaintSender,
)

AT_ONCE = 200


def erase(session: Session, row: Complaint, *, now: datetime) -> None:
    """Erase words, photos, contact and private code of a sender, and what they added later.

    Photos go from the store once nothing holds them (`foundation.erasure`). The private code
    opens the page still: its hash stays, and answers may be read. The row must be locked.
    """
    _erase(session, [row.id])
    row.erased_at = now
    session.flush()


def erase_old(session: Session, *, now: datetime) -> int:
    """Erase of what was last heard of long ago also the words of answers; how many it were."""
    before = now - retention.time_of("complaint_senders", clock.business_day(now))
    last = func.greatest(
        Complaint.filed_at, Complaint.answered_at, Complaint.referred_at, Complaint.closed_at
    )
    told = exists().where(ComplaintSender.complaint_id == Complaint.id)
    said = exists().where(ComplaintRemark.complaint_id == Complaint.id, ComplaintRemark.words != "")
    due = session.scalars(
        select(Complaint)
        .where(last < before, or_(told, said))
        .order_by(Complaint.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [row.id for row in due]
    _erase(session, ids)
    answers = update(ComplaintRemark).where(ComplaintRemark.complaint_id.in_(ids))
    session.execute(answers.values(words=""))
    for row in due:
        row.erased_at = row.erased_at or now
    session.flush()
    return len(due)


def _erase(session: Session, ids: list[int]) -> None:
    for table in (ComplaintPhoto, ComplaintSender):
        session.execute(delete(table).where(table.complaint_id.in_(ids)))
    added = update(ComplaintRemark).where(
        ComplaintRemark.complaint_id.in_(ids), ComplaintRemark.side == "consumer"
    )
    session.execute(added.values(words=""))
