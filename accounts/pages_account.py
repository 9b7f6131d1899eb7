"""One's own account: name, password, language, devices, programs, second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import (
    actors,
    cookies,
    password_change,
    people,
    phone,
    proof,
    second_factor,
    sessions,
    throttle,
    tokens,
)
from accounts.arrival import again, proved, take_own_try, welcome
from accounts.doors import current_actor
from accounts.schemas import CodeForm, LeaveForm, PasswordForm, ProfileForm, TokenForm
from accounts.sealing import token_hash
from foundation import clock, config, db, inputs, web
from foundation.errors import Conflict, Invalid, NguonError, Refused, TooMany
from foundation.i18n import _, set_language

blueprint = Blueprint("account", __name__)

_YEAR_S = 31_536_000
# What becomes of the tokens when their owner changes the password.
_CHANGES = {"end": password_change.change, "keep": password_change.change_keeping_tokens}


@blueprint.get("/account")
@web.signed_in
def show() -> ResponseReturnValue:
    """Everything about one's own account on one page."""
    return web.render("accounts/account.html", form=web.Form(), **_context())


@blueprint.post("/account")
@web.signed_in
def save() -> ResponseReturnValue:
    """Change name and language."""
    try:
        given = inputs.load(ProfileForm, request.form)
        with db.transaction() as session:
            people.rename(session, current_actor(), given["name"], given["locale"])
    except Invalid as error:
        return again("accounts/account.html", error, **_context())
    set_language(given["locale"])
    web.flash_done(_("Đã lưu."))
    response = make_response(redirect(url_for("accounts.account.show"), 303))
    response.set_cookie(
        "nguon-language",
        given["locale"],
        max_age=_YEAR_S,
        secure=config.current().https,
        samesite="Lax",
    )
    return response


@blueprint.get("/account/password")
@web.signed_in
def ask_password() -> ResponseReturnValue:
    """The form for a new password."""
    return web.render("accounts/password.html", form=web.Form(), **_password_context())


@blueprint.post("/account/password")
@web.signed_in
def change_password() -> ResponseReturnValue:
    """A new password; every other device is signed out, and tokens end unless they are to stay."""
    actor, now = current_actor(), clock.now()
    try:
        given = inputs.load(PasswordForm, request.form)
        try_id = take_own_try("password")
        change = _CHANGES[given["tokens"]]
        with db.transaction() as session:
            person = change(session, actor, given["old_password"], given["password"], now=now)
            throttle.mark_right(session, try_id)
            opened = sessions.open_session(
                session,
                person,
                device_label=cookies.device_label(),
                now=now,
                passed_second_factor=True,
            )
    except (Invalid, TooMany) as error:
        return again("accounts/password.html", error, **_password_context())
    web.flash_done(_("Mật khẩu mới đã được đặt. Các máy khác đã đăng xuất."))
    return welcome(opened, url_for("accounts.account.show"))


@blueprint.post("/account/devices/<int:session_id>/end")
@web.signed_in
def end_device(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    with db.transaction() as session:
        sessions.end_device(session, current_actor(), session_id, now=clock.now())
    web.flash_done(_("Đã đăng xuất máy đó."))
    return redirect(url_for("accounts.account.show"), 303)


@blueprint.post("/account/devices/end-all")
@web.signed_in
def end_all_devices() -> ResponseReturnValue:
    """Sign out everywhere, here too; tokens end as well unless they are to stay."""
    now, person_id = clock.now(), current_actor().person_id or 0
    given = inputs.load(LeaveForm, request.form)
    with db.transaction() as session:
        sessions.end_all(session, person_id, now=now)
        if given["tokens"] == "end":
            tokens.end_all(session, person_id, now=now)
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    cookies.drop_session(response)
    return response


@blueprint.post("/account/tokens")
@web.signed_in
@proved
def create_token() -> ResponseReturnValue:
    """A new token, shown on the answer to this very request and never again."""
    now = clock.now()
    try:
        given = inputs.load(TokenForm, request.form)
        expires_at = now + timedelta(days=given["days"]) if "days" in given else None
        with db.transaction() as session:
            created = tokens.create(
                session, current_actor(), given["name"], now=now, expires_at=expires_at
            )
    except (Invalid, Refused) as error:
        return again("accounts/account.html", error, **_context())
    return web.render("accounts/token.html", plain=created.plain, name=given["name"])


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@web.signed_in
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token."""
    with db.transaction() as session:
        tokens.revoke(session, current_actor(), token_id, now=clock.now())
    web.flash_done(_("Mã truy cập đã được thu hồi."))
    return redirect(url_for("accounts.account.show"), 303)


@blueprint.post("/account/tokens/revoke-all")
@web.signed_in
def revoke_all_tokens() -> ResponseReturnValue:
    """End every token of one's own."""
    with db.transaction() as session:
        tokens.end_all(session, current_actor().person_id or 0, now=clock.now())
    web.flash_done(_("Mọi mã truy cập đã được thu hồi."))
    return redirect(url_for("accounts.account.show"), 303)


@blueprint.get("/account/second-factor")
@web.signed_in
def second_factor_page() -> ResponseReturnValue:
    """Switch the second factor on or off."""
    return web.render("accounts/account_second_factor.html", form=web.Form(), **_factor_context())


@blueprint.post("/account/second-factor/begin")
@web.signed_in
@proved
def begin_enrolment() -> ResponseReturnValue:
    """Draw a secret and show it."""
    with db.transaction() as session:
        second_factor.begin_enrolment(session, current_actor())
    return redirect(url_for("accounts.account.second_factor_page"), 303)


@blueprint.post("/account/second-factor/confirm")
@web.signed_in
@proved
def confirm_enrolment() -> ResponseReturnValue:
    """Switch it on with a first right code; the spare codes are shown this once."""
    try:
        given = inputs.load(CodeForm, request.form)
        with db.transaction() as session:
            spare = second_factor.confirm_enrolment(
                session, current_actor(), given["code"], now=clock.now()
            )
    except (Invalid, Conflict) as error:
        return _factor_again(error)
    return web.render("accounts/spare_codes.html", codes=spare)


@blueprint.post("/account/second-factor/renew")
@web.signed_in
def renew_spare_codes() -> ResponseReturnValue:
    """New spare codes against a code from the authenticator."""
    try:
        given = inputs.load(CodeForm, request.form)
        try_id = take_own_try("totp")
        with db.transaction() as session:
            spare = second_factor.renew_spare_codes(
                session, current_actor(), given["code"], now=clock.now()
            )
            throttle.mark_right(session, try_id)
    except (Invalid, TooMany) as error:
        return _factor_again(error)
    return web.render("accounts/spare_codes.html", codes=spare)


@blueprint.post("/account/second-factor/off")
@web.signed_in
def switch_off() -> ResponseReturnValue:
    """Switch it off against a code."""
    try:
        given = inputs.load(CodeForm, request.form)
        try_id = take_own_try("totp")
        with db.transaction() as session:
            second_factor.switch_off(session, current_actor(), given["code"], now=clock.now())
            throttle.mark_right(session, try_id)
    except (Invalid, TooMany) as error:
        return _factor_again(error)
    web.flash_done(_("Đã tắt xác thực hai bước."))
    return redirect(url_for("accounts.account.second_factor_page"), 303)


def _password_context() -> dict[str, Any]:
    with db.reading() as session:
        return {"tokens": tokens.list_tokens(session, current_actor(), now=clock.now())}


def _factor_again(error: NguonError) -> ResponseReturnValue:
    return again("accounts/account_second_factor.html", error, **_factor_context())


def _context() -> dict[str, Any]:
    actor, now = current_actor(), clock.now()
    here = token_hash(cookies.session_cookie() or "")
    with db.reading() as session:
        person = people.get_person(session, actor.person_id or 0)
        return {
            "person": person,
            "spoken_phone": phone.spoken(person.phone) if person.phone else "",
            "devices": [
                (row, row.token_hash == here)
                for row in sessions.list_devices(session, actor, now=now)
            ],
            "tokens": tokens.list_tokens(session, actor, now=now),
            "owes_second_factor": not actor.second_factor,
        }


def _factor_context() -> dict[str, Any]:
    actor = current_actor()
    now = clock.now()
    with db.transaction() as session:
        person = people.get_person(session, actor.person_id or 0)
        # A drawn secret is shown to who may draw one; anybody else begins anew.
        may_see = proof.is_fresh(session, cookies.session_cookie(), now=now)
        return {
            "is_on": person.has_second_factor,
            "is_needed": actors.needs_second_factor(actor.held) or not actor.second_factor,
            "enrolment": second_factor.pending_enrolment(session, actor) if may_see else None,
            "left": second_factor.spare_codes_left(session, person.id),
        }
