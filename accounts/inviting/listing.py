"""Invitations as their senders keep watch of them: state, sending again, taking back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from accounts import audit, grants, invitations, people, permissions
from accounts.access_models import Invitation
from accounts.invitations import SentInvitation
from accounts.models import Organisation, Person
from accounts.permissions import Actor
from foundation import paging
from foundation.errors import Conflict, NotFound
from foundation.paging import Page
from territory.models import Unit

STATES = ("waiting", "used", "lapsed", "withdrawn")
_SHOWN = 200


@dataclass(frozen=True)
class InvitationQuery:
    """The filters of a list of invitations."""

    q: str | None = None
    state: str | None = None
    cursor: str | None = None


@dataclass(frozen=True)
class InvitationShown:
    """An invitation with what a list tells of it; the contact can be recognised, not read."""

    invitation: Invitation
    state: str
    contact: str
    inviter: str
    organisation: Organisation | None

    @property
    def is_waiting(self) -> bool:
        return self.state == "waiting"

    @property
    def is_sendable(self) -> bool:
        """Whether it may be sent again: nobody has used it yet, and nobody took it back."""
        return self.state in ("waiting", "lapsed")


def state_of(row: Invitation, *, now: datetime) -> str:
    """waiting, used, lapsed or withdrawn."""
    if row.accepted_at is not None:
        return "used"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "waiting" if row.expires_at > now else "lapsed"


def list_sent(
    session: Session, actor: Actor, query: InvitationQuery, *, now: datetime
) -> Page[InvitationShown]:
    """Those an official sent, and all others of their territory; an admin's are all. Newest first.

    Raises: Forbidden, Invalid on a bad cursor.
    """
    permissions.require(actor, "person.invite")
    statement = select(Invitation).where(_within_reach(actor))
    if query.state:
        statement = statement.where(_in_state(query.state, now))
    if query.q:
        statement = statement.where(_matches(query.q))
    key = (Invitation.created_at, Invitation.id)
    page = paging.fetch(session, statement, key, cursor=query.cursor, descending=True)
    shown = {row.invitation.id: row for row in _shown(session, page.items, now=now)}
    return page.map(lambda row: shown[row.id])


def list_of_organisation(
    session: Session, actor: Actor, organisation: Organisation, *, now: datetime
) -> list[InvitationShown]:
    """Invitations to an organisation, those still waiting first, then the newest."""
    permissions.require(actor, "member.invite", organisation)
    statement: Select[Invitation] = (
        select(Invitation)
        .where(Invitation.organisation_id == organisation.id)
        .order_by(Invitation.id.desc())
        .limit(_SHOWN)
    )
    rows = _shown(session, list(session.scalars(statement)), now=now)
    return sorted(rows, key=lambda row: not row.is_waiting)


def withdraw(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> Invitation:
    """Take an unanswered invitation back: its link opens nothing any more. Audited.

    Raises: NotFound, Conflict("invitation.gone") when it was used or withdrawn already.
    """
    row = _own(session, actor, invitation_id, now=now)
    if state_of(row, now=now) not in ("waiting", "lapsed"):
        raise Conflict("invitation.gone")
    row.withdrawn_at = now
    audit.record(session, actor, "invitation.withdrawn", f"invitation:{row.id}", now=now)
    return row


def send_again(
    session: Session, actor: Actor, invitation_id: int, *, link: str, now: datetime
) -> SentInvitation:
    """A new link for the same invitation, for fourteen days more; the old one ends.

    From then on it is the sender's own: their right to invite is asked for when it is accepted.
    Raises: NotFound, Conflict("invitation.gone"), Refused past the day's number.
    """
    row = _own(session, actor, invitation_id, now=now)
    if state_of(row, now=now) not in ("waiting", "lapsed"):
        raise Conflict("invitation.gone")
    row.invited_by_id = people.own_id(actor)
    row.expires_at = now + invitations.LIFE
    return invitations.deliver(session, actor, row, link, now=now)


def _own(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> Invitation:
    """An invitation the actor could send themselves, locked; raises NotFound."""
    row = session.get(Invitation, invitation_id, with_for_update=True)
    if row is None or not _may_send(session, actor, row, now=now):
        raise NotFound("invitation.gone")
    return row


def _may_send(session: Session, actor: Actor, row: Invitation, *, now: datetime) -> bool:
    if row.organisation_id is not None:
        organisation = session.get_one(Organisation, row.organisation_id)
        return permissions.may(actor, "member.invite", organisation)
    if actor.has_role("admin"):
        return True
    is_theirs = actor.has_role("officer") and row.role in invitations.OFFICERS_MAY_INVITE
    scopes, scope = actor.scopes("officer"), row.scope_unit_code
    return is_theirs and scope is not None and grants.is_within(session, scopes, scope, now=now)


def _within_reach(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer")
    if actor.has_role("admin"):
        return Invitation.id.is_not(None)
    communes = select(Unit.code).where(Unit.province_code.in_(scopes))
    territory = or_(
        Invitation.scope_unit_code.in_(scopes), Invitation.scope_unit_code.in_(communes)
    )
    places = select(Organisation.id).where(
        or_(Organisation.commune_code.in_(scopes), Organisation.province_code.in_(scopes))
    )
    if "" in scopes:
        territory, places = Invitation.scope_unit_code.is_not(None), select(Organisation.id)
    is_official = territory & Invitation.role.in_(invitations.OFFICERS_MAY_INVITE)
    return is_official | Invitation.organisation_id.in_(places)


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    unused = Invitation.accepted_at.is_(None)
    living = unused & Invitation.withdrawn_at.is_(None)
    return {
        "waiting": living & (Invitation.expires_at > now),
        "used": Invitation.accepted_at.is_not(None),
        "lapsed": living & (Invitation.expires_at <= now),
        "withdrawn": unused & Invitation.withdrawn_at.is_not(None),
    }[state]


def _matches(typed: str) -> ColumnElement[bool]:
    contact = people.read_contact(typed)
    if contact is not None and contact.email is not None:
        return Invitation.email == contact.email
    if contact is not None:
        return Invitation.phone == contact.phone
    return Invitation.name.icontains(typed, autoescape=True)


def _shown(session: Session, rows: list[Invitation], *, now: datetime) -> list[InvitationShown]:
    inviters = select(Person.id, Person.name).where(
        Person.id.in_({row.invited_by_id for row in rows})
    )
    names = {row.id: row.name for row in session.execute(inviters)}
    ids = {row.organisation_id for row in rows if row.organisation_id is not None}
    found = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    organisations = {row.id: row for row in found}
    return [
        InvitationShown(
            row,
            state_of(row, now=now),
            invitations.contact_of(row).masked,
            names.get(row.invited_by_id, ""),
            organisations.get(row.organisation_id or 0),
        )
        for row in rows
    ]
