"""Invitations: a manager's to an organisation's work, an officer's to a role in their territory.

The link goes to the contact and is shown once to the inviter, who may hand it over (Zalo, on
paper). Somebody new proves the contact with a code where messages can reach it, and chooses a
password; somebody known signs in and accepts.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import (
    actors,
    audit,
    grants,
    members,
    messages,
    one_time_codes,
    organisations,
    people,
    permissions,
    throttle,
)
from accounts import recovery as recovery_steps
from accounts.access_models import Invitation
from accounts.inviting import sendings
from accounts.models import Organisation, Person
from accounts.people import Contact, NewPerson
from accounts.permissions import Actor
from accounts.sealing import token_hash
from accounts.throttle import Caller
from foundation.errors import Finding, Forbidden, Invalid, NotFound
from foundation.i18n import _

LIFE = timedelta(days=14)
# Officers bring in those who work beside them; other deciders are an admin's to appoint.
OFFICERS_MAY_INVITE = ("inspector", "council", "tech_team", "survey_taker")


@dataclass(frozen=True)
class Invited:
    """Whom an invitation is for."""

    name: str
    contact: Contact


@dataclass(frozen=True)
class SentInvitation:
    """A new invitation; ``token`` is the end of its link and told this once."""

    id: int
    token: str = field(repr=False)


def invite_member(
    session: Session,
    actor: Actor,
    organisation_code: str,
    invited: Invited,
    role: str,
    *,
    link: str,
    now: datetime,
) -> SentInvitation:
    """Invite somebody to work in an organisation; ``link`` is the address before the token.

    Its managers may, and officers of its place (an organisation from a register has nobody yet).
    """
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "member.invite", organisation)
    row = _new(actor, invited, role, now=now)
    row.organisation_id = organisation.id
    audit.override(session, actor, "member.invited", organisation, now=now)
    return deliver(session, actor, row, link, now=now)


def invite_official(
    session: Session,
    actor: Actor,
    invited: Invited,
    role: str,
    scope_unit_code: str | None,
    *,
    link: str,
    now: datetime,
) -> SentInvitation:
    """Invite somebody to a role on the platform.

    Officers invite inspectors, council members, community technology teams and survey takers
    within their own territory; everybody else is invited by admins. Raises: Forbidden, Invalid.
    """
    permissions.require(actor, "person.invite")
    scope = grants.checked_scope(session, role, scope_unit_code, now=now)
    if not actor.has_role("admin"):
        _require_within(session, actor, role, scope, now=now)
    row = _new(actor, invited, role, now=now)
    row.scope_unit_code = scope
    return deliver(session, actor, row, link, now=now)


@dataclass(frozen=True)
class Tries:
    """What a first entry has counted: at the contact's account, and at its code."""

    account_id: int | None = None
    code_id: int | None = None


def find_open(session: Session, token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """A living invitation by its link's end; raises NotFound("invitation.gone")."""
    statement = select(Invitation).where(
        Invitation.token_hash == token_hash(token),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound("invitation.gone")
    return row


def get(session: Session, invitation_id: int) -> Invitation:
    """An invitation by its id; raises NotFound("invitation.gone")."""
    row = session.get(Invitation, invitation_id)
    if row is None:
        raise NotFound("invitation.gone")
    return row


def contact_of(invitation: Invitation) -> Contact:
    """Whom it went to."""
    return Contact(email=invitation.email, phone=None if invitation.email else invitation.phone)


def needs_code(invitation: Invitation) -> bool:
    """Whether somebody new must first prove the contact: only where messages can reach it."""
    return invitation.email is not None or messages.can_reach_phones()


def send_code(session: Session, token: str, *, now: datetime) -> None:
    """Send a first-entry code to the invited contact; raises NotFound, TooMany."""
    row = find_open(session, token, now=now)
    code = one_time_codes.issue_for_invitation(session, row.id, now=now)
    recovery_steps.send_code(session, contact_of(row), code)


def begin(session: Session, token: str, address: str, *, now: datetime) -> Tries:
    """Count a try at the first-entry code (a transaction of its own), for ``enter``.

    Counted with the contact's account: an inviter who sends many invitations to a number that is
    not theirs gets no more guesses by it. Raises: NotFound, TooMany.
    """
    row = find_open(session, token, now=now)
    if not needs_code(row):
        return Tries()
    try_id = throttle.take_try(session, "code", contact_of(row).text, Caller(address), now=now)
    return Tries(try_id, one_time_codes.take_invitation_try(session, row.id, now=now))


def enter(
    session: Session,
    token: str,
    tries: Tries,
    code: str,
    new: NewPerson,
    *,
    now: datetime,
) -> Person:
    """Somebody new accepts: their account is made with the invited contact.

    Raises: NotFound, Invalid for a wrong code or weak password, Conflict("person.contact_taken").
    """
    row = find_open(session, token, now=now, lock=True)
    if needs_code(row):
        one_time_codes.redeem(session, tries.code_id, code, now=now)
    if new.password is None:
        raise Invalid([Finding("input.required", {}, "password")])
    person = people.create(
        session,
        NewPerson(new.name, row.email, row.phone, new.password, new.locale),
        now=now,
    )
    _accept(session, row, person, now=now)
    if tries.account_id is not None:
        throttle.mark_right(session, tries.account_id)
    return person


def accept(session: Session, actor: Actor, token: str, *, now: datetime) -> Invitation:
    """Somebody known, signed in, accepts; raises NotFound unless it went to their contact."""
    row = find_open(session, token, now=now, lock=True)
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None or not is_for(row, person):
        raise NotFound("invitation.gone")
    _accept(session, row, person, now=now)
    return row


def is_for(invitation: Invitation, person: Person) -> bool:
    """Whether the invitation went to this person's number or address."""
    by_email = invitation.email is not None and invitation.email == person.email
    return by_email or (invitation.phone is not None and invitation.phone == person.phone)


def _require_within(
    session: Session, actor: Actor, role: str, scope: str | None, *, now: datetime
) -> None:
    if role not in OFFICERS_MAY_INVITE:
        raise Forbidden("invitation.role_not_yours")
    if scope is None or not grants.is_within(session, actor.scopes("officer"), scope, now=now):
        raise Forbidden("invitation.outside_territory")


def _new(actor: Actor, invited: Invited, role: str, *, now: datetime) -> Invitation:
    return Invitation(
        role=role,
        name=invited.name,
        email=invited.contact.email,
        phone=invited.contact.phone,
        invited_by_id=actor.person_id,
        created_at=now,
        expires_at=now + LIFE,
    )


def deliver(
    session: Session, actor: Actor, row: Invitation, link: str, *, now: datetime
) -> SentInvitation:
    """Give an invitation a new link and send it; who may is asked by the callers.

    Raises: Refused when the sender, or the contact, has had the day's number.
    """
    token = secrets.token_urlsafe(32)
    row.token_hash = token_hash(token)
    session.add(row)
    session.flush()
    sendings.count(session, actor, row, now=now)
    place = session.get_one(Organisation, row.organisation_id).name if row.organisation_id else None
    text = _(
        "%(name)s ơi, bạn được mời vào %(where)s trên Nguồn."
        " Mở đường dẫn này để nhận lời: %(link)s",
        name=messages.defused(row.name),
        where=messages.defused(place or "Nguồn"),
        link=link + token,
    )
    messages.send(session, contact_of(row), _("Lời mời vào Nguồn"), text)
    return SentInvitation(row.id, token)


def _accept(session: Session, row: Invitation, person: Person, *, now: datetime) -> None:
    inviter = actors.find_actor(session, row.invited_by_id)
    # Who has lost the right to invite since has lost it for open invitations too.
    if inviter is None:
        raise NotFound("invitation.gone")
    row.accepted_at = now
    row.accepted_by_id = person.id
    if row.organisation_id is not None:
        organisation = session.get_one(Organisation, row.organisation_id)
        if not permissions.may(inviter, "member.invite", organisation):
            raise NotFound("invitation.gone")
        members.add(session, organisation.id, person.id, row.role, now=now)
        return
    if not inviter.has_role("admin"):
        _require_within(session, inviter, row.role, row.scope_unit_code, now=now)
    grants.put(session, inviter, person.id, row.role, row.scope_unit_code, now=now)
