"""Ways in without a password: recovery by a code, and invitations."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import cookies, invitations, people, recovery, sessions
from accounts.access_models import Invitation
from accounts.arrival import again, welcome
from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.people import NewPerson
from accounts.recovery import Recovery
from accounts.schemas import EnterForm, LoginForm, RecoverForm
from foundation import apart, clock, db, inputs, web
from foundation.errors import Conflict, Invalid, TooMany
from foundation.i18n import _, get_language

blueprint = Blueprint("entry", __name__)


@blueprint.get("/recover")
@web.public
def ask_login() -> ResponseReturnValue:
    """Which account; the first step of recovery and of a first entry."""
    return web.render("accounts/recover.html", form=web.Form())


@blueprint.post("/recover")
@web.public
def send_code() -> ResponseReturnValue:
    """Send a code if there is such an account; the answer is the same when there is none."""
    try:
        given = inputs.load(LoginForm, request.form)
        with db.transaction() as session:
            recovery.ask(session, given["login"], request.remote_addr or "", now=clock.now())
    except (Invalid, TooMany) as error:
        return again("accounts/recover.html", error)
    form = web.Form({"login": given["login"]})
    return web.render("accounts/recover_code.html", form=form, is_sent=True)


@blueprint.get("/recover/code")
@web.public
def ask_code() -> ResponseReturnValue:
    """For somebody who was given a code by their manager."""
    return web.render("accounts/recover_code.html", form=web.Form(), is_sent=False)


@blueprint.post("/recover/code")
@web.public
def recover() -> ResponseReturnValue:
    """Code and new password: in."""
    now = clock.now()
    try:
        given = inputs.load(RecoverForm, request.form)
        asked = Recovery(
            **given,
            address=request.remote_addr or "",
            device_label=cookies.device_label(),
            device_cookie=cookies.device_cookie(),
        )
        with apart.transaction_apart() as session:
            tries = recovery.begin(session, asked, now=now)
        with db.transaction() as session:
            opened = recovery.finish(session, asked, tries, now=now)
    except (Invalid, TooMany) as error:
        return again("accounts/recover_code.html", error, is_sent=False)
    web.flash_done(_("Mật khẩu mới đã được đặt. Các máy khác đã đăng xuất."))
    return welcome(opened, "/workspace")


@blueprint.get("/invitations/<token>")
@web.public
def show_invitation(token: str) -> ResponseReturnValue:
    """What one is invited to, and the way to accept."""
    with db.reading() as session:
        row = invitations.find_open(session, token, now=clock.now())
        return web.render("accounts/invitation.html", **_shown(session, row, token))


@blueprint.post("/invitations/<token>/code")
@web.public
def send_entry_code(token: str) -> ResponseReturnValue:
    """Send the first-entry code to the invited contact."""
    try:
        with db.transaction() as session:
            invitations.send_code(session, token, now=clock.now())
    except TooMany as error:
        return _invitation_again(token, error)
    web.flash_done(_("Đã gửi mã. Mã dùng được trong 10 phút."))
    return redirect(url_for("accounts.entry.show_invitation", token=token), 303)


@blueprint.post("/invitations/<token>")
@web.public
def enter(token: str) -> ResponseReturnValue:
    """Somebody new accepts: name, password, and the code where one was sent."""
    now = clock.now()
    try:
        given = inputs.load(EnterForm, request.form)
        new = NewPerson(given["name"], password=given["password"], locale=get_language())
        with apart.transaction_apart() as session:
            address = request.remote_addr or ""
            tries = invitations.begin(session, token, address, now=now)
        with db.transaction() as session:
            person = invitations.enter(session, token, tries, given.get("code", ""), new, now=now)
            opened = sessions.open_session(
                session, person, device_label=cookies.device_label(), now=now
            )
    except (Invalid, TooMany, Conflict) as error:
        return _invitation_again(token, error)
    web.flash_done(_("Chào mừng bạn đến với Nguồn."))
    return welcome(opened, "/workspace")


@blueprint.post("/invitations/<token>/accept")
@web.signed_in
def accept(token: str) -> ResponseReturnValue:
    """Somebody known accepts; their session is opened anew, as their roles changed."""
    now = clock.now()
    with db.transaction() as session:
        here = sessions.get_session(session, cookies.session_cookie(), now)
        invitations.accept(session, current_actor(), token, now=now)
        opened = sessions.reopen(session, here, now=now)
    web.flash_done(_("Đã nhận lời mời."))
    return welcome(opened, "/workspace")


def _invitation_again(token: str, error: Invalid | TooMany | Conflict) -> ResponseReturnValue:
    with db.reading() as session:
        row = invitations.find_open(session, token, now=clock.now())
        context = _shown(session, row, token)
    context.pop("form")
    return again("accounts/invitation.html", error, **context)


def _shown(session: Session, row: Invitation, token: str) -> dict[str, object]:
    contact, needs_code = invitations.contact_of(row), invitations.needs_code(row)
    organisation = (
        session.get(Organisation, row.organisation_id) if row.organisation_id is not None else None
    )
    return {
        "form": web.Form(),
        "token": token,
        "invitation": row,
        "organisation": organisation,
        "masked": contact.masked,
        "needs_code": needs_code,
        # Who only holds the link is not told whether the contact has an account: the inviter
        # holds it too. Where no code can be sent the form itself would tell.
        "is_known": not needs_code and people.find_by_contact(session, contact) is not None,
    }
