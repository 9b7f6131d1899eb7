"""What the sender of a complaint does with it by its private code: read, add, erase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation import jobs
from foundation.errors import Conflict, NotFound, Refused
from traceability.complaints import erasing, filing, listing
from traceability.complaints.listing import Listed
from traceability.complaints.models import Complaint, ComplaintRemark, ComplaintSender
from traceability.scan import limits


@dataclass(frozen=True)
class Followed:
    """A complaint as its sender reads it: their own words, and what was said to them."""

    about: Listed
    words: str | None
    photos: int
    is_written_to: bool
    remarks: tuple[ComplaintRemark, ...]


def get_by_code(session: Session, code: str) -> Followed:
    """What a private code opens. Raises: NotFound("complaint.not_found")."""
    about = _about(session, _id(session, code))
    whole = listing.whole(session, about)
    said = tuple(each for each in whole.remarks if each.kind != "note" and each.words)
    sender = whole.sender
    return Followed(
        about,
        sender.words if sender else None,
        len(whole.photos),
        bool(sender and sender.contact),
        said,
    )


def add(session: Session, code: str, words: str, *, now: datetime) -> Listed:
    """Add something; it waits for an answer anew.

    Raises: NotFound, Conflict("complaint.erased"), Refused("complaint.said_enough").
    """
    row = _locked(session, code)
    if session.get(ComplaintSender, row.id) is None:
        raise Conflict("complaint.erased")
    mine = select(func.count()).where(
        ComplaintRemark.complaint_id == row.id, ComplaintRemark.side == "consumer"
    )
    most = limits.limit("complaint_remarks")
    if (session.scalar(mine) or 0) >= most:
        raise Refused("complaint.said_enough", most=most)
    session.add(
        ComplaintRemark(complaint_id=row.id, kind="more", side="consumer", words=words, said_at=now)
    )
    row.state, row.written_at, row.office_written_at = "new", None, None
    row.closed_at = None
    session.flush()
    jobs.defer(session, filing.TELL, {}, queueing_lock=filing.TELL)
    return _about(session, row.id)


def erase(session: Session, code: str, *, now: datetime) -> None:
    """Its sender takes their words, photos and contact back. Raises: NotFound, Conflict."""
    row = _locked(session, code)
    if row.erased_at is not None:
        raise Conflict("complaint.erased")
    erasing.erase(session, row, now=now)


def _id(session: Session, code: str) -> int:
    found = session.scalar(select(Complaint.id).where(Complaint.key_hash == filing.key_hash(code)))
    if found is None:
        raise NotFound("complaint.not_found")
    return found


def _locked(session: Session, code: str) -> Complaint:
    fresh = select(Complaint).where(Complaint.id == _id(session, code)).with_for_update()
    return session.scalars(fresh.execution_options(populate_existing=True)).one()


def _about(session: Session, complaint_id: int) -> Listed:
    return listing.of_ids(session, [complaint_id])[0]
