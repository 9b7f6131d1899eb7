"""``Idempotency-Key``: the same write asked twice is carried out once.

The key is reserved first; then all the call does, and the answer it is about to give, are kept in
one transaction. So a replay gets the true answer whatever died in between; one that arrives
meanwhile gets 409.

A key whose process is gone (it holds a lock as long as its connection lives) is taken over at
once, one that hangs, soon. Should its first call live on after all, it finds at its end that the
key is another's by then, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from accounts.sealing import Unreadable, seal, unseal
from app import forms_once
from foundation import clock, db
from foundation.errors import Conflict, Finding, Invalid
from foundation.job_models import IdempotentAnswer

log = structlog.get_logger()

UNDER_WAY = 0
# Kept by earlier versions for work whose answer they lost with the process.
CARRIED_OUT = 1
GONE_AFTER = timedelta(seconds=1)
ABANDONED_AFTER = timedelta(seconds=15)
KEPT_FOR = timedelta(days=2)
_SEALED = "sealed"
# Every byte is a letter of it.
_ANY = "latin-1"
_KEPT_HEADERS = ("Location", "Content-Type", "ETag")


@dataclass
class _Call:
    """A call under its key: the moment it took it tells its turn from that of a later taker."""

    ours: ColumnElement[bool]
    purpose: str
    together: db.Together | None = None
    is_kept: bool = False


def install(app: Flask) -> None:
    """Watch every write to the API that carries a key, and every form of a page."""
    forms_once.install(app)
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> Response | None:
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST" or not request.path.startswith("/api/v1/"):
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Invalid([Finding("idempotency.bad_key", {}, "Idempotency-Key")])
    caller = _digest(request.headers.get("Authorization", request.remote_addr or "").encode())
    asked = _digest(request.method.encode(), request.full_path.encode(), said())
    now = clock.now()
    kept = _reserve(caller, key, asked, now)
    if kept is not None:
        return _replay(kept, asked)
    call = g.idempotent = _Call(
        (IdempotentAnswer.caller == caller)
        & (IdempotentAnswer.key == key)
        & (IdempotentAnswer.created_at == now),
        f"api {caller} {key}",
    )
    call.together = db.begin_together()
    call.together.connection.execute(select(_sign_of_life(caller, key)))
    return None


def said() -> bytes:
    """The body of this call; an upload sent again draws another boundary and means the same."""
    boundary = request.mimetype_params.get("boundary", "")
    body = request.get_data()
    return body.replace(b"--" + boundary.encode(), b"--") if boundary else body


def _sign_of_life(caller: str, key: str) -> ColumnElement[bool]:
    """A lock that ends with the transaction of the call, however that ends."""
    return func.pg_try_advisory_xact_lock(func.hashtextextended(f"{caller} {key}", 0))


def _reserve(caller: str, key: str, asked: str, now: datetime) -> IdempotentAnswer | None:
    """Take the key, or answer what stands under it already."""
    with db.transaction() as session:
        fresh = insert(IdempotentAnswer).values(
            caller=caller,
            key=key,
            request_hash=asked,
            status=UNDER_WAY,
            headers="",
            body=b"",
            created_at=now,
        )
        since = IdempotentAnswer.created_at
        is_gone = (since < now - GONE_AFTER) & _sign_of_life(caller, key)
        taken = session.execute(
            fresh.on_conflict_do_update(
                index_elements=["caller", "key"],
                set_={"request_hash": asked, "created_at": now},
                where=(IdempotentAnswer.status == UNDER_WAY)
                & or_(since < now - ABANDONED_AFTER, is_gone),
            ).returning(IdempotentAnswer.key)
        ).first()
        if taken is not None:
            return None
        return session.scalars(select(IdempotentAnswer).filter_by(caller=caller, key=key)).first()


def _purpose(kept: IdempotentAnswer) -> str:
    return f"api {kept.caller} {kept.key}"


def _replay(kept: IdempotentAnswer, asked: str) -> Response:
    if kept.request_hash != asked:
        raise Conflict("idempotency.other_request")
    if kept.status == UNDER_WAY:
        raise Conflict("idempotency.under_way")
    if kept.status == CARRIED_OUT:
        raise Conflict("idempotency.done")
    headers = json.loads(kept.headers)
    try:
        # Ones kept by earlier versions are not sealed.
        is_sealed = headers.pop(_SEALED, None)
        body = unseal(_purpose(kept), kept.body).encode(_ANY) if is_sealed else kept.body
    except Unreadable:
        # The secret of the house was changed since: what was done is known, no longer the answer.
        raise Conflict("idempotency.done") from None
    answer = Response(body, kept.status)
    answer.headers.update(headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _end(response: Response) -> Response:
    call: _Call | None = g.get("idempotent")
    if call is None:
        return response
    try:
        if not _is_to_be_kept(call, response):
            return response
        _keep(call, response)
    except (Conflict, SQLAlchemyError) as error:
        return current_app.make_response(current_app.handle_user_exception(error))
    finally:
        _let_go(g.pop("idempotent"))
    return response


def _is_to_be_kept(call: _Call, response: Response) -> bool:
    """A refusal leaves its key free, unless something was carried out before it."""
    if call.together is None:
        return False
    is_lost = call.together.connection.invalidated
    return response.status_code < 400 or (call.together.parts > 0 and not is_lost)


def _keep(call: _Call, response: Response) -> None:
    """Commit what was done, with the answer to it. Raises: Conflict when the key was taken over."""
    if call.together is None:
        return
    # An answer made piece by piece is kept, and given, in one.
    response.direct_passthrough = False
    headers = {n: response.headers[n] for n in _KEPT_HEADERS if n in response.headers}
    headers[_SEALED] = "yes"
    # It may tell what is told once: a new key of a device.
    body = seal(call.purpose, response.get_data().decode(_ANY))
    kept = call.together.connection.execute(
        update(IdempotentAnswer)
        .where(call.ours)
        .values(status=response.status_code, headers=json.dumps(headers), body=body)
        .returning(IdempotentAnswer.key)
    )
    if kept.first() is None:
        raise Conflict("idempotency.under_way")
    together, call.together = call.together, None
    together.commit()
    call.is_kept = True


def _let_go(call: _Call) -> None:
    """Undo what is not kept, and free its key: whoever asks again need not wait."""
    try:
        if call.together is not None:
            call.together.roll_back()
        if not call.is_kept:
            with db.transaction() as session:
                session.execute(
                    delete(IdempotentAnswer).where(call.ours, IdempotentAnswer.status == UNDER_WAY)
                )
    except SQLAlchemyError as error:
        # The database is away: the key is taken over when it is back.
        log.warning("idempotency_key_not_freed", kind=type(error).__name__)


def _forget(_: BaseException | None) -> None:
    call = g.pop("idempotent", None)
    if call is not None:
        _let_go(call)


def sweep() -> int:
    """Delete answers nobody will ask for again; answers how many."""
    with db.transaction() as session:
        result = session.execute(
            delete(IdempotentAnswer).where(IdempotentAnswer.created_at < clock.now() - KEPT_FOR)
        )
        return int(result.rowcount)  # type: ignore[attr-defined]


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
