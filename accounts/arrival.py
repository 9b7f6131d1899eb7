"""What the pages of entry share: handing over cookies, and showing a form again."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts import cookies, sessions
from accounts.sessions import OpenedSession
from foundation import clock, db, web
from foundation.errors import NguonError, TooMany


def welcome(opened: OpenedSession, wished: str) -> Response:
    """Hand over the session cookie and lead on, by way of the second factor when it is owed."""
    if opened.stage != "full":
        response = make_response(redirect(url_for("accounts.ask_code", next=wished), 303))
        cookies.put_session(response, opened)
        return response
    response = make_response(redirect(wished, 303))
    cookies.put_session(response, opened)
    with db.transaction() as session:
        known = sessions.find_device(session, cookies.device_cookie())
        if known is None or known.person_id != opened.person_id:
            device = sessions.remember_device(session, opened.person_id, now=clock.now())
            cookies.put_device(response, device)
    return response


def again(template: str, error: NguonError, **context: Any) -> ResponseReturnValue:
    """Show a form again with its input and findings, and the wait when there were too many."""
    response = make_response(web.render_again(template, error, **context))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
