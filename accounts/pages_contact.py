"""One's own e-mail address and telephone number: changed by proof of who one is and of the new."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import contacts, cookies, people, phone, sessions, sign_in
from accounts.arrival import again, take_own_try
from accounts.contacts import Proof
from accounts.doors import current_actor
from accounts.schemas import ContactCodeForm, ContactForm, OwnProofForm
from foundation import apart, clock, db, inputs, web
from foundation.errors import Conflict, Invalid, Refused, TooMany
from foundation.i18n import _

blueprint = Blueprint("contact", __name__)

_REFUSALS = (Invalid, Refused, TooMany, Conflict)


@blueprint.get("/account/contact")
@web.signed_in
def ask() -> ResponseReturnValue:
    """What one is reached at, and the form for another."""
    return web.render("accounts/contact.html", form=web.Form(), **_context())


@blueprint.post("/account/contact")
@web.signed_in
def send_code() -> ResponseReturnValue:
    """Send a code to the new contact, once password and second factor were right."""
    try:
        given = inputs.load(ContactForm, request.form)
        try_id = take_own_try("contact")
        proof = Proof(given["password"], given["code"])
        with db.transaction() as session:
            contacts.ask(session, current_actor(), given["contact"], proof, try_id, now=clock.now())
    except _REFUSALS as error:
        return again("accounts/contact.html", error, **_context())
    return redirect(url_for("accounts.contact.ask_code"), 303)


@blueprint.get("/account/contact/code")
@web.signed_in
def ask_code() -> ResponseReturnValue:
    """The code that went to the new contact."""
    context = _context()
    if context["waiting"] is None:
        return redirect(url_for("accounts.contact.ask"), 303)
    return web.render("accounts/contact_code.html", form=web.Form(), **context)


@blueprint.post("/account/contact/code")
@web.signed_in
def confirm() -> ResponseReturnValue:
    """Put the proved contact in place; other devices are signed out unless they are to stay."""
    actor, now = current_actor(), clock.now()
    try:
        given = inputs.load(ContactCodeForm, request.form)
        with apart.transaction_apart() as session:
            person = people.get_person(session, people.own_id(actor))
            address, device = request.remote_addr or "", cookies.device_cookie()
            caller = sign_in.caller_of(session, person, address, device)
            tries = contacts.begin_confirm(session, actor, caller, now=now)
        with db.transaction() as session:
            contacts.confirm(session, actor, given["code"], tries, now=now)
            here = sessions.get_session(session, cookies.session_cookie(), now)
            if given["others"] == "end":
                sessions.end_all(session, person.id, now=now)
            opened = sessions.reopen(session, here, now=now)
    except _REFUSALS as error:
        return again("accounts/contact_code.html", error, **_context())
    web.flash_done(_("Đã đổi. Chúng tôi đã báo cho số hoặc địa chỉ cũ."))
    response = make_response(redirect(url_for("accounts.account.show"), 303))
    cookies.put_session(response, opened)
    return response


@blueprint.get("/account/contact/<any(email, phone):kind>/remove")
@web.signed_in
def ask_remove(kind: str) -> ResponseReturnValue:
    """What taking it off does, and the proof for it."""
    return web.render("accounts/contact_remove.html", form=web.Form(), kind=kind, **_context())


@blueprint.post("/account/contact/<any(email, phone):kind>/remove")
@web.signed_in
def remove(kind: str) -> ResponseReturnValue:
    """Take it off; the other stays to sign in with."""
    try:
        given = inputs.load(OwnProofForm, request.form)
        try_id = take_own_try("contact")
        proof = Proof(given["password"], given["code"])
        with db.transaction() as session:
            contacts.remove(session, current_actor(), kind, proof, try_id, now=clock.now())
    except _REFUSALS as error:
        return again("accounts/contact_remove.html", error, kind=kind, **_context())
    web.flash_done(_("Đã bỏ. Chúng tôi đã báo cho số hoặc địa chỉ đó."))
    return redirect(url_for("accounts.account.show"), 303)


def _context() -> dict[str, Any]:
    actor = current_actor()
    with db.reading() as session:
        person = people.get_person(session, people.own_id(actor))
        waiting = contacts.find_asked(session, actor, now=clock.now())
        return {
            "person": person,
            "spoken_phone": phone.spoken(person.phone) if person.phone else "",
            "has_second_factor": person.has_second_factor,
            "waiting": waiting,
            "waiting_text": phone.spoken(waiting.phone) if waiting and waiting.phone
            else waiting.text if waiting else "",
        }  # fmt: skip
