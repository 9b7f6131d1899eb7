"""A form sent twice is carried out once: tapped twice, reloaded, or sent again after going back.

Every form drawn has a key of its own (``foundation.form_tokens``). Under its lock all that the
form does, and the answer, are kept in one transaction, in the table of ``app.idempotency``: whoever
sends the form again waits for the first and gets its answer. A form that came back with errors, or
that wrote nothing, leaves its key free. The answer may show what is shown once (a new access
token), and cookies: it is kept sealed.
"""

from __future__ import annotations

import json
import time
import zlib
from base64 import b85decode, b85encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from accounts.permissions import ANONYMOUS
from accounts.sealing import Unreadable, keyed_hash, seal, unseal
from foundation import clock, db, form_tokens, web, workplaces
from foundation.errors import Conflict, TooMany
from foundation.i18n import _, vn_datetime

log = structlog.get_logger()

WAITS_FOR_S = 5.0
"""How long a second tap waits for the first before it is told to come again."""
SAME_TAP = timedelta(minutes=1)
LARGEST_PAGE = 512 * 1024
_LOOK_AGAIN_S = 0.1
_PAGE = 200
_FLASHES = "_flashes"
_NOT_FORMS = ("/api/", "/webhooks/", "/epcis")
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, 0))"
_FIND = (
    "SELECT request_hash, status, body, created_at FROM idempotent_answer"
    " WHERE caller = %(caller)s AND key = %(key)s"
)
# A call that wrote nothing has no number yet; the row it would write gives it one only afterwards.
_KEEP = (
    "INSERT INTO idempotent_answer (caller, key, request_hash, status, headers, body, created_at)"
    " SELECT %(caller)s, %(key)s, %(asked)s, %(status)s, '', %(body)s, %(now)s"
    " WHERE pg_current_xact_id_if_assigned() IS NOT NULL"
    " ON CONFLICT (caller, key) DO UPDATE SET request_hash = excluded.request_hash,"
    " status = excluded.status, body = excluded.body, created_at = excluded.created_at"
)


@dataclass(frozen=True)
class _Kept:
    """What stands under a key."""

    request_hash: str
    status: int
    body: bytes
    created_at: datetime


@dataclass
class _Sent:
    """A form sent: whose, which, and what it says."""

    caller: str
    key: str
    asked: str
    together: db.Together

    @property
    def purpose(self) -> str:
        """What its answer is sealed for."""
        return f"form {self.caller} {self.key}"


def install(app: Flask) -> None:
    """Watch every form of every page."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> Response | None:
    if request.method != "POST" or request.path.startswith(_NOT_FORMS) or not request.endpoint:
        return None
    key = form_tokens.once_key()
    if key is None:
        return None
    person = g.get("actor", ANONYMOUS).person_id
    whose = f"browser {form_tokens.browser_key()}" if person is None else f"person {person}"
    caller = keyed_hash("form sender", whose).hex()
    together = _wait_for_turn(f"form {caller} {key}")
    sent = _Sent(caller, f"form {key}", _said(), together)
    kept = _find(sent)
    # A page that came back asks for more: what is sent from it again, changed, is no repetition.
    if kept is None or (kept.status == _PAGE and kept.request_hash != sent.asked):
        g.form_sent = sent
        return None
    together.roll_back()
    return _replay(sent, kept)


def _said() -> str:
    """What the form says: its texts, and of its files names and sizes; nothing is read twice."""
    texts = [pair for pair in request.form.items(multi=True) if pair[0] != form_tokens.FIELD]
    files = [
        (name, file.filename, file.stream.seek(0, 2), file.stream.seek(0))
        for name, file in request.files.items(multi=True)
    ]
    return keyed_hash("form", json.dumps([request.full_path, texts, files])).hex()


def _wait_for_turn(name: str) -> db.Together:
    """The call's own transaction, once no other call of the same form is under way.

    Raises: Conflict("form.under_way") when it takes too long.
    """
    until = time.monotonic() + WAITS_FOR_S
    while True:
        together = db.begin_together()
        try:
            if together.connection.exec_driver_sql(_LOCK, {"name": name}).scalar():
                return together
        except SQLAlchemyError:
            together.roll_back()
            raise
        together.roll_back()
        if time.monotonic() > until:
            raise Conflict("form.under_way")
        _wait()


def _wait() -> None:
    try:
        with workplaces.stepping_aside():
            time.sleep(_LOOK_AGAIN_S)
    except TooMany:
        raise Conflict("form.under_way") from None


def _find(sent: _Sent) -> _Kept | None:
    # A statement of its own after the lock's: only so does it see what the first has just kept.
    try:
        under = {"caller": sent.caller, "key": sent.key}
        row = sent.together.connection.exec_driver_sql(_FIND, under).first()
    except SQLAlchemyError:
        sent.together.roll_back()
        raise
    return None if row is None else _Kept(*row)


def _replay(sent: _Sent, kept: _Kept) -> Response:
    """The first answer once more. Raises: Conflict("form.done") when the form now says else."""
    try:
        told = json.loads(unseal(sent.purpose, kept.body))
    except Unreadable:
        # The secret of the house was changed since: what was done is known, no longer the answer.
        raise Conflict("form.done", location="", done_at=kept.created_at) from None
    if kept.request_hash != sent.asked:
        raise Conflict("form.done", location=told["location"], done_at=kept.created_at)
    page = zlib.decompress(b85decode(told["page"]))
    answer = Response(page, kept.status, content_type=told["kind"])
    for cookie in told["cookies"]:
        answer.headers.add("Set-Cookie", cookie)
    if told["location"]:
        answer.location = told["location"]
        _tell_again(told["flashes"], kept.created_at)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _tell_again(flashes: list[Any], done_at: datetime) -> None:
    """A second tap is told what the first was; who comes later, that nothing was written again."""
    if clock.now() - done_at <= SAME_TAP:
        session[_FLASHES] = flashes
        return
    at = vn_datetime(done_at)
    web.flash_done(_("Việc này đã ghi lúc %(time)s; lần gửi lại không ghi thêm gì.", time=at))


def _end(response: Response) -> Response:
    sent: _Sent | None = g.get("form_sent")
    if sent is None:
        return response
    try:
        # A refusal keeps what was counted on the way to it; a breakdown keeps nothing.
        if sent.together.parts > 0 and response.status_code < 500:
            _keep(sent, response)
            sent.together.commit()
    except SQLAlchemyError as error:
        return current_app.make_response(current_app.handle_user_exception(error))
    finally:
        _forget(None)
    return response


def _keep(sent: _Sent, response: Response) -> None:
    """Write the answer beside the work it tells of; files and refusals are not kept."""
    is_page = response.status_code == _PAGE and response.mimetype == "text/html"
    if not (300 <= response.status_code < 400 or is_page) or response.is_streamed:
        return
    page = response.get_data()
    if len(page) > LARGEST_PAGE:
        return
    told = {
        "location": response.headers.get("Location", ""),
        "kind": response.content_type,
        "cookies": response.headers.getlist("Set-Cookie"),
        "flashes": session.get(_FLASHES, []),
        "page": b85encode(zlib.compress(page, 1)).decode(),
    }
    params = {
        "caller": sent.caller,
        "key": sent.key,
        "asked": sent.asked,
        "status": response.status_code,
        "body": seal(sent.purpose, json.dumps(told)),
        "now": clock.now(),
    }
    sent.together.connection.exec_driver_sql(_KEEP, params)


def _forget(_error: BaseException | None) -> None:
    """Undo what was not kept; with the transaction its lock goes, and the key is free."""
    sent: _Sent | None = g.pop("form_sent", None)
    if sent is None:
        return
    try:
        sent.together.roll_back()
    except SQLAlchemyError as error:
        log.warning("form_not_undone", kind=type(error).__name__)
