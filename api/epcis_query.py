"""Events for programs of partners: GET /epcis/events and everything that leads to events.

Source: EPCIS 2.0, 12 (REST binding).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api import epcis_wire
from foundation import clock, config, db, web
from traceability.epcis.exceptions import NotImplementedHere, QueryParameterException
from traceability.epcis.querying import asking, names, page_tokens, reading, telling
from traceability.epcis.querying.asking import Condition, EventQuery
from traceability.epcis.querying.names import Kind
from traceability.epcis.querying.page_tokens import PageToken
from traceability.epcis.querying.parameters import find
from traceability.epcis.querying.reading import Asked, EventPage
from traceability.epcis.querying.told import collection, query_document

blueprint = epcis_wire.blueprint("epcis_query")

_EVENTS = "/events"


@epcis_wire.route(blueprint, "/events")
@web.guarded("epcis.read")
def list_events() -> Response:
    """The events that the query string asks for."""
    given = epcis_wire.pairs()
    asked = take_page(given)
    return answer_events(asking.read(given, epcis_wire.extensions()), asked)


@epcis_wire.route(blueprint, "/events/<path:event_id>")
@web.guarded("epcis.read")
def get_event(event_id: str) -> Response:
    """One event by its id, with the declarations that it was wrong."""
    if event_id.startswith("ni:") and "?" not in event_id and "ver" in request.args:
        # The version of a hash stands behind a question mark, which few encode.
        event_id = f"{event_id}?ver={request.args['ver']}"
    with db.reading() as session:
        found = reading.get_event(session, current_actor(), event_id)
        return _document(session, found, {})


def _list_names(kind: Kind) -> Response:
    """The things, places or words that events speak of."""
    given = epcis_wire.pairs()
    asked = take_page(given)
    refuse_rest(given)
    with db.reading() as session:
        page = names.find_names(session, current_actor(), kind, asked, now=clock.now())
        lengths = telling.prefixes(session, epcis_wire.epc_format())
    members = names.told(page.names, lengths)
    return epcis_wire.answer(collection(members), headers=next_page(page.next))


def _get_name(kind: Kind, name: str) -> Response:
    """What belongs to a thing, place or word (its events), or those events themselves.

    A name may hold slashes, encoded or not: servers tell them apart no better than WSGI lets them
    (ADR 0004), so what ends in ``/events`` asks for events.
    """
    if name.endswith(_EVENTS) and len(name) > len(_EVENTS):
        return _events_of(kind, name.removesuffix(_EVENTS))
    with db.reading() as session:
        names.require(session, current_actor(), kind, name)
    return epcis_wire.answer(collection(["events"]))


def _open(kind: Kind) -> None:
    """The two addresses of a kind of names."""

    @web.guarded("epcis.read")
    def list_names() -> Response:
        return _list_names(kind)

    @web.guarded("epcis.read")
    def get_name(name: str) -> Response:
        return _get_name(kind, name)

    list_names.__name__, get_name.__name__ = f"list_{kind}", f"get_{kind}"
    epcis_wire.route(blueprint, f"/{kind}")(list_names)
    epcis_wire.route(blueprint, f"/{kind}/<path:name>")(get_name)


for _kind in names.FIELDS:
    _open(_kind)


@epcis_wire.route(blueprint, "/nextPageToken/<token>", methods=("DELETE",))
@web.guarded("epcis.read")
def end_token(token: str) -> Response:
    """Give up a token of one's own before it expires."""
    with db.transaction() as session:
        page_tokens.end(session, current_actor(), token, now=clock.now())
    return epcis_wire.answer(None, 204)


def _events_of(kind: Kind, name: str) -> Response:
    given = epcis_wire.pairs()
    asked = take_page(given)
    _refuse_again(kind, given)
    with db.reading() as session:
        condition = names.require(session, current_actor(), kind, name)
    query = asking.read(given, epcis_wire.extensions())
    return answer_events(query, asked, condition)


def _refuse_again(kind: Kind, given: dict[str, str]) -> None:
    field, operator = names.FIELDS[kind]
    for name in given:
        if name in asking.CONTROLS:
            continue
        parameter = find(name)
        said_by_path = "anyEPC" if field == "thing" else field
        if parameter.field == said_by_path and parameter.operator == operator:
            raise QueryParameterException("epcis.parameter_in_path", name=name)


def take_page(given: dict[str, str]) -> Asked:
    """Take the page's own parameters out of a query string."""
    return Asked(reading.page_size(given.pop("perPage", None)), given.pop("nextPageToken", None))


def refuse_rest(given: dict[str, str]) -> None:
    """Refuse what is left of a query string. Raises: QueryParameterException."""
    for name in given:
        raise QueryParameterException("epcis.parameter_unknown", name=name[:200])


def answer_events(
    query: EventQuery, asked: Asked, *more: Condition, query_name: str | None = None
) -> Response:
    """The document of a page of events, with where the next one is."""
    whole = EventQuery(
        (*more, *query.conditions), query.order_by, query.ascending, query.first, query.most
    )
    with db.reading() as session:
        page: EventPage = reading.find_events(
            session, current_actor(), whole, asked, now=clock.now()
        )
        return _document(session, page.events, next_page(page.next), query_name)


def _document(
    session: Session,
    events: Sequence[dict[str, Any]],
    headers: dict[str, str],
    query_name: str | None = None,
) -> Response:
    epc_format = epcis_wire.epc_format()
    lengths = telling.prefixes(session, epc_format)
    told = telling.told(events, epc_format, config.current().base_url, lengths)
    named = {} if query_name is None else {"query_name": query_name}
    document = query_document(told, created_at=clock.now(), **named)
    return epcis_wire.answer(document, headers=headers)


def next_page(token: PageToken | None) -> dict[str, str]:
    """The headers that lead to the next page; none on the last one."""
    if token is None:
        return {}
    given = {**request.args.to_dict(), "nextPageToken": token.text}
    path = web.raw_path() or quote(request.path, safe="/:;,@!$&'()*+=~")
    address = f"{request.host_url.rstrip('/')}{path}?{urlencode(given)}"
    expires = token.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"Link": f'<{address}>; rel="next"', "GS1-Next-Page-Token-Expires": expires}


def refuse_websocket() -> None:
    """Raises: NotImplementedHere when the caller wants to switch to a websocket."""
    if "websocket" in request.headers.get("Upgrade", "").lower():
        raise NotImplementedHere("epcis.websocket")
