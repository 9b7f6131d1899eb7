"""Signing in and out. The pages of the other subjects hang on the same blueprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import (
    cookies,
    pages_account,
    pages_admin,
    pages_contact,
    pages_entry,
    pages_household,
    pages_office,
    pages_organisation,
    pages_public,
    pages_register,
    second_factor,
    sessions,
)
from accounts import sign_in as signing_in
from accounts.arrival import again, welcome_signed_in
from accounts.doors import current_actor
from accounts.inviting import pages as pages_inviting
from accounts.schemas import CodeForm, NextSchema, SignInForm
from accounts.sign_in import SignIn
from foundation import apart, clock, db, inputs, web
from foundation.errors import Invalid, TooMany, Unauthenticated

blueprint = Blueprint("accounts", __name__)
for part in (
    pages_account,
    pages_admin,
    pages_contact,
    pages_entry,
    pages_household,
    pages_inviting,
    pages_office,
    pages_organisation,
    pages_public,
    pages_register,
):
    blueprint.register_blueprint(part.blueprint)

_HOME = "/workspace"


@blueprint.get("/sign-in")
@web.public
def sign_in() -> ResponseReturnValue:
    """Telephone number or e-mail, and password."""
    wished = web.safe_next(request.args.get("next"), _HOME)
    if current_actor().person_id is not None:
        return redirect(wished, 303)
    return web.render("accounts/sign_in.html", form=web.Form(), next=wished)


@blueprint.post("/sign-in")
@web.public
def enter() -> ResponseReturnValue:
    """Open a session, or ask for the second factor."""
    wished = web.safe_next(request.form.get("next"), _HOME)
    now = clock.now()
    try:
        attempt = _attempt(inputs.load(SignInForm, request.form))
        with apart.transaction_apart() as session:
            try_id = signing_in.begin(session, attempt, now=now)
        with db.transaction() as session:
            opened = signing_in.finish(session, attempt, try_id, now=now)
    except (Invalid, TooMany) as error:
        return again("accounts/sign_in.html", error, next=wished)
    return welcome_signed_in(opened, wished)


@blueprint.get("/sign-in/second-factor")
@web.public
def ask_code() -> ResponseReturnValue:
    """The code from the authenticator; only for a browser whose password was right just now."""
    wished = web.safe_next(request.args.get("next"), _HOME)
    with db.reading() as session:
        row = sessions.find_session(session, cookies.session_cookie(), clock.now())
        is_waiting = row is not None and row.stage == "second_factor"
    if not is_waiting:
        return redirect(url_for("accounts.sign_in", next=wished), 303)
    return web.render("accounts/second_factor.html", form=web.Form(), next=wished)


@blueprint.post("/sign-in/second-factor")
@web.public
def enter_code() -> ResponseReturnValue:
    """Exchange the half-open session for a full one."""
    wished = web.safe_next(request.form.get("next"), _HOME)
    now, cookie = clock.now(), cookies.session_cookie()
    try:
        given = inputs.load(CodeForm, request.form)
        with apart.transaction_apart() as session:
            try_id = second_factor.begin_pass(
                session, cookie, request.remote_addr or "", cookies.device_cookie(), now=now
            )
        with db.transaction() as session:
            opened = second_factor.finish_pass(session, cookie, given["code"], try_id, now=now)
    except Unauthenticated:
        return redirect(url_for("accounts.sign_in", next=wished), 303)
    except (Invalid, TooMany) as error:
        return again("accounts/second_factor.html", error, next=wished)
    return welcome_signed_in(opened, wished)


@blueprint.post("/sign-out")
@web.public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    inputs.load(NextSchema, request.form)
    with db.transaction() as session:
        sessions.end(session, cookies.session_cookie(), now=clock.now())
    response = make_response(redirect("/", 303))
    cookies.drop_session(response)
    return response


def _attempt(given: dict[str, Any]) -> SignIn:
    return SignIn(
        given["login"],
        given["password"],
        address=request.remote_addr or "",
        device_label=cookies.device_label(),
        device_cookie=cookies.device_cookie(),
        old_cookie=cookies.session_cookie(),
    )
