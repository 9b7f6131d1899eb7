"""Inviting people, and keeping watch of the invitations: one way for managers and officers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import invitations, names
from accounts.arrival import again
from accounts.doors import current_actor
from accounts.invitations import Invited, SentInvitation
from accounts.inviting import listing, sendings
from accounts.inviting.listing import InvitationQuery
from accounts.models import MEMBER_ROLES, Organisation
from accounts.schemas import InvitationsQuery, InviteMemberForm
from foundation import clock, config, db, inputs, web
from foundation.errors import Conflict, Invalid, NguonError, Refused
from foundation.i18n import _
from territory import units

blueprint = Blueprint("inviting", __name__)

Send = Callable[[Session, str], SentInvitation]


def send_member(code: str, page: str, context: Callable[[str], dict[str, Any]]) -> Any:
    """Invite somebody into an organisation; from ``page`` whose ``context`` shows it again."""
    back = url_for(page, code=code)
    template = _TEMPLATES[page]
    try:
        given = inputs.load(InviteMemberForm, request.form)
        invited = Invited(given["name"], given["contact"])
        return handed_over(
            lambda session, link: invitations.invite_member(
                session,
                current_actor(),
                code,
                invited,
                given["role"],
                link=link,
                now=clock.now(),
            ),
            invited.name,
            back,
        )
    except (Invalid, Refused) as error:
        return again(template, error, **context(code))


_TEMPLATES = {
    "accounts.organisation.show": "accounts/organisation.html",
    "accounts.office.show": "accounts/office_organisation.html",
}


def handed_over(send: Send, name: str, back: str) -> str:
    """Send an invitation and show its link, this once, for handing over."""
    link = f"{config.current().base_url}/invitations/"
    with db.transaction() as session:
        sent = send(session, link)
    return web.render(
        "accounts/invited.html", invitation_link=link + sent.token, name=name, back=back
    )


def of_organisation(session: Session, organisation: Organisation) -> dict[str, Any]:
    """What a page about an organisation shows of its invitations."""
    actor, now = current_actor(), clock.now()
    return {
        "invitations": listing.list_of_organisation(session, actor, organisation, now=now),
        "member_roles": names.options({role: names.ROLES[role] for role in MEMBER_ROLES}),
        **of_today(session),
    }


def of_today(session: Session) -> dict[str, Any]:
    """How many invitations the reader may send today, and has sent."""
    actor, now = current_actor(), clock.now()
    return {
        "most_a_day": sendings.most_a_day(actor, now=now),
        "sent_today": sendings.sent_today(session, actor, now=now),
    }


@blueprint.get("/office/invitations")
@web.guarded("person.invite")
def list_invitations() -> ResponseReturnValue:
    """Every invitation the reader sent or is answerable for, with its state."""
    query = InvitationQuery(**inputs.load(InvitationsQuery, request.args))
    now = clock.now()
    with db.reading() as session:
        page = listing.list_sent(session, current_actor(), query, now=now)
        scopes = {row.invitation.scope_unit_code for row in page.items}
        places = units.labels(session, {code for code in scopes if code}, clock.business_day(now))
        today = of_today(session)
    return web.render(
        "accounts/office_invitations.html", page=page, places=places, names=names, **today
    )


@blueprint.post("/office/invitations/<int:invitation_id>/withdraw")
@web.guarded("member.invite")
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back, an organisation's or an official's."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        row = listing.withdraw(session, current_actor(), invitation_id, now=clock.now())
        back = _back(session, row.organisation_id)
    web.flash_done(_("Đã rút lại lời mời."))
    return redirect(back, 303)


@blueprint.post("/workspace/organisations/<code>/invitations/<int:invitation_id>/withdraw")
@web.guarded("member.manage")
def withdraw_own(code: str, invitation_id: int) -> ResponseReturnValue:
    """The same, by its earlier address."""
    return withdraw(invitation_id)


@blueprint.post("/office/invitations/<int:invitation_id>/again")
@web.guarded("member.invite")
def send_again(invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again, with a new link for fourteen days."""
    inputs.load(inputs.InputSchema, request.form)
    link = f"{config.current().base_url}/invitations/"
    try:
        with db.transaction() as session:
            sent = listing.send_again(
                session, current_actor(), invitation_id, link=link, now=clock.now()
            )
            row = invitations.get(session, sent.id)
            name, back = row.name, _back(session, row.organisation_id)
    except (Refused, Conflict) as error:
        return _refused(error)
    return web.render(
        "accounts/invited.html", invitation_link=link + sent.token, name=name, back=back
    )


def _refused(error: NguonError) -> ResponseReturnValue:
    return web.render("accounts/invitation_refused.html", form=web.Form.kept(error)), error.status


def _back(session: Session, organisation_id: int | None) -> str:
    """Where the sender keeps watch of the invitation."""
    actor = current_actor()
    if organisation_id is None:
        return url_for("accounts.inviting.list_invitations")
    code = session.get_one(Organisation, organisation_id).code
    if organisation_id in actor.organisation_ids():
        return url_for("accounts.organisation.show", code=code)
    return url_for("accounts.office.show", code=code)
