"""Sending subscribers what is new: the next events by their place, signed, again until taken.

What was sent is only marked as told when the receiver answered 2xx. Should the answer be lost, the
same events are sent again in a document of the same id, by which a receiver knows them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import actors, sealing
from accounts.permissions import Actor, may_anywhere
from foundation import config, db, jobs, outgoing
from foundation.exchanges import LIMITS, Limits
from traceability.epcis.exceptions import EpcisError
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying import (
    giving_up,
    named,
    order,
    reading,
    subscribing,
    telling,
    visibility,
)
from traceability.epcis.querying.models import EventPlace, Subscription
from traceability.epcis.querying.told import query_document
from traceability.epcis.urns import Lengths

log = structlog.get_logger()

DELIVER = "epcis.deliver"
_ROUNDS = 50
"""Deliveries of one job at most: other subscribers have their turn."""
_TURN_S = 60.0
"""Seconds after which a job begins no further delivery, for the same reason."""
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True)
class Parcel:
    """What is to be sent next, and how far the subscription has come with it."""

    dest: str
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    came_from: int
    reaches: int
    is_last: bool


def due(session: Session, *, now: datetime) -> None:
    """Queue the deliveries due within a minute: by schedule, after a failure, for new events."""
    last = order.place_waiting(session)
    soon = now + timedelta(minutes=1)
    waiting = Subscription.due_at.is_(None) & (Subscription.position < last)
    rows = session.scalars(
        select(Subscription)
        .where(
            (Subscription.due_at <= soon) | waiting,
            Subscription.failures < giving_up.most_failures(),
        )
        .order_by(Subscription.id)
    )
    for each in rows:
        _queue(session, each.id, each.due_at, now=now)


def _queue(session: Session, subscription: UUID, due_at: datetime | None, *, now: datetime) -> None:
    run_at = None
    if due_at is not None and due_at > now:
        # The queue goes by the machine's clock, ours may be shifted in drills.
        run_at = due_at - config.current().clock_offset
    lock = f"{DELIVER} {subscription}"
    jobs.defer(
        session,
        DELIVER,
        {"subscription": str(subscription)},
        lock=lock,
        queueing_lock=lock,
        run_at=run_at,
    )


def deliver(
    subscription: UUID, *, now: datetime, limits: Limits = LIMITS, turn_s: float = _TURN_S
) -> int:
    """Send what is new to one subscriber; answers how many deliveries were taken.

    ``limits`` bound each delivery, ``turn_s`` seconds the turn: what is left over has its next.
    """
    taken, turn_ends = 0, time.monotonic() + turn_s
    while taken < _ROUNDS and (taken == 0 or time.monotonic() < turn_ends):
        with db.transaction() as session:
            parcel = next_parcel(session, subscription, now=now)
        if parcel is None:
            return taken
        fault = _send(parcel, limits)
        with db.transaction() as session:
            _note(session, subscription, parcel, fault, now=now)
        if fault is not None:
            return taken
        taken += 1
        if parcel.is_last:
            return taken
    with db.transaction() as session:
        _queue(session, subscription, None, now=now)
    return taken


def next_parcel(session: Session, subscription: UUID, *, now: datetime) -> Parcel | None:
    """What is to be sent now; None when nothing is, and then that is noted."""
    found = session.scalars(
        select(Subscription)
        .where(Subscription.id == subscription)
        .options(joinedload(Subscription.query))
        .with_for_update(of=Subscription)
    ).first()
    if found is None or (found.due_at is not None and found.due_at > now):
        return None
    if giving_up.is_given_up(found):
        return None
    actor = actors.find_actor(session, found.query.person_id)
    if actor is None or not may_anywhere(actor, visibility.READ):
        found.due_at, found.last_error = now + _LONGEST_PAUSE, "subscriber.shut_out"
        return None
    # What was sent already, with an answer that never came, is sent again as it was.
    is_resent = found.reaching is not None
    upto = found.reaching or order.place_waiting(session)
    try:
        rows = _new_events(session, actor, found, upto)
    except EpcisError as error:
        found.due_at, found.last_error = now + _LONGEST_PAUSE, error.code[:60]
        return None
    shown = rows[: found.batch_size]
    is_last = len(rows) == len(shown) and not (is_resent and found.is_stream)
    if not shown and not (found.report_if_empty and found.schedule is not None):
        _advance(found, upto, now=now)
        return None
    reaches = upto if len(rows) == len(shown) else shown[-1].place
    found.reaching = reaches
    lengths = telling.prefixes(session, found.epc_format)
    documents = [row.document for row in shown]
    return _parcel(found, documents, lengths, reaches, is_last=is_last, now=now)


def _new_events(session: Session, actor: Actor, found: Subscription, upto: int) -> Sequence[Any]:
    statement = reading.seen(session, actor, named.read(found.query).conditions)
    if found.initial_record_time is not None:
        statement = statement.where(EpcisEvent.record_time >= found.initial_record_time)
    statement = (
        statement.join(EventPlace, EventPlace.event_id == EpcisEvent.id)
        .where(EventPlace.place > found.position, EventPlace.place <= upto)
        .with_only_columns(EventPlace.place, EpcisEvent.document)
        .order_by(EventPlace.place)
        .limit(found.batch_size + 1)
    )
    return session.execute(statement).all()


def _parcel(
    found: Subscription,
    documents: list[dict[str, Any]],
    lengths: Lengths,
    reaches: int,
    *,
    is_last: bool,
    now: datetime,
) -> Parcel:
    told = telling.told(documents, found.epc_format, config.current().base_url, lengths)
    document = query_document(
        told,
        created_at=now,
        query_name=found.query.name,
        subscription=str(found.id),
        document_id=uuid5(found.id, f"{found.position}-{reaches}").urn,
    )
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "nguon",
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "GS1-EPC-Format": found.epc_format,
    }
    if found.token_sealed is not None:
        token = sealing.unseal(subscribing.SEALED_FOR, found.token_sealed)
        headers["GS1-Signature"] = sign(token, body)
    return Parcel(found.dest, body, headers, found.position, reaches, is_last)


def sign(token: str, body: bytes) -> str:
    """The signature of a delivery: HMAC-SHA256 of its body under the subscriber's token, in hex."""
    return hmac.digest(token.encode(), body, hashlib.sha256).hex()


def _send(parcel: Parcel, limits: Limits) -> str | None:
    """None when it was taken, else what went wrong, in a word."""
    try:
        status = outgoing.post(parcel.dest, parcel.body, parcel.headers, limits=limits)
    except outgoing.Unsafe as error:
        return str(error.args[0])
    except OSError as error:
        return type(error).__name__
    return None if 200 <= status < 300 else f"http.{status}"


def _note(
    session: Session, subscription: UUID, parcel: Parcel, fault: str | None, *, now: datetime
) -> None:
    found = session.get(Subscription, subscription, with_for_update=True)
    if found is None or found.position != parcel.came_from:
        return
    if fault is None:
        found.last_notified_at = now
        if parcel.is_last:
            _advance(found, parcel.reaches, now=now)
        else:
            _reach(found, parcel.reaches)
        return
    log.warning("epcis_delivery_failed", subscription=str(subscription), fault=fault)
    if fault == "http.413" and found.batch_size > 1:
        # Too much at once for this receiver: half of it, without waiting.
        found.batch_size, found.reaching, found.due_at = found.batch_size // 2, None, now
    else:
        found.failures += 1
        found.due_at = now + min(_FIRST_PAUSE * 2 ** min(found.failures - 1, 20), _LONGEST_PAUSE)
    found.last_error = fault[:60]
    if giving_up.is_given_up(found):
        found.due_at = None
        giving_up.tell_owner(session, found)
        return
    _queue(session, found.id, found.due_at, now=now)


def _advance(found: Subscription, reached: int, *, now: datetime) -> None:
    """All that was new is told: wait for the next events, or the schedule's next time."""
    _reach(found, reached)
    found.min_record_time = now
    found.due_at = subscribing.first_due(found.schedule, now)


def _reach(found: Subscription, place: int) -> None:
    found.position, found.reaching = place, None
    found.failures, found.last_error = 0, None
