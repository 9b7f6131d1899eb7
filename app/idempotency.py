"""``Idempotency-Key``: the same write asked twice is carried out once.

The key is reserved first; the work's own transaction marks it as carried out; the answer is kept
after it. A replay gets the kept answer; one that arrives meanwhile, 409; one whose answer was lost
with the process, 409 ``idempotency.done`` (carried out, look it up) and never a second effect.

A key whose process was killed may be taken over soon. Should its first call live on after all, it
finds at its commit that the key is another's by then, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from foundation import clock, db
from foundation.errors import Conflict, Finding, Invalid
from foundation.job_models import IdempotentAnswer

log = structlog.get_logger()

UNDER_WAY = 0
CARRIED_OUT = 1
ABANDONED_AFTER = timedelta(seconds=15)
KEPT_FOR = timedelta(days=2)
_KEPT_HEADERS = ("Location", "Content-Type", "ETag")


def install(app: Flask) -> None:
    """Watch every write to the API that carries a key."""
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
    asked = _digest(request.method.encode(), request.full_path.encode(), request.get_data())
    now = clock.now()
    kept = _reserve(caller, key, asked, now)
    if kept is not None:
        return _replay(kept, asked)
    # The moment it was taken tells our turn from that of whoever takes it over.
    ours = (
        (IdempotentAnswer.caller == caller)
        & (IdempotentAnswer.key == key)
        & (IdempotentAnswer.created_at == now)
    )
    g.idempotent = ours
    g.idempotent_hook = db.before_commit.set(lambda session: _mark(session, ours))
    return None


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
        taken = session.execute(
            fresh.on_conflict_do_update(
                index_elements=["caller", "key"],
                set_={"request_hash": asked, "created_at": now},
                where=(IdempotentAnswer.status == UNDER_WAY)
                & (IdempotentAnswer.created_at < now - ABANDONED_AFTER),
            ).returning(IdempotentAnswer.key)
        ).first()
        if taken is not None:
            return None
        return session.scalars(select(IdempotentAnswer).filter_by(caller=caller, key=key)).first()


def _replay(kept: IdempotentAnswer, asked: str) -> Response:
    if kept.request_hash != asked:
        raise Conflict("idempotency.other_request")
    if kept.status == UNDER_WAY:
        raise Conflict("idempotency.under_way")
    if kept.status == CARRIED_OUT:
        raise Conflict("idempotency.done")
    answer = Response(kept.body, kept.status)
    answer.headers.update(json.loads(kept.headers))
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _mark(session: Session, ours: ColumnElement[bool]) -> None:
    marked = session.execute(
        update(IdempotentAnswer)
        .where(ours)
        .values(status=CARRIED_OUT)
        .returning(IdempotentAnswer.key)
    )
    if marked.first() is None:
        raise Conflict("idempotency.under_way")


def _end(response: Response) -> Response:
    ours = g.pop("idempotent", None)
    if ours is None:
        return response
    db.before_commit.reset(g.pop("idempotent_hook"))
    try:
        with db.transaction() as session:
            if response.status_code >= 400 and _release(session, ours):
                return response
            if not response.is_streamed:
                session.execute(update(IdempotentAnswer).where(ours).values(**_kept(response)))
    except SQLAlchemyError as error:
        # What was carried out is committed and marked; only a replay will not find this answer.
        log.error("idempotent_answer_not_kept", kind=type(error).__name__)
    return response


def _release(session: Session, ours: ColumnElement[bool]) -> bool:
    """Free the key of a refused call, unless something was carried out before the refusal."""
    freed = session.execute(
        delete(IdempotentAnswer)
        .where(ours, IdempotentAnswer.status == UNDER_WAY)
        .returning(IdempotentAnswer.key)
    )
    return freed.first() is not None


def _kept(response: Response) -> dict[str, Any]:
    headers = {n: response.headers[n] for n in _KEPT_HEADERS if n in response.headers}
    return {
        "status": response.status_code,
        "headers": json.dumps(headers),
        "body": response.get_data(),
    }


def _forget(_: BaseException | None) -> None:
    token = g.pop("idempotent_hook", None)
    if token is not None:
        db.before_commit.reset(token)


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
