"""What the pages of entry share: handing over cookies, asking again, showing a form again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import cookies, devices, people, proof, sign_in
from accounts.doors import current_actor
from accounts.sessions import OpenedSession
from foundation import apart, clock, db, inputs, web
from foundation.errors import Invalid, NguonError, TooMany


def welcome(opened: OpenedSession, wished: str) -> Response:
    """Hand over the session cookie and lead on, by way of the second factor when it is owed."""
    return _lead_in(opened, wished, devices.remember)


def welcome_signed_in(opened: OpenedSession, wished: str) -> Response:
    """The same after a sign-in: a browser never seen before is told to the account's owner."""
    return _lead_in(opened, wished, partial(devices.greet, label=cookies.device_label()))


def _lead_in(opened: OpenedSession, wished: str, remember: Callable[..., str | None]) -> Response:
    if opened.stage != "full":
        response = make_response(redirect(url_for("accounts.ask_code", next=wished), 303))
        cookies.put_session(response, opened)
        return response
    response = make_response(redirect(wished, 303))
    cookies.put_session(response, opened)
    with db.transaction() as session:
        device = remember(session, opened.person_id, cookies.device_cookie(), now=clock.now())
    if device is not None:
        cookies.put_device(response, device)
    return response


def again(template: str, error: NguonError, **context: Any) -> ResponseReturnValue:
    """Show a form again with its input and findings, and the wait when there were too many."""
    response = make_response(web.render_again(template, error, **context))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def proved(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let an act through only when its sender has shown password or code within ten minutes.

    Else the page asks for it and carries the form along: one answer proves and acts.
    """

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            if not _is_proved():
                return web.render("accounts/proof.html", form=web.Form(), **_carried()), 403
        except (Invalid, TooMany) as error:
            return again("accounts/proof.html", error, **_carried())
        return view(*args, **kwargs)

    return asked


def take_own_try(kind: str) -> int:
    """Count a try at one's own secret, in a transaction of its own, before it is judged."""
    with apart.transaction_apart() as session:
        return sign_in.begin_own(
            session,
            current_actor(),
            kind,
            request.remote_addr or "",
            cookies.device_cookie(),
            now=clock.now(),
        )


def _is_proved() -> bool:
    now, cookie = clock.now(), cookies.session_cookie()
    with db.transaction() as session:
        if proof.is_fresh(session, cookie, now=now):
            return True
    if not request.form.get(proof.FIELD):
        return False
    try_id = take_own_try("proof")
    with db.transaction() as session:
        proof.finish(session, cookie, request.form[proof.FIELD], try_id, now=now)
    return True


def _carried() -> dict[str, Any]:
    with db.reading() as session:
        person = people.get_person(session, current_actor().person_id or 0)
    kept = [pair for pair in request.form.items(multi=True) if pair[0] not in inputs.FORM_PARTS]
    return {
        "action": request.path,
        "kept": kept,
        "has_second_factor": person.has_second_factor,
    }
