"""Events are told in the order of their commits: none is passed over, none is told twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import rooms
from foundation import clock, db, jobs, worker
from foundation.config import Config
from foundation.watching import WatchedSession
from tests.accounts.factories import make_member
from tests.growing_areas.factories import make_organisation
from tests.traceability.epcis.querying.sink import open_sink
from tests.traceability.epcis.querying.told_events import HAPPENED
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying import delivery, named, order, subscribing
from traceability.epcis.querying.models import EventPlace


def _places(session: Session) -> list[int]:
    return list(session.scalars(select(EventPlace.event_id).order_by(EventPlace.place)))


def _add(session: Session, organisation_id: int, name: str) -> int:
    event = EpcisEvent(
        event_id=name,
        event_type="ObjectEvent",
        event_time=HAPPENED,
        time_zone="+07:00",
        record_time=HAPPENED,
        organisation_id=organisation_id,
        document={"eventID": name, "type": "ObjectEvent"},
    )
    session.add(event)
    session.flush()
    return event.id


def test_what_commits_late_is_placed_late_and_not_lost(own_database: db.Database) -> None:
    with db.transaction() as session:
        owner = make_organisation(session, datetime.now(UTC)).id
    with WatchedSession(own_database.primary) as slow:
        first = _add(slow, owner, "urn:x:first")
        with db.transaction() as session:
            second = _add(session, owner, "urn:x:second")
        with db.transaction() as session:
            assert order.place_waiting(session) == 1
        slow.commit()
    with db.transaction() as session:
        assert order.place_waiting(session) == 2
        assert first < second
        assert _places(session) == [second, first]


def test_many_writers_and_tellers_at_once_lose_and_double_nothing(
    own_database: db.Database,
) -> None:
    with db.transaction() as session:
        owner = make_organisation(session, datetime.now(UTC)).id
    told: list[int] = []
    writing = threading.Event()

    def write(number: int) -> None:
        for each in range(10):
            with db.transaction() as session:
                _add(session, owner, f"urn:x:{number}:{each}")

    def place() -> None:
        while not writing.is_set():
            with db.transaction() as session:
                order.place_waiting(session)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    placers = [threading.Thread(target=place) for _ in range(2)]
    for thread in (*writers, *placers):
        thread.start()
    for thread in writers:
        thread.join()
    writing.set()
    for thread in placers:
        thread.join()

    with db.transaction() as session:
        assert order.place_waiting(session) == 60
        told = _places(session)
        every = set(session.scalars(select(EpcisEvent.id)))
    assert len(told) == 60
    assert set(told) == every


def test_a_worker_tells_a_stream_without_being_asked(
    own_database: db.Database, test_config: Config
) -> None:
    # As in a worker's process: every room's work is known.
    rooms.load(rooms.JOBS)
    with open_sink() as sink:
        with db.transaction() as session:
            owner = make_organisation(session, datetime.now(UTC))
            actor = make_member(session, owner, datetime.now(UTC))
            named.keep(session, actor, {"name": "all", "query": {}}, now=clock.now())
            wish = subscribing.read({"dest": sink.address, "stream": True}, "Never_Translates")
            subscribing.subscribe(session, actor, "all", wish, now=clock.now())
        with db.transaction() as session:
            _add(session, owner.id, "urn:x:1")
            order.wake(session)
            order.wake(session)

        worker.run_pending(own_database.primary.url.render_as_string(hide_password=False))

        assert sink.events == ["urn:x:1"]
        assert delivery.DELIVER in jobs.registered()
