"""Having new answers to a named query sent: by schedule, or as events come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts import sealing
from accounts.permissions import Actor
from foundation import outgoing
from traceability.epcis.exceptions import (
    NoSuchName,
    QueryParameterException,
    SubscriptionControlsException,
    ValidationException,
)
from traceability.epcis.querying import asking, named, order, page_tokens, schedule
from traceability.epcis.querying.models import NamedQuery, Subscription
from traceability.epcis.querying.page_tokens import PageToken, Position
from traceability.epcis.querying.reading import Asked

BATCH = 100
"""Events in one delivery at most; a receiver that answers 413 gets fewer."""
MOST = 100
"""Subscriptions of one query at most."""
SEALED_FOR = "epcis signature token"
_MEMBERS = frozenset(
    {
        *("dest", "signatureToken", "schedule", "stream", "reportIfEmpty"),
        *("initialRecordTime", "minRecordTime", "epcFormat"),
    }
)
_FORMATS = ("Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates")


@dataclass(frozen=True)
class Wish:
    """What a subscriber asks for: where to, when, in which form."""

    dest: str
    token: str | None = field(repr=False)
    schedule: dict[str, Any] | None
    report_if_empty: bool
    initial_record_time: datetime | None
    epc_format: str


def read(body: Any, epc_format: str) -> Wish:
    """A subscription from JSON.

    Raises: ValidationException when it is no such body, SubscriptionControlsException when one of
    its controls cannot be honoured.
    """
    if not isinstance(body, Mapping):
        raise ValidationException("epcis.subscription_body")
    strange = sorted(str(name) for name in body if name not in _MEMBERS)
    if strange or not isinstance(body.get("dest"), str):
        raise ValidationException("epcis.subscription_member", name=(strange or ["dest"])[0][:60])
    wished = body.get("epcFormat", epc_format)
    if wished == "No_Preference":
        wished = _FORMATS[0]
    if wished not in _FORMATS:
        raise SubscriptionControlsException("epcis.subscription_member", name="epcFormat")
    return Wish(
        dest=_destination(body["dest"]),
        token=_token(body.get("signatureToken")),
        schedule=_schedule(body),
        report_if_empty=_flag(body, "reportIfEmpty"),
        initial_record_time=_initial(body),
        epc_format=wished,
    )


def subscribe(
    session: Session, actor: Actor, query_name: str, wish: Wish, *, now: datetime
) -> Subscription:
    """Have a named query's new answers sent from now on, or from an earlier record time.

    Raises: NoSuchName, SubscriptionControlsException for a query that limits its answers, which
    has no meaning for what is still to come, or that has too many subscribers.
    """
    kept = named.get(session, actor, query_name)
    query = named.read(kept)
    if query.first is not None or query.most is not None:
        raise SubscriptionControlsException("epcis.subscription_limits")
    held = select(func.count()).where(Subscription.query_id == kept.id)
    if (session.scalar(held) or 0) >= MOST:
        raise SubscriptionControlsException("epcis.subscriptions_too_many", most=MOST)
    last = order.place_waiting(session)
    made = Subscription(
        id=uuid4(),
        query=kept,
        query_id=kept.id,
        dest=wish.dest,
        token_sealed=None if wish.token is None else sealing.seal(SEALED_FOR, wish.token),
        schedule=wish.schedule,
        is_stream=wish.schedule is None,
        report_if_empty=wish.report_if_empty,
        epc_format=wish.epc_format,
        initial_record_time=wish.initial_record_time,
        min_record_time=wish.initial_record_time or now,
        created_at=now,
        position=last if wish.initial_record_time is None else 0,
        due_at=first_due(wish.schedule, now),
        batch_size=BATCH,
        failures=0,
    )
    session.add(made)
    session.flush()
    order.wake(session)
    return made


def first_due(fields: dict[str, Any] | None, after: datetime) -> datetime | None:
    """When a schedule next asks; None for a stream, which waits for events."""
    return None if fields is None else schedule.read(fields).next_after(after)


def get(session: Session, actor: Actor, query_name: str, subscription_id: str) -> Subscription:
    """A subscription of a query. Raises: NoSuchName."""
    kept = named.get(session, actor, query_name)
    try:
        wanted = UUID(subscription_id)
    except ValueError:
        raise NoSuchName("epcis.no_such_name") from None
    mine = (Subscription.id == wanted, Subscription.query_id == kept.id)
    found = session.scalars(select(Subscription).where(*mine)).first()
    if found is None:
        raise NoSuchName("epcis.no_such_name")
    return found


def list_page(
    session: Session, actor: Actor, query_name: str, asked: Asked, *, now: datetime
) -> tuple[NamedQuery, list[Subscription], PageToken | None]:
    """One page of a query's subscriptions. Raises: NoSuchName."""
    kept = named.get(session, actor, query_name)
    question = f"subscriptions {kept.id}"
    statement = select(Subscription).where(Subscription.query_id == kept.id)
    if asked.token is not None:
        position = page_tokens.read(session, actor, question, asked.token, now=now)
        statement = statement.where(Subscription.id > UUID(position.after[0]))
    rows = session.scalars(statement.order_by(Subscription.id).limit(asked.per_page + 1)).all()
    shown = list(rows[: asked.per_page])
    if len(rows) <= asked.per_page:
        return kept, shown, None
    after = Position((str(shown[-1].id),))
    return kept, shown, page_tokens.make(actor, question, after, now=now)


def unsubscribe(session: Session, actor: Actor, query_name: str, subscription_id: str) -> None:
    """Send nothing more. Raises: NoSuchName."""
    found = get(session, actor, query_name, subscription_id)
    session.execute(delete(Subscription).where(Subscription.id == found.id))


def _destination(text: str) -> str:
    if len(text) > 2_000:
        raise SubscriptionControlsException("epcis.dest_malformed")
    try:
        outgoing.check(text)
    except outgoing.Unsafe as error:
        raise SubscriptionControlsException(f"epcis.dest_{error.args[0][9:]}") from None
    return text


def _token(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= 1_000 or not value.isprintable():
        raise ValidationException("epcis.subscription_member", name="signatureToken")
    return value


def _schedule(body: Mapping[str, Any]) -> dict[str, Any] | None:
    is_stream = _flag(body, "stream")
    if is_stream == ("schedule" in body):
        raise SubscriptionControlsException("epcis.schedule_or_stream")
    if is_stream:
        return None
    schedule.read(body["schedule"])
    return dict(body["schedule"])


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise SubscriptionControlsException("epcis.subscription_member", name=name)
    return value


def _initial(body: Mapping[str, Any]) -> datetime | None:
    for name in ("initialRecordTime", "minRecordTime"):
        if body.get(name) is not None:
            try:
                return asking.instant(name, body[name])
            except QueryParameterException:
                raise SubscriptionControlsException(
                    "epcis.subscription_member", name=name
                ) from None
    return None
