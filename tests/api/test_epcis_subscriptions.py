"""Named queries, and having their new answers sent."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation import clock, db, outgoing
from foundation.exchanges import Limits
from foundation.models import OutboxMail
from tests.foundation.rough_receiver import open_receiver, repeating
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.epcis.querying.sink import Sink, open_sink
from tests.traceability.epcis.querying.told_events import tell
from traceability.epcis.querying import delivery, giving_up
from traceability.epcis.querying.models import Subscription

QUERY = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}}
DEST = "https://client.example.com/callback"


@pytest.fixture
def caller(session: Session, client: FlaskClient) -> Caller:
    return make_caller(session, client)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with open_sink() as opened:
        yield opened


def test_a_query_is_kept_listed_asked_and_forgotten(session: Session, caller: Caller) -> None:
    made = caller.post("/epcis/queries", QUERY)
    shipped = tell(session, caller.organisation, biz_step="shipping")
    tell(session, caller.organisation, biz_step="packing")

    assert made.status_code == 201
    assert made.headers["Location"] == "/epcis/queries/shipped"
    assert caller.get("/epcis/queries").get_json() == [QUERY]
    assert caller.get("/epcis/queries/shipped").get_json() == QUERY
    results = caller.get("/epcis/queries/shipped/events").get_json()["epcisBody"]["queryResults"]
    assert results["queryName"] == "shipped"
    assert [e["eventID"] for e in results["resultsBody"]["eventList"]] == [shipped.event_id]
    again = caller.post("/epcis/queries", QUERY)
    assert again.status_code == 409
    assert again.get_json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert again.get_json()["status"] == 409
    assert caller.delete("/epcis/queries/shipped").status_code == 204
    gone = caller.get("/epcis/queries/shipped")
    assert gone.status_code == 404
    assert gone.get_json()["type"] == "epcisException:NoSuchNameException"


def test_queries_are_listed_by_pages(caller: Caller) -> None:
    for name in "abc":
        caller.post("/epcis/queries", {**QUERY, "name": name})

    first = caller.get("/epcis/queries?perPage=2")
    link = first.headers["Link"]
    second = caller.get(link[1 : link.index(">")])

    assert [q["name"] for q in first.get_json() + second.get_json()] == ["a", "b", "c"]
    assert "Link" not in second.headers


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ([], "QueryValidationException"),
        ({"name": "a"}, "QueryValidationException"),
        ({"name": "a/b", "query": {}}, "QueryValidationException"),
        ({"name": "", "query": {}}, "QueryValidationException"),
        ({"name": "a", "query": []}, "QueryValidationException"),
        ({"name": "a", "query": {"EQ_bizStap": ["shipping"]}}, "QueryParameterException"),
        ({"name": "a", "query": {"EQ_bizStep": ["shiping"]}}, "QueryParameterException"),
        ({"name": "a", "query": {"perPage": 3}}, "QueryParameterException"),
    ],
)
def test_what_is_no_query_is_refused(caller: Caller, body: Any, exception: str) -> None:
    answer = caller.post("/epcis/queries", body)

    assert answer.status_code == 400
    assert answer.get_json()["type"] == f"epcisException:{exception}"


def test_bodies_in_xml_or_broken_are_refused(caller: Caller) -> None:
    token = {"Authorization": f"Bearer {caller.bearer}"}
    xml = caller.client.post(
        "/epcis/queries", data="<a/>", headers={**token, "Content-Type": "application/xml"}
    )
    broken = caller.client.post(
        "/epcis/queries", data="{", headers={**token, "Content-Type": "application/json"}
    )

    assert xml.status_code == 415
    assert xml.get_json()["type"] == "epcisException:UnsupportedMediaTypeException"
    assert broken.get_json()["type"] == "epcisException:ValidationException"


def test_a_strangers_query_is_not_there(
    session: Session, client: FlaskClient, caller: Caller
) -> None:
    caller.post("/epcis/queries", QUERY)
    other = make_caller(session, client)

    assert other.get("/epcis/queries").get_json() == []
    assert other.get("/epcis/queries/shipped/events").status_code == 404
    assert other.post("/epcis/queries", QUERY).status_code == 201


def test_a_websocket_is_said_not_to_be_there(caller: Caller) -> None:
    caller.post("/epcis/queries", QUERY)

    answer = caller.get(
        "/epcis/queries/shipped/events?stream=true",
        {"Upgrade": "websocket", "Connection": "Upgrade"},
    )

    assert answer.status_code == 501
    assert answer.get_json()["type"] == "epcisException:ImplementationException"


def test_a_subscription_is_told_without_its_secret_and_ended(caller: Caller) -> None:
    caller.post("/epcis/queries", QUERY)
    wish = {"dest": DEST, "signatureToken": "13df38d8", "schedule": {"hour": "1", "minute": "5"}}

    made = caller.post("/epcis/queries/shipped/subscriptions", wish)

    assert made.status_code == 201
    assert "13df38d8" not in made.get_data(as_text=True)
    told = made.get_json()
    assert made.headers["Location"].endswith(told["subscriptionID"])
    assert told["schedule"] == {"hour": "1", "minute": "5"}
    listed = caller.get("/epcis/queries/shipped/subscriptions").get_json()
    assert [one["subscriptionID"] for one in listed] == [told["subscriptionID"]]
    address = made.headers["Location"]
    assert caller.get(address).get_json()["dest"] == DEST
    assert caller.delete(address).status_code == 204
    assert caller.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ({"stream": True}, "ValidationException"),
        ({"dest": DEST}, "SubscriptionControlsException"),
        ({"dest": DEST, "stream": False}, "SubscriptionControlsException"),
        (
            {"dest": DEST, "stream": True, "schedule": {"hour": "1"}},
            "SubscriptionControlsException",
        ),
        ({"dest": DEST, "schedule": {"hour": "25"}}, "SubscriptionControlsException"),
        ({"dest": "ftp://example.com", "stream": True}, "SubscriptionControlsException"),
        ({"dest": "https://a:b@example.com", "stream": True}, "SubscriptionControlsException"),
        ({"dest": DEST, "stream": True, "secret": "x"}, "ValidationException"),
        ({"dest": DEST, "stream": True, "initialRecordTime": "now"}, "SubscriptionControls"),
        ([], "ValidationException"),
    ],
)
def test_what_is_no_subscription_is_refused(caller: Caller, body: Any, exception: str) -> None:
    caller.post("/epcis/queries", QUERY)

    answer = caller.post("/epcis/queries/shipped/subscriptions", body)

    assert answer.status_code == 400
    assert answer.get_json()["type"].startswith(f"epcisException:{exception}")


def _subscribe(caller: Caller, **wish: Any) -> UUID:
    if caller.get("/epcis/queries/shipped").status_code == 404:
        caller.post("/epcis/queries", QUERY)
    made = caller.post("/epcis/queries/shipped/subscriptions", wish)
    assert made.status_code == 201, made.get_json()
    return UUID(made.get_json()["subscriptionID"])


def test_a_stream_gets_each_new_event_once_and_signed(
    session: Session, caller: Caller, sink: Sink
) -> None:
    tell(session, caller.organisation, biz_step="shipping")
    subscription = _subscribe(caller, dest=sink.address, stream=True, signatureToken="bí mật")
    new = [tell(session, caller.organisation, biz_step="shipping").event_id for _ in range(2)]
    tell(session, caller.organisation, biz_step="packing")

    delivery.deliver(subscription, now=clock.now())
    delivery.deliver(subscription, now=clock.now())

    assert sink.events == new
    signed = hmac.digest("bí mật".encode(), sink.bodies[0], hashlib.sha256).hex()
    assert sink.headers[0]["GS1-Signature"] == signed
    results = sink.documents[0]["epcisBody"]["queryResults"]
    assert results["subscriptionID"] == str(subscription)
    assert results["queryName"] == "shipped"
    kept = caller.get(f"/epcis/queries/shipped/subscriptions/{subscription}").get_json()
    assert kept["lastNotifiedAt"]


def test_an_earlier_record_time_brings_what_was_recorded_since(
    session: Session, caller: Caller, sink: Sink
) -> None:
    tell(session, caller.organisation, biz_step="shipping")
    wanted = tell(session, caller.organisation, biz_step="shipping")
    since = wanted.record_time.isoformat()

    subscription = _subscribe(caller, dest=sink.address, stream=True, initialRecordTime=since)
    delivery.deliver(subscription, now=clock.now())

    assert sink.events == [wanted.event_id]


def test_what_was_not_taken_is_sent_again_as_it_was_after_a_pause(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    tell(session, caller.organisation, biz_step="shipping")
    sink.answers = [503, 302]
    now = clock.now()

    assert delivery.deliver(subscription, now=now) == 0
    tell(session, caller.organisation, biz_step="shipping")
    assert delivery.deliver(subscription, now=now + timedelta(seconds=5)) == 0
    assert len(sink.bodies) == 1, "before its pause is over nothing is sent"
    assert delivery.deliver(subscription, now=now + timedelta(seconds=11)) == 0
    assert delivery.deliver(subscription, now=now + timedelta(minutes=1)) == 2

    ids = [document["id"] for document in sink.documents]
    assert ids[0] == ids[1] == ids[2] != ids[3], "a redirect is no taking"
    assert len(set(sink.events)) == 2


def test_a_dead_receiver_is_given_up_its_owner_told_and_tried_again_when_asked(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    place = f"/epcis/queries/shipped/subscriptions/{subscription}"
    tell(session, caller.organisation, biz_step="shipping")
    found = session.get_one(Subscription, subscription)
    found.failures = giving_up.most_failures() - 1
    session.flush()
    sink.answers = [503]
    now = clock.now()

    assert delivery.deliver(subscription, now=now) == 0
    assert delivery.deliver(subscription, now=now + timedelta(days=30)) == 0
    delivery.due(session, now=now + timedelta(days=30))
    queued = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'epcis.deliver'"
    asked = session.execute(text(queued)).scalar_one()
    sent = session.scalars(select(OutboxMail.text)).all()
    (told,) = [each for each in sent if each and f"{place}/resume" in each]
    shown = caller.get(place).get_json()
    resumed = caller.post(f"{place}/resume", None)
    again = caller.post(f"{place}/resume", None)
    taken = delivery.deliver(subscription, now=now + timedelta(days=31))

    assert (len(sink.bodies), asked) == (2, 0), "after the last failure nothing is tried"
    assert "http.503" in told
    assert shown["givenUpAfter"] == giving_up.most_failures()
    assert [resumed.status_code, again.status_code] == [200, 200]
    assert "givenUpAfter" not in resumed.get_json()
    assert taken == 1
    assert sink.documents[0]["id"] == sink.documents[1]["id"], "nothing is lost meanwhile"


def test_what_was_sent_when_its_sender_died_is_sent_again_under_the_same_id(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    told = [tell(session, caller.organisation, biz_step="shipping").event_id for _ in range(2)]
    now = clock.now()

    # All that a job has done that is killed between sending and noting that it was taken.
    with db.transaction() as own:
        parcel = delivery.next_parcel(own, subscription, now=now)
    assert parcel is not None
    assert outgoing.post(parcel.dest, parcel.body, parcel.headers) == 200
    later = tell(session, caller.organisation, biz_step="shipping").event_id
    delivery.deliver(subscription, now=now)
    delivery.deliver(subscription, now=now)

    first, again, new = (document["id"] for document in sink.documents)
    assert first == again != new
    assert sink.events == [*told, *told, later]


def test_a_receiver_that_drips_gets_its_events_again_after_ever_longer_pauses(
    session: Session, caller: Caller
) -> None:
    with open_receiver(repeating(b"a: b\r\n", after=b"HTTP/1.1 200 OK\r\n", pause_s=0.02)) as slow:
        dest = f"http://127.0.0.1:{slow.port}/x"
        subscription = _subscribe(caller, dest=dest, stream=True)
        tell(session, caller.organisation, biz_step="shipping")
        now, pauses = clock.now(), []
        for _ in range(3):
            assert delivery.deliver(subscription, now=now, limits=Limits(total_s=0.2)) == 0
            session.expire_all()
            kept = session.get_one(Subscription, subscription)
            assert kept.last_error == "TimeoutError"
            assert kept.due_at is not None
            pauses.append((kept.due_at - now).total_seconds())
            now = kept.due_at

    assert pauses == [10, 20, 40]
    assert kept.reaching is not None
    assert kept.position < kept.reaching


def test_a_turn_that_lasted_long_is_ended_and_the_rest_has_its_next(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    session.get_one(Subscription, subscription).batch_size = 1
    session.commit()
    told = [tell(session, caller.organisation, biz_step="shipping").event_id for _ in range(3)]

    assert delivery.deliver(subscription, now=clock.now(), turn_s=0) == 1
    assert sink.events == told[:1]
    assert delivery.deliver(subscription, now=clock.now()) == 2

    assert sink.events == told


def test_a_receiver_that_finds_it_too_much_gets_less_at_once(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    session.get_one(Subscription, subscription).batch_size = 4
    session.commit()
    told = [tell(session, caller.organisation, biz_step="shipping").event_id for _ in range(4)]
    sink.answers = [413]
    now = clock.now()

    delivery.deliver(subscription, now=now)
    delivery.deliver(subscription, now=now + timedelta(seconds=1))

    assert sink.events == [*told, *told]
    assert len(sink.bodies) == 3


def test_a_schedule_asks_at_its_times_and_reports_nothing_when_wished(
    session: Session, caller: Caller, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_minute = {"second": "0"}
    # No minute ends between the wish and the first look.
    now = clock.now().replace(second=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    silent = _subscribe(caller, dest=sink.address, schedule=every_minute)
    telling = _subscribe(caller, dest=sink.address, schedule=every_minute, reportIfEmpty=True)

    assert delivery.deliver(telling, now=now) == 0, "not yet due"
    assert delivery.deliver(telling, now=now + timedelta(minutes=1)) == 1
    assert delivery.deliver(silent, now=now + timedelta(minutes=1)) == 0

    assert sink.events == []
    assert len(sink.bodies) == 1
    due = session.scalars(select(Subscription.due_at)).all()
    assert all(each is not None and each > now + timedelta(minutes=1) for each in due)


def test_forgetting_a_query_ends_its_subscriptions(
    session: Session, caller: Caller, sink: Sink
) -> None:
    subscription = _subscribe(caller, dest=sink.address, stream=True)
    tell(session, caller.organisation, biz_step="shipping")

    caller.delete("/epcis/queries/shipped")

    assert delivery.deliver(subscription, now=clock.now()) == 0
    assert sink.bodies == []


def test_a_query_that_limits_its_answers_takes_no_subscriber(caller: Caller) -> None:
    caller.post("/epcis/queries", {"name": "few", "query": {"maxEventCount": 3}})

    answer = caller.post("/epcis/queries/few/subscriptions", {"dest": DEST, "stream": True})

    assert answer.get_json()["type"] == "epcisException:SubscriptionControlsException"
