"""Named queries and their subscribers, for programs of partners.

Source: EPCIS 2.0, 12.8 and 12.9 (REST binding).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response

from accounts.doors import current_actor
from api import epcis_wire
from api.epcis_query import answer_events, next_page, refuse_rest, refuse_websocket, take_page
from foundation import clock, db, web
from foundation.errors import NguonError
from traceability.epcis.querying import giving_up, named, subscribing
from traceability.epcis.querying.models import NamedQuery, Subscription

blueprint = epcis_wire.blueprint("epcis_subscriptions")

_ONE = "/queries/<name>/subscriptions/<subscription_id>"


@epcis_wire.route(blueprint, "/queries")
@web.guarded("epcis.read")
def list_queries() -> Response:
    """The queries that the caller's organisation keeps."""
    asked = take_page(given := epcis_wire.pairs())
    refuse_rest(given)
    with db.reading() as session:
        rows, token = named.list_page(session, current_actor(), asked, now=clock.now())
        return epcis_wire.answer([_query(row) for row in rows], headers=next_page(token))


@epcis_wire.route(blueprint, "/queries", methods=("POST",))
@web.guarded("epcis.read")
def keep_query() -> Response:
    """Keep a query under a name."""
    body = epcis_wire.read_body()
    with db.transaction() as session:
        kept = named.keep(session, current_actor(), body, now=clock.now())
        place = f"/epcis/queries/{quote(kept.name, safe='')}"
        return epcis_wire.answer(_query(kept), 201, {"Location": place})


@epcis_wire.route(blueprint, "/queries/<name>")
@web.guarded("epcis.read")
def get_query(name: str) -> Response:
    """A query as it was kept."""
    with db.reading() as session:
        return epcis_wire.answer(_query(named.get(session, current_actor(), name)))


@epcis_wire.route(blueprint, "/queries/<name>", methods=("DELETE",))
@web.guarded("epcis.read")
def drop_query(name: str) -> Response:
    """Forget a query; its subscribers are told nothing more."""
    with db.transaction() as session:
        named.drop(session, current_actor(), name)
    return epcis_wire.answer(None, 204)


@epcis_wire.route(blueprint, "/queries/<name>/events")
@web.guarded("epcis.read")
def query_events(name: str) -> Response:
    """The events that answer a kept query; no websocket yet."""
    refuse_websocket()
    asked = take_page(given := epcis_wire.pairs())
    refuse_rest(given)
    with db.reading() as session:
        query = named.read(named.get(session, current_actor(), name))
    return answer_events(query, asked, query_name=name)


# Whoever wants to switch to a websocket is routed apart from all others.
blueprint.add_url_rule(
    "/queries/<name>/events",
    view_func=query_events,
    methods=["GET"],
    provide_automatic_options=False,
    websocket=True,
)


@epcis_wire.route(blueprint, "/queries/<name>/subscriptions")
@web.guarded("epcis.read")
def list_subscriptions(name: str) -> Response:
    """Who is sent new answers to a query."""
    asked = take_page(given := epcis_wire.pairs())
    refuse_rest(given)
    with db.reading() as session:
        kept, rows, token = subscribing.list_page(
            session, current_actor(), name, asked, now=clock.now()
        )
        told = [_subscription(kept.name, row) for row in rows]
        return epcis_wire.answer(told, headers=next_page(token))


@epcis_wire.route(blueprint, "/queries/<name>/subscriptions", methods=("POST",))
@web.guarded("epcis.read")
def subscribe(name: str) -> Response:
    """Have new answers to a query sent to a webhook."""
    wish = subscribing.read(epcis_wire.read_body(), epcis_wire.epc_format())
    with db.transaction() as session:
        made = subscribing.subscribe(session, current_actor(), name, wish, now=clock.now())
        told = _subscription(name, made)
    place = f"/epcis/queries/{quote(name, safe='')}/subscriptions/{made.id}"
    return epcis_wire.answer(told, 201, {"Location": place})


@web.public
def discover_subscription(name: str, subscription_id: str) -> Response:
    """What every address tells, and to who may see the subscription, when it last asked."""
    told = epcis_wire.discover()
    with db.reading() as session:
        try:
            found = subscribing.get(session, current_actor(), name, subscription_id)
        except NguonError:
            return told
        told.headers.update(_earliest(found))
    return told


@epcis_wire.route(blueprint, _ONE, options=discover_subscription)
@web.guarded("epcis.read")
def get_subscription(name: str, subscription_id: str) -> Response:
    """A subscription, without its secret, and how its last delivery went."""
    with db.reading() as session:
        found = subscribing.get(session, current_actor(), name, subscription_id)
        return epcis_wire.answer(_subscription(name, found), headers=_earliest(found))


@epcis_wire.route(blueprint, _ONE, methods=("DELETE",))
@web.guarded("epcis.read")
def unsubscribe(name: str, subscription_id: str) -> Response:
    """Send nothing more."""
    with db.transaction() as session:
        subscribing.unsubscribe(session, current_actor(), name, subscription_id)
    return epcis_wire.answer(None, 204)


@epcis_wire.route(blueprint, f"{_ONE}/resume", methods=("POST",))
@web.guarded("epcis.read")
def resume(name: str, subscription_id: str) -> Response:
    """Send again to a subscriber that was given up after too many failures. An addition of ours."""
    with db.transaction() as session:
        found = giving_up.resume(session, current_actor(), name, subscription_id, now=clock.now())
        return epcis_wire.answer(_subscription(name, found))


def _earliest(found: Subscription) -> dict[str, str]:
    return {"GS1-Query-Min-Record-Time": found.min_record_time.isoformat()}


def _query(kept: NamedQuery) -> dict[str, Any]:
    return {"name": kept.name, "query": kept.query}


def _subscription(name: str, found: Subscription) -> dict[str, Any]:
    told = {
        "subscriptionID": str(found.id),
        "queryName": name,
        "dest": found.dest,
        "createdAt": found.created_at.isoformat(),
        "lastNotifiedAt": found.last_notified_at and found.last_notified_at.isoformat(),
        "initialRecordTime": (found.initial_record_time or found.created_at).isoformat(),
        "minRecordTime": found.min_record_time.isoformat(),
        "epcFormat": found.epc_format,
        "reportIfEmpty": found.report_if_empty,
        "schedule": found.schedule,
        "stream": True if found.is_stream else None,
        # Beside what the standard tells: nothing is sent until it is resumed.
        "givenUpAfter": found.failures if giving_up.is_given_up(found) else None,
    }
    return {key: value for key, value in told.items() if value is not None}
