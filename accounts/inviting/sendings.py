"""Every message of an invitation is counted, so that nobody is flooded in Nguồn's name."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from accounts.access_models import Invitation, InvitationSending
from accounts.inviting import limits
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Refused


def count(session: Session, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """Write a message down before it leaves; its invitation has an id.

    Raises: Refused("invitation.too_many_today"), Refused("invitation.contact_too_often").
    """
    # One after the other: of two at once both would find the same number.
    for key in sorted({f"invitations:{actor.person_id}", f"invited:{_contact(invitation)}"}):
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": key})
    most = most_a_day(actor, now=now)
    if sent_today(session, actor, now=now) >= most:
        raise Refused("invitation.too_many_today", most=most)
    most_to_one = limits.to_one_contact(clock.business_day(now))
    if _sent(session, _same_contact(invitation), now=now) >= most_to_one:
        raise Refused("invitation.contact_too_often", most=most_to_one)
    session.add(
        InvitationSending(invitation_id=invitation.id, sent_by_id=actor.person_id, sent_at=now)
    )
    session.flush()


def most_a_day(actor: Actor, *, now: datetime) -> int:
    """How many invitations the actor may send in a day."""
    return limits.a_day((held.role for held in actor.held), clock.business_day(now))


def sent_today(session: Session, actor: Actor, *, now: datetime) -> int:
    """How many the actor has sent since midnight in Vietnam."""
    return _sent(session, InvitationSending.sent_by_id == actor.person_id, now=now)


def _sent(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    since = clock.start_of_day(clock.business_day(now))
    statement = (
        select(func.count())
        .select_from(InvitationSending)
        .join(Invitation, Invitation.id == InvitationSending.invitation_id)
        .where(which, InvitationSending.sent_at >= since)
    )
    return session.scalar(statement) or 0


def _same_contact(invitation: Invitation) -> ColumnElement[bool]:
    if invitation.email is not None:
        return Invitation.email == invitation.email
    return Invitation.phone == invitation.phone


def _contact(invitation: Invitation) -> str:
    return invitation.email or invitation.phone or ""
