"""Answering complaints: seeing, replying, noting, handing on, closing.

The organisation whose goods they are, and the officers of their place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid
from traceability.complaints import erasing, letters, listing
from traceability.complaints.listing import Listed
from traceability.complaints.models import Complaint, ComplaintRemark

OFFICE = ""
"""Where an organisation hands on to."""


def see(session: Session, actor: Actor, complaint_id: int, *, now: datetime) -> Listed:
    """Tell its sender that it was read and is looked into. Raises: Conflict."""
    about = _locked(session, actor, "complaint.handle", complaint_id)
    if about.row.state != "new":
        raise Conflict("complaint.seen")
    _seen(about.row, now)
    about.row.state = "seen"
    return _settled(session, about)


def reply(
    session: Session, actor: Actor, complaint_id: int, words: str, *, now: datetime
) -> Listed:
    """Answer its sender, who reads it by their private code and is written to where they asked.

    Raises: NotFound, Forbidden, Conflict("complaint.closed").
    """
    about = _open(session, actor, complaint_id)
    _say(session, actor, about, "reply", words, now)
    _seen(about.row, now)
    about.row.state, about.row.answered_at = "answered", now
    letters.tell_sender(session, about, letters.answered)
    return _settled(session, about)


def note(session: Session, actor: Actor, complaint_id: int, words: str, *, now: datetime) -> Listed:
    """Write down something for one's own side alone."""
    about = _locked(session, actor, "complaint.handle", complaint_id)
    _say(session, actor, about, "note", words, now)
    return _settled(session, about)


def refer(
    session: Session, actor: Actor, complaint_id: int, to: str, words: str, *, now: datetime
) -> Listed:
    """Hand it on: an organisation to the officers of the place, an officer to a body they name.

    Its sender is told to whom, and reads the words. Raises: Invalid("input.required" on `to`).
    """
    about = _open(session, actor, complaint_id)
    is_office = listing.side_of(actor, about) == "office"
    if is_office and not to.strip():
        raise Invalid([Finding("input.required", {}, "to")])
    _say(session, actor, about, "refer", words, now)
    row = about.row
    _seen(row, now)
    row.state, row.referred_at = "referred", now
    row.referred_to = to.strip() if is_office else OFFICE
    if not is_office:
        # The office hears of it anew, also where it was its matter before.
        row.office_since, row.office_written_at = row.office_since or now, None
    letters.tell_sender(session, about, letters.referred)
    return _settled(session, about)


def close(
    session: Session, actor: Actor, complaint_id: int, words: str, *, now: datetime
) -> Listed:
    """End it with a last word its sender reads. Raises: Conflict("complaint.closed")."""
    about = _open(session, actor, complaint_id)
    _say(session, actor, about, "close", words, now)
    _seen(about.row, now)
    about.row.state, about.row.closed_at = "closed", now
    letters.tell_sender(session, about, letters.closed)
    return _settled(session, about)


def erase(session: Session, actor: Actor, complaint_id: int, *, now: datetime) -> Listed:
    """Erase what is its sender's: words, photos, contact. Raises: Conflict("complaint.erased")."""
    about = _locked(session, actor, "complaint.erase", complaint_id)
    if about.row.erased_at is not None:
        raise Conflict("complaint.erased")
    erasing.erase(session, about.row, now=now)
    return about


def _open(session: Session, actor: Actor, complaint_id: int) -> Listed:
    about = _locked(session, actor, "complaint.answer", complaint_id)
    if about.row.state == "closed":
        raise Conflict("complaint.closed")
    return about


def _locked(session: Session, actor: Actor, action: str, complaint_id: int) -> Listed:
    about = listing.get_complaint(session, actor, complaint_id)
    permissions.require(actor, action, about)
    fresh = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    session.scalars(fresh.execution_options(populate_existing=True)).one()
    return about


def _seen(row: Complaint, now: datetime) -> None:
    row.seen_at = row.seen_at or now


def _say(
    session: Session, actor: Actor, about: Listed, kind: str, words: str, now: datetime
) -> None:
    session.add(
        ComplaintRemark(
            complaint_id=about.row.id,
            kind=kind,
            side=listing.side_of(actor, about),
            person_id=actor.person_id,
            words=words,
            said_at=now,
        )
    )


def _settled(session: Session, about: Listed) -> Listed:
    session.flush()
    return about


Word = Callable[..., Listed]
