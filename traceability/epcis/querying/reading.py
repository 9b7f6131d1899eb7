"""Events that answer a query, page by page, for somebody who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import config
from traceability.epcis.exceptions import NoSuchName, QueryParameterException, QueryTooLarge
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying import filters, page_tokens, visibility
from traceability.epcis.querying.asking import Condition, EventQuery
from traceability.epcis.querying.page_tokens import PageToken, Position

DEFAULT_PAGE = 30
LARGEST_PAGE = 1_000
"""Events or names on one page at most, whatever is asked."""


@dataclass(frozen=True)
class Asked:
    """How much of an answer is wanted: the size of its page, and the token of a later one."""

    per_page: int = DEFAULT_PAGE
    token: str | None = None


@dataclass(frozen=True)
class EventPage:
    """Events as they are kept, and the token of the page after them; None on the last one."""

    events: tuple[dict[str, Any], ...]
    next: PageToken | None


def page_size(text: str | None) -> int:
    """The size of a page as an address says it. Raises: QueryParameterException."""
    if text is None:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise QueryParameterException("epcis.parameter_value", name="perPage", value=text[:100])
    return min(int(text), LARGEST_PAGE)


def find_events(
    session: Session, actor: Actor, query: EventQuery, asked: Asked, *, now: datetime
) -> EventPage:
    """One page of the events that answer a query and may be seen.

    Raises: QueryParameterException (a token that is not good here, words that are none),
    QueryTooLarge when more answer than ``maxEventCount``.
    """
    permissions.require(actor, visibility.READ)
    statement = seen(session, actor, query.conditions)
    question = repr(replace(query, most=None))
    position = Position((), query.first)
    if asked.token is not None:
        position = page_tokens.read(session, actor, question, asked.token, now=now)
    elif query.most is not None:
        _refuse_more(session, statement, query.most)
    size = asked.per_page if position.left is None else min(asked.per_page, position.left)
    rows = _rows(session, statement, query, position, size, gathered=_is_rare(actor, query))
    left = None if position.left is None else position.left - size
    next_token = None
    if len(rows) > size and left != 0:
        after = (rows[size - 1].at.isoformat(), str(rows[size - 1].id))
        next_token = page_tokens.make(actor, question, Position(after, left), now=now)
    return EventPage(tuple(row.document for row in rows[:size]), next_token)


def get_event(session: Session, actor: Actor, event_id: str) -> tuple[dict[str, Any], ...]:
    """An event with its error declarations, the first told first. Raises: NoSuchName."""
    permissions.require(actor, visibility.READ)
    named = Condition("eventID", "EQ", (event_id,))
    statement = seen(session, actor, (named,)).with_only_columns(EpcisEvent.document)
    found = session.scalars(statement.order_by(EpcisEvent.id).limit(LARGEST_PAGE)).all()
    if not found:
        raise NoSuchName("epcis.no_such_name")
    return tuple(found)


def seen(session: Session, actor: Actor, conditions: Sequence[Condition]) -> Select[Any]:
    """The events that fulfil conditions, as far as ``actor`` may see them."""
    named = filters.naming(session, conditions, config.current().base_url)
    whole = filters.with_places_within(session, conditions, named)
    clauses = filters.all_of(whole, named)
    return select(EpcisEvent.id).where(visibility.visible(session, actor), *clauses)


def _rows(
    session: Session,
    statement: Select[Any],
    query: EventQuery,
    position: Position,
    size: int,
    *,
    gathered: bool,
) -> Sequence[Any]:
    column = EpcisEvent.record_time if query.order_by == "recordTime" else EpcisEvent.event_time
    key = tuple_(column, EpcisEvent.id)
    if position.after:
        moment, number = position.after
        bound = tuple_(datetime.fromisoformat(moment), int(number))
        statement = statement.where(key > bound if query.ascending else key < bound)
    # Adding nothing keeps PostgreSQL from walking all events in their order to find a few.
    by: Any = column + timedelta() if gathered else column
    order = [c.asc() if query.ascending else c.desc() for c in (by, EpcisEvent.id)]
    wanted = statement.with_only_columns(EpcisEvent.id, column.label("at"), EpcisEvent.document)
    return session.execute(wanted.order_by(*order).limit(size + 1)).all()


def _is_rare(actor: Actor, query: EventQuery) -> bool:
    """Whether few events can be expected to answer.

    Some of those of a few organisations, or those that name a paper or party: how many that are the
    database cannot know beforehand, and might go through all events in their order for none.
    """
    asked = {condition.field for condition in query.conditions}
    if asked & filters.RARE:
        return True
    return visibility.is_by_organisation(actor) and bool(asked - {"eventTime", "recordTime"})


def _refuse_more(session: Session, statement: Select[Any], most: int) -> None:
    some = statement.limit(most + 1).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) > most:
        raise QueryTooLarge("epcis.too_many_events", most=most)
