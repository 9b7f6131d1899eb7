"""The door before Flask: the same answers, nothing stale, and everything else left to Flask."""

from __future__ import annotations

import gzip
import os
import resource
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from accounts.permissions import SYSTEM
from app.story_door import StoryDoor
from foundation import clock, db, listening
from foundation.listening import Ears, Listener
from tests.conftest import copied_database
from tests.traceability.claims.factories import make_rivals, tell, the_claim
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from traceability import events, releasing
from traceability.copies import deciding, noticing
from traceability.copies.models import OF_LOT, CopySuspicion
from traceability.copies.noticing import Weighed
from traceability.copies.weighing import Reason
from traceability.items import acts
from traceability.items.acts import Change
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch
from traceability.scan import keeping, shared, story
from traceability.scan.story_cache import Kept

LOT = f"/01/{GTIN}/10/BUOI-26A"
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36",
    "X-Request-Id": "aaaa-bbbb-cccc",
}
KEY = serials.key_from("a secret of this installation, long enough")
NOW = datetime.now(UTC)


class World:
    """A house of its own with one lot, its serials, and a batch without GTIN."""

    def __init__(self, app: Flask, address: str) -> None:
        door = app.wsgi_app
        assert isinstance(door, StoryDoor)
        self.door, self.address = door, address
        self.whole = Client(door, use_cookies=False)
        self.flask = Client(door.inner, use_cookies=False)
        with db.transaction() as session:
            self.grown: Grown = grow(session, NOW, gtin=GTIN, shelf_life_days=60)
            day = clock.business_day(NOW)
            made = make_batch(session, self.grown, NOW, lot="BUOI-26A", produced_on=day)
            other = make_batch(session, grow(session, NOW), NOW, produced_on=day)
            order = LabelOrder(made.code, 40, "a4-24", serialised=True)
            job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=NOW)
            orders.issue_serials(session, job.id, key=KEY, now=NOW)
            self.code, self.other = made.code, f"/t/{other.code}"
            self.batch_id = made.id
        self._next = iter(range(1, 41))

    def serial(self) -> str:
        """One that nobody has looked at."""
        return serials.serial_code(KEY, self.code, next(self._next))

    def known(self, path: str, **headers: str) -> None:
        """Have the door know an address: heard, and answered once by Flask."""
        await_that(keeping.is_heard)
        assert self.whole.get(path, headers={**PHONE, **headers}).status_code == 200


def await_that(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it did not come to be"
        time.sleep(0.01)


def await_news() -> None:
    """Wait until whatever was committed by now was heard: news comes in the order of commits."""
    await_that(keeping.is_heard)
    now = clock.now()
    last: Any = Kept("the last news", 0, frozenset({"last"}), now, now)
    keeping._cache.keep("last", last, keeping._cache.begin())
    with db.transaction() as session:
        session.execute(text("SELECT pg_notify(:channel, 'last')"), {"channel": keeping.CHANNEL})
    await_that(lambda: not last.is_alive)


@pytest.fixture(scope="module")
def house(_app: Flask, server_url: str, template: str) -> Iterator[World]:
    with copied_database(server_url, template) as url, pytest.MonkeyPatch.context() as patched:
        # On a laden machine an answer may be long in coming; a broken connection is still told.
        patched.setattr(listening, "CERTAIN_S", 60.0)
        database = db.connect(url, pool_size=5)
        yield World(_app, url)
        database.dispose()
        db.use(None)


@pytest.fixture
def world(house: World) -> World:
    # What earlier tests did would else let go what this one has kept.
    await_news()
    keeping.forget_all()
    return house


@pytest.fixture
def alone(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, whatever reaches Flask is an error."""

    def reached(_environ: dict[str, Any], _start: Any) -> Any:
        raise AssertionError("the door asked Flask")

    return lambda: monkeypatch.setattr(world.door, "inner", reached)


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    return answer.status_code, sorted(answer.headers.to_wsgi_list()), answer.data


@pytest.mark.parametrize("kind", ["lot", "serial", "own"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"Accept-Encoding": "gzip, deflate, br"},
        {"Accept-Language": "en-GB,en;q=0.9", "Accept": "text/html,*/*;q=0.8"},
    ],
    ids=["plain", "packed", "english"],
)
def test_the_door_answers_as_flask_does_byte_for_byte(
    world: World, alone: Callable[[], None], kind: str, asked: dict[str, str]
) -> None:
    learned, path = {
        "lot": (LOT, LOT),
        "own": (world.other, world.other),
        # Learned from one serial, answered for another.
        "serial": (f"{LOT}/21/{world.serial()}", f"{LOT}/21/{world.serial()}"),
    }[kind]
    headers = {**PHONE, **asked}
    theirs = told(world.flask.get(path, headers=headers))
    known = world.flask.get(path, headers={**headers, "If-None-Match": dict(theirs[1])["ETag"]})
    world.known(learned, **asked)
    alone()

    ours = told(world.whole.get(path, headers=headers))

    assert ours == theirs
    again = world.whole.get(path, headers={**headers, "If-None-Match": dict(ours[1])["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert told(again) == told(known)


def test_a_packed_page_holds_the_plain_one_and_has_its_name(
    world: World, alone: Callable[[], None]
) -> None:
    world.known(LOT)
    alone()

    plain = world.whole.get(LOT, headers=PHONE)
    packed = world.whole.get(LOT, headers={**PHONE, "Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        (LOT, {"Cookie": "nguon-session=x"}, "GET"),
        (LOT, {}, "HEAD"),
        (LOT, {"Accept": "application/linkset+json"}, "GET"),
        (f"{LOT}?linkType=all", {}, "GET"),
        (f"{LOT}?11=261112", {}, "GET"),
        (f"{LOT}/21/ZZZZZZZZZZZZZZZ", {}, "GET"),
        (f"/01/{GTIN}/10/KHONG-CO", {}, "GET"),
        (f"/01/{GTIN}", {}, "GET"),
    ],
)
def test_everything_else_goes_on_to_flask(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    headers: dict[str, str],
    method: str,
) -> None:
    world.known(LOT)
    world.known(f"{LOT}/21/{world.serial()}")
    inner, asked = world.door.inner, []

    def watched(environ: dict[str, Any], start: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return inner(environ, start)

    monkeypatch.setattr(world.door, "inner", watched)
    answer = world.whole.open(path, method=method, headers={**PHONE, **headers})

    assert answer.status_code == 200
    assert len(asked) == 1


def test_a_serials_own_state_is_read_for_every_page(
    world: World, alone: Callable[[], None]
) -> None:
    path = f"{LOT}/21/{world.serial()}"
    world.known(path)
    alone()
    code = path.rpartition("/")[2]
    with db.transaction() as session:
        lost = Change(world.code, "void", code, reason="rách")
        acts.change(session, SYSTEM, lost, now=NOW)

    assert "Tem này đã bị hủy" in world.whole.get(path, headers=PHONE).text


def test_a_hold_shows_without_anybody_asking_the_database(world: World) -> None:
    world.known(LOT)
    assert "tạm giữ" not in world.whole.get(LOT, headers=PHONE).text
    kept = keeping._cache.find((world.batch_id, "vi"))
    assert kept is not None

    with db.transaction() as session:
        releasing.hold(session, SYSTEM, world.code, now=NOW)
    try:
        await_that(lambda: not kept.is_alive)
        assert "Lô hàng đang tạm giữ" in world.whole.get(LOT, headers=PHONE).text
    finally:
        with db.transaction() as session:
            releasing.release(session, SYSTEM, world.code, now=NOW)


def test_what_commits_while_a_page_is_built_is_not_hidden_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = story.tell

    def told_then_changed(session: Any, batch_id: int, *, now: datetime) -> Any:
        found = tell(session, batch_id, now=now)
        with db.transaction() as other:
            other.execute(
                text("UPDATE organisations SET name = 'Hợp tác xã tên mới' WHERE id = :id"),
                {"id": world.grown.organisation.id},
            )
        await_news()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(story, "tell", told_then_changed)
        world.whole.get(LOT, headers=PHONE)

    assert "Hợp tác xã tên mới" in world.whole.get(LOT, headers=PHONE).text


def test_a_lots_page_says_that_its_labels_were_copied_as_soon_as_it_is_decided(
    world: World,
) -> None:
    copied, item = "tem đã bị chép lại", f"{LOT}/21/{world.serial()}"
    with db.transaction() as session:
        seen = [Reason("lot", 100, {"scans": 400, "printed": 40})]
        noticed = Weighed((world.batch_id, OF_LOT), 400, tuple(seen))
        noticing.suspect(session, [noticed], {"again": 60}, NOW)
        row_id = session.scalars(select(CopySuspicion.id)).one()
    world.known(LOT)
    assert copied not in world.whole.get(LOT, headers=PHONE).text

    def says() -> bool:
        return copied in world.whole.get(LOT, headers=PHONE).text

    with db.transaction() as session:
        deciding.confirm(session, SYSTEM, row_id, "Thấy tem chép ở chợ", now=NOW)
    await_that(says)
    assert copied not in world.whole.get(item, headers=PHONE).text

    with db.transaction() as session:
        deciding.reopen(session, SYSTEM, row_id, now=NOW)
    await_that(lambda: not says())


def test_one_builds_the_page_that_many_ask_for_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, story_of = story.tell, keeping.story_of
    asked, built = [], []
    await_that(keeping.is_heard)

    def counted(*given: Any) -> Any:
        asked.append(given)
        return story_of(*given)

    def told_when_all_ask(session: Any, batch_id: int, *, now: datetime) -> Any:
        built.append(batch_id)
        await_that(lambda: len(asked) >= 3)
        return tell(session, batch_id, now=now)

    monkeypatch.setattr(keeping, "story_of", counted)
    monkeypatch.setattr(story, "tell", told_when_all_ask)
    with ThreadPoolExecutor(3) as readers:
        pages = list(readers.map(lambda _: world.whole.get(LOT, headers=PHONE).text, range(3)))

    assert len(set(pages)) == 1
    assert built == [world.batch_id]


def test_lots_of_one_harvest_are_told_from_what_they_share(world: World) -> None:
    now = clock.now()
    with db.transaction() as session:
        day = clock.business_day(NOW)
        ids = [
            make_batch(session, world.grown, NOW, lot=f"CHUNG-{number}", produced_on=day).id
            for number in range(2)
        ]
    await_news()
    shared.clear()

    def told(session: Session) -> tuple[list[Any], int]:
        asked: list[str] = []
        count = partial(lambda *given: asked.append(given[2]))
        event.listen(Engine, "before_cursor_execute", count)
        stories = [story.tell(session, each, now=now) for each in ids]
        event.remove(Engine, "before_cursor_execute", count)
        return stories, len(asked)

    with db.reading_latest() as session:
        alone, asked_alone = told(session)
        with shared.sharing(now, now + timedelta(minutes=1)) as page:
            together, asked_together = told(session)

    assert together == alone
    assert asked_together < asked_alone
    assert page.ends == [now + timedelta(minutes=1)] * 2


def test_what_pages_share_goes_with_the_news_of_it(world: World) -> None:
    world.known(LOT)
    assert shared._parts._kept
    change = text("UPDATE growing_areas SET status = :status WHERE id = :id")
    try:
        with db.transaction() as session:
            session.execute(change, {"status": "suspended", "id": world.grown.area.id})
        await_news()
        assert not shared._parts._kept
        assert "Mã số này hiện không còn hiệu lực" in world.whole.get(LOT, headers=PHONE).text
    finally:
        with db.transaction() as session:
            session.execute(change, {"status": "approved", "id": world.grown.area.id})


def test_nothing_kept_is_trusted_while_the_database_is_not_heard(world: World) -> None:
    world.known(LOT)
    kept = keeping._cache.find((world.batch_id, "vi"))
    assert kept is not None
    with db.transaction() as session:
        # Nobody is told, as if the message had been lost with the connection.
        session.execute(text("ALTER TABLE products DISABLE TRIGGER USER"))
        session.execute(
            text("UPDATE products SET storage = 'Nơi rất mát' WHERE id = :id"),
            {"id": world.grown.product.id},
        )
        session.execute(text("ALTER TABLE products ENABLE TRIGGER USER"))
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = 'SELECT 1' AND datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
        )

    await_that(lambda: not kept.is_alive)
    await_that(keeping.is_heard)
    assert "Nơi rất mát" in world.whole.get(LOT, headers=PHONE).text


def test_a_living_lot_is_not_hidden_by_the_page_of_the_void_one_whose_name_it_took(
    world: World,
) -> None:
    path = f"/01/{GTIN}/10/NHAM-1"
    day = clock.business_day(NOW)
    with db.transaction() as session:
        wrong = make_batch(session, world.grown, NOW, lot="NHAM-1", produced_on=day)
    world.known(path)
    with db.transaction() as session:
        told = {"now": NOW, "id": wrong.id}
        session.execute(text("UPDATE batches SET voided_at = :now WHERE id = :id"), told)
    world.known(path)
    with db.transaction() as session:
        made = make_batch(session, world.grown, NOW, lot="NHAM-1", produced_on=day)

    assert made.code in world.whole.get(path, headers=PHONE).text


def test_what_the_house_let_go_of_is_not_held_by_an_address(world: World) -> None:
    world.known(LOT)
    kept = keeping._cache.find((world.batch_id, "vi"))
    assert kept is not None
    let_go = weakref.ref(kept)

    keeping.forget_all()
    del kept

    assert let_go() is None


def test_what_is_decided_of_a_step_is_told_to_the_pages_of_its_goods(world: World) -> None:
    with db.transaction() as session:
        rivals = make_rivals(session, NOW)
        tell(session, rivals.teller, rivals.lot, rivals.theirs, now=NOW)
        claim = the_claim(session).id
        steps = events.list_events(session, rivals.theirs.id)

    def kept() -> list[Any]:
        found = []
        for batch in (rivals.lot, rivals.theirs):
            # Not before everything of its making was heard.
            await_that(partial(is_kept, batch))
            found.append(keeping._cache.find((batch.id, "vi")))
        return found

    def is_kept(batch: Batch) -> bool:
        world.known(f"/t/{batch.code}")
        return keeping._cache.find((batch.id, "vi")) is not None

    told, _theirs = kept()
    with db.transaction() as session:
        # Nothing but the decision itself: whoever writes it, its goods' pages hear of it.
        session.execute(text("UPDATE step_claims SET state = state WHERE id = :id"), {"id": claim})
    await_that(lambda: not told.is_alive)

    before = kept()
    with db.transaction() as session:
        step = next(each for each in steps if each.event_type == "TransformationEvent")
        events.declare_wrong(session, session.merge(step), "did_not_occur", now=NOW)
    await_that(lambda: not any(each.is_alive for each in before))


def test_what_goes_wrong_in_the_door_is_left_to_flask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{LOT}/21/{world.serial()}"
    world.known(path)

    def broken(*_: Any) -> Any:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(world.door, "_state", broken)
        assert world.whole.get(path, headers=PHONE).status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(world.door, "_kept", broken)
        assert world.whole.get(LOT, headers=PHONE).status_code == 200


def test_an_answer_with_somebodys_cookie_is_given_to_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = world.door.inner

    def giving(environ: dict[str, Any], start: Any) -> Any:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("Set-Cookie", "mine=1")], *more)

        return inner(environ, begin)

    world.door._addresses.clear()
    with monkeypatch.context() as patched:
        patched.setattr(world.door, "inner", giving)
        world.known(LOT)

    assert "Set-Cookie" not in world.whole.get(LOT, headers=PHONE).headers


def test_a_listener_whose_hearer_fails_listens_anew(world: World) -> None:
    missed: list[int] = []

    def heard(_told: str) -> None:
        raise ValueError("nobody can read that")

    database = db.current()
    assert isinstance(database, db.Database)
    listener = Listener(database, Ears("nguon_broken", heard, lambda: missed.append(1)))
    await_that(listener.is_hearing)
    with db.transaction() as session:
        session.execute(text("SELECT pg_notify('nguon_broken', 'x')"))

    await_that(lambda: len(missed) > 1 and listener.is_hearing())


def test_a_listener_hears_in_a_process_with_thousands_of_open_files(world: World) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    said: list[str] = []
    missed: list[int] = []
    try:
        database = db.current()
        assert isinstance(database, db.Database)
        listener = Listener(database, Ears("nguon_many", said.append, lambda: missed.append(1)))
        await_that(listener.is_hearing)
        for each in "abc":
            with db.transaction() as session:
                session.execute(text("SELECT pg_notify('nguon_many', :said)"), {"said": each})
            await_that(partial(said.__contains__, each))
    finally:
        for file in held:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    # On one connection all the while.
    assert missed == [1]


def test_a_page_ends_with_its_day(
    world: World, monkeypatch: pytest.MonkeyPatch, alone: Callable[[], None]
) -> None:
    world.known(LOT)
    kept = keeping._cache.find((world.batch_id, "vi"))
    assert kept is not None

    midnight = clock.start_of_day(clock.business_day(NOW) + timedelta(days=1))
    assert kept.fresh_until <= midnight
    monkeypatch.setattr(clock, "now", lambda: kept.fresh_until)
    alone()
    with pytest.raises(AssertionError, match="the door asked Flask"):
        world.whole.get(LOT, headers=PHONE)


def test_a_story_ends_with_the_first_of_its_parts_and_within_a_minute_of_what_is_measured(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = clock.start_of_day(clock.business_day(NOW)) + timedelta(hours=12)
    await_that(keeping.is_heard)
    monkeypatch.setattr(keeping, "is_heard", lambda: True)
    shared.clear()

    _first, until = keeping._told(world.batch_id, noon)
    later, still_until = keeping._told(world.batch_id, noon + timedelta(minutes=5))
    humid: Any = ("độ ẩm",)
    monkeypatch.setattr(story, "tell", lambda *_, **__: replace(later, measured=humid))
    _measured, soon = keeping._told(world.batch_id, noon)

    assert until == still_until == noon + timedelta(minutes=10)
    assert soon == noon + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("UPDATE batches SET lot = lot WHERE id = :batch", "b{batch}"),
        ("UPDATE products SET name = name WHERE id = :product", "p{product}"),
        ("UPDATE product_gtins SET gtin = gtin WHERE product_id = :product", "p{product}"),
        ("UPDATE organisations SET name = name WHERE id = :organisation", "o{organisation}"),
        ("UPDATE growing_areas SET name = name WHERE id = :area", "a{area}"),
        (
            "INSERT INTO growing_area_certificates (area_id, standard, number, body, valid_from,"
            " valid_to, recorded_at) VALUES (:area, 'vietgap', 'VG-1', 'Trung tâm', '2026-01-01',"
            " '2027-01-01', now())",
            "a{area}",
        ),
        (
            "UPDATE organisations SET name = name || '' FROM generate_series(1, 1)",
            "o{organisation}",
        ),
    ],
)
def test_a_fact_that_commits_is_told_to_who_listens(
    world: World, change: str, subject: str
) -> None:
    ids = {
        "batch": world.batch_id,
        "product": world.grown.product.id,
        "organisation": world.grown.organisation.id,
        "area": world.grown.area.id,
    }
    address = world.address.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as listening:
        listening.execute("LISTEN nguon_story")
        with db.transaction() as session:
            session.execute(text(change), {k: v for k, v in ids.items() if f":{k}" in change})
        listening.execute("SELECT 1")
        heard = {part for m in listening.notifies(timeout=0) for part in m.payload.split(",")}

    assert (subject.format(**ids) in heard) if subject else (heard == set())
