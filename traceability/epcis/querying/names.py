"""What events speak of, listed: things, places, business steps, dispositions, types of event.

Standard words are listed whether or not an event used them; everything else as far as the caller
may see an event that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from accounts import permissions
from accounts.permissions import Actor
from foundation import config
from traceability.epcis import identifiers, vocabulary
from traceability.epcis.exceptions import NoSuchName, QueryParameterException
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import filters, page_tokens, visibility
from traceability.epcis.querying.asking import EVENT_TYPES, Condition
from traceability.epcis.querying.page_tokens import PageToken, Position
from traceability.epcis.querying.reading import Asked, seen
from traceability.epcis.urns import Lengths
from traceability.lineage.models import TraceNode

Kind = Literal["eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"]

FIELDS: dict[Kind, tuple[str, str]] = {
    "eventTypes": ("eventType", "EQ"),
    "epcs": ("thing", "MATCH"),
    "bizSteps": ("bizStep", "EQ"),
    "bizLocations": ("bizLocation", "EQ"),
    "readPoints": ("readPoint", "EQ"),
    "dispositions": ("disposition", "EQ"),
}
"""The field of an event, and the comparison, by the resource that lists its values."""
_COLUMNS: dict[Kind, Any] = {
    "eventTypes": EpcisEvent.event_type,
    "bizSteps": EpcisEvent.biz_step,
    "bizLocations": EpcisEvent.biz_location,
    "readPoints": EpcisEvent.read_point,
    "dispositions": EpcisEvent.disposition,
}
_STANDARD: dict[Kind, tuple[str, ...]] = {
    "eventTypes": tuple(sorted(EVENT_TYPES)),
    "bizSteps": tuple(sorted(vocabulary.WORDS["bizStep"])),
    "dispositions": tuple(sorted(vocabulary.WORDS["disposition"])),
}

MOST_WORDS = 2_000
"""Words of their own that events' tellers may use beside the standard's and have listed."""


@dataclass(frozen=True)
class NamePage:
    """Names in their order, and the token of the page after them; None on the last one."""

    names: tuple[str, ...]
    next: PageToken | None


def condition_of(kind: Kind, name: str) -> Condition:
    """What an event must fulfil to belong to a resource. Raises: NoSuchName."""
    field, operator = FIELDS[kind]
    if operator == "MATCH":
        return Condition(field, "MATCH", (name,))
    if kind in ("bizSteps", "dispositions"):
        try:
            name = filters.word(field, name)
        except QueryParameterException:
            raise NoSuchName("epcis.no_such_name") from None
    return Condition(field, "EQ", (name,))


def require(session: Session, actor: Actor, kind: Kind, name: str) -> Condition:
    """The condition of a resource that is there. Raises: NoSuchName."""
    permissions.require(actor, visibility.READ)
    condition = condition_of(kind, name)
    if condition.values[0] in _STANDARD.get(kind, ()):
        return condition
    if session.scalar(seen(session, actor, (condition,)).limit(1)) is None:
        raise NoSuchName("epcis.no_such_name")
    return condition


def find_names(
    session: Session, actor: Actor, kind: Kind, asked: Asked, *, now: datetime
) -> NamePage:
    """One page of the names of a kind. Raises: QueryParameterException (a token not good here)."""
    permissions.require(actor, visibility.READ)
    # The order is part of the question: a token made for another order is not good here.
    question = "epcs as told" if kind == "epcs" else kind
    after: tuple[str, ...] = ()
    if asked.token is not None:
        after = page_tokens.read(session, actor, question, asked.token, now=now).after
    wanted = asked.per_page + 1
    if kind == "epcs":
        found = _things(session, actor, after, wanted)
    else:
        named = _words(session, actor, kind, after[0] if after else "", wanted)
        found = [(name, (name,)) for name in named]
    names = tuple(name for name, _place in found[: asked.per_page])
    if len(found) < wanted:
        return NamePage(names, None)
    last = Position(found[asked.per_page - 1][1])
    return NamePage(names, page_tokens.make(actor, question, last, now=now))


def _words(session: Session, actor: Actor, kind: Kind, after: str, wanted: int) -> list[str]:
    if kind not in _STANDARD:
        return _values(session, actor, kind, after, wanted)
    used = _values(session, actor, kind, "", MOST_WORDS)
    return sorted(name for name in {*_STANDARD[kind], *used} if name > after)[:wanted]


def _things(
    session: Session, actor: Actor, after: tuple[str, ...], wanted: int
) -> list[tuple[str, tuple[str, ...]]]:
    """Items and units, not lots or classes: those are no EPCs. Each with its place in the list.

    Events are gone through in their order until the page is full, and a thing is listed with the
    first of them that the caller may see: nothing is gathered first, however much they see.
    """
    event_id, node_id = (int(part) for part in after) if after else (0, 0)
    is_seen = visibility.visible(session, actor)
    before = aliased(EventThing)
    told_before = (
        select(before.node_id)
        .join(EpcisEvent, EpcisEvent.id == before.event_id)
        .where(
            before.node_id == EventThing.node_id,
            before.event_id < EventThing.event_id,
            before.is_class.is_(False),
            is_seen,
        )
        .correlate(EventThing)
    )
    place = (EpcisEvent.id, EventThing.node_id)
    statement = (
        select(TraceNode.uri, *place)
        .join(EventThing, EventThing.node_id == TraceNode.id)
        .join(EpcisEvent, EpcisEvent.id == EventThing.event_id)
        .where(
            is_seen,
            EventThing.is_class.is_(False),
            EpcisEvent.id >= event_id,
            or_(EpcisEvent.id > event_id, EventThing.node_id > node_id),
            ~told_before.exists(),
        )
        # A thing may play two parts in one event.
        .distinct()
        .order_by(*place)
        .limit(wanted)
    )
    return [(uri, (str(event), str(node))) for uri, event, node in session.execute(statement)]


def _values(session: Session, actor: Actor, kind: Kind, after: str, wanted: int) -> list[str]:
    """The values events use, in their order.

    Whoever sees all events gets each by one step along an index, however many events use it; for
    all others the few events they see are read.
    """
    column = _COLUMNS[kind]
    if not visibility.sees_all(actor):
        seen_by_them = select(column.label("name")).where(visibility.visible(session, actor))
        mine = seen_by_them.distinct().cte("mine").prefix_with("MATERIALIZED")
        used = select(mine.c.name).where(mine.c.name > after).order_by(mine.c.name)
        return list(session.scalars(used.limit(wanted)))
    first = select(column.label("name")).where(column > after).order_by(column).limit(1)
    names = select(first.subquery().c.name).cte("names", recursive=True)
    following = select(column).where(column > names.c.name).order_by(column).limit(1)
    names = names.union_all(
        select(following.scalar_subquery()).where(names.c.name.is_not(None)).select_from(names)
    )
    statement = select(names.c.name).where(names.c.name.is_not(None)).limit(wanted)
    return list(session.scalars(statement))


def told(names: tuple[str, ...], lengths: Lengths) -> list[str]:
    """Names as Digital Links, as EPC names where their company prefix is told; our own whole."""
    base = config.current().base_url
    whole = [f"{base}{name}" if name.startswith("/") else name for name in names]
    return [identifiers.as_urn(name, lengths) or name for name in whole]
