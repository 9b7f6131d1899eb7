"""EPCIS in the access matrix: an event of A's with names of its own, and the manager's queries."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from tests.accounts import factories as accounts
from tests.house.access_pages import at
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from tests.traceability.epcis import told as documents
from tests.traceability.epcis.querying.told_events import tell as tell_event
from traceability.epcis import capturing
from traceability.epcis.querying import named, page_tokens, subscribing
from traceability.epcis.querying.page_tokens import Position
from traceability.sharing import chains
from traceability.sharing.chains import NewShare

E = "/epcis"
QUERY = {"name": "đã giao", "query": {"EQ_bizStep": ["shipping"]}}
WISH = {"dest": "https://client.example.com/x", "stream": True}
_SUBSCRIPTION = f"{E}/queries/<name>/subscriptions/<subscription_id>"
_MINE = Place({"name": "@epcis.query"}, owner="manager")
_SUBSCRIBED = Place(
    {"name": "@epcis.query", "subscription_id": "@epcis.subscription"}, owner="manager"
)
_OWN = "https://example.org/rieng"

SHARE = "/workspace/partners/<int:share_id>/end"
PAGES: dict[str, Place] = {
    "POST /workspace/partners/new": Place(
        body={"organisation": "@org", "partner": "@b.org", "what": "all"}, names_a=True
    ),
    f"GET {SHARE}": at(share_id="@share"),
    f"POST {SHARE}": at(share_id="@share"),
}
API: dict[str, Place] = {
    f"POST {E}/capture": Place(body=documents.document(documents.plain())),
    f"GET {E}/capture/<capture_id>": at(capture_id="@epcis.capture"),
    f"POST {E}/events": Place(
        body={"@context": documents.CONTEXT, **documents.plain(epcList=["urn:x:alone"])}
    ),
    f"GET {E}/events/<path:event_id>": at(event_id="@epcis.event"),
    f"GET {E}/epcs/<path:name>": at(name="@epcis.item"),
    **{
        f"GET {E}/{kind}/<path:name>": at(name="@epcis.word")
        for kind in ("eventTypes", "bizSteps", "dispositions", "readPoints", "bizLocations")
    },
    f"DELETE {E}/nextPageToken/<token>": Place({"token": "@epcis.token"}, owner="manager"),
    f"POST {E}/queries": Place(body={**QUERY, "name": "mới"}),
    f"GET {E}/queries/<name>": _MINE,
    f"DELETE {E}/queries/<name>": _MINE,
    f"GET {E}/queries/<name>/events": _MINE,
    f"GET {E}/queries/<name>/subscriptions": _MINE,
    f"POST {E}/queries/<name>/subscriptions": Place(
        {"name": "@epcis.query"}, body=WISH, owner="manager"
    ),
    f"GET {_SUBSCRIPTION}": _SUBSCRIBED,
    f"DELETE {_SUBSCRIPTION}": _SUBSCRIBED,
    f"POST {_SUBSCRIPTION}/resume": _SUBSCRIBED,
}


def tell(session: Session, world: World, a: Organisation, manager: Actor, now: datetime) -> None:
    """An event that nobody else's words are in, a query, a subscriber and a page token."""
    item = f"https://id.gs1.org/01/08930001000018/21/{SECRET}"
    event = tell_event(
        session,
        a,
        event_type=_OWN,
        biz_step=_OWN,
        disposition=_OWN,
        read_point=_OWN,
        biz_location=_OWN,
        things={"object": [item]},
        document={"epcList": [item]},
    )
    partner = accounts.make_organisation(session, now, name="HTX Đối Tác")
    shared = chains.share(session, manager, NewShare(a.code, partner.code), now=now)
    kept = named.keep(session, manager, QUERY, now=now)
    wish = subscribing.read(WISH, "Never_Translates")
    subscribed = subscribing.subscribe(session, manager, kept.name, wish, now=now)
    token = page_tokens.make(manager, "epcs", Position(("",)), now=now)
    body = json.dumps(documents.document(documents.plain(epcList=["urn:x:captured"]))).encode()
    captured = capturing.take_in(
        session,
        capturing.Captor(a.id),
        body,
        "rollback",
        base_url="https://nguon.example",
        now=now,
    )
    world.things |= {
        "epcis.capture": str(captured.id),
        "share": shared.id,
        "epcis.event": event.event_id,
        "epcis.item": item,
        "epcis.word": _OWN,
        "epcis.query": kept.name,
        "epcis.subscription": str(subscribed.id),
        "epcis.token": token.text,
    }
