"""A form sent twice is carried out once, at once or later; one that came back goes through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from threading import Barrier, Event
from typing import Any

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from accounts.access_models import ApiToken, LoginSession
from app import forms_once
from foundation import clock, db, form_tokens, web
from foundation.config import Config
from foundation.job_models import IdempotentAnswer, JobProgress
from foundation.watching import WatchedSession
from growing_areas.models import DiaryEntry
from growing_areas.slips.models import BuyingSlip
from shop.models import CartLine
from shop.order_models import Order
from tests.accounts.browser import form_token, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.conftest import NOW, application, copied_database
from tests.shop.factories import make_batch as put_on_shelf
from tests.shop.factories import make_shelf
from tests.traceability.factories import grow, make_batch
from traceability.handling.models import BatchMovement
from traceability.models import Batch

BATCHES = "/workspace/batches"


@dataclass(frozen=True)
class World:
    """A cooperative at work, and a shelf anybody may buy from."""

    app: Flask
    cookie: str
    batch: str
    area: int
    area_code: str
    product: str
    offer: str

    def browser(self) -> FlaskClient:
        """Its manager's browser."""
        client = self.app.test_client()
        client.set_cookie(form_tokens.SESSION_COOKIE, self.cookie)
        return client


@pytest.fixture(scope="module")
def world(server_url: str, template: str, test_config: Config) -> Iterator[World]:
    with copied_database(server_url, template) as url:
        database = db.connect(url, pool_size=10)
        app = application(test_config)
        _add_views(app)
        yield _told(app)
        database.dispose()
        db.use(None)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def _told(app: Flask) -> World:
    with WatchedSession(db.current().primary, expire_on_commit=False) as session:
        grown = grow(session, NOW)
        batch = make_batch(session, grown, NOW)
        shelf = make_shelf(session, NOW)
        put_on_shelf(session, shelf.product, NOW)
        client = app.test_client()
        sign_in_as(client, session, make_member(session, grown.organisation, NOW), NOW)
        cookie = client.get_cookie(form_tokens.SESSION_COOKIE)
        assert cookie
        return World(
            app,
            cookie.value,
            batch.code,
            grown.area.id,
            grown.area_code,
            grown.product.code,
            shelf.offer.code,
        )


def _add_views(app: Flask) -> None:
    """One form that counts its effects and fails as it is told, one that goes on when let go."""

    def count() -> None:
        with db.transaction() as session:
            number = session.scalar(select(func.count()).select_from(JobProgress)) or 0
            session.add(JobProgress(job_id=number + 1, updated_at=clock.now()))

    @web.public
    def write() -> Any:
        count()
        if (status := int(request.form.get("status", 303))) != 303:
            return f"trang {status}", status
        return redirect("/verify", 303)

    @web.public
    def slowly() -> Any:
        app.extensions["begun"].set()
        count()
        app.extensions["go_on"].wait(30)
        return redirect("/verify", 303)

    app.extensions.update(begun=Event(), go_on=Event())
    app.add_url_rule("/test-forms", "test_forms", write, methods=["POST"])
    app.add_url_rule("/test-forms/slow", "test_slow_form", slowly, methods=["POST"])


def rows(model: Any) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def drawn(browser: FlaskClient, **fields: Any) -> dict[str, Any]:
    """A form as a page drew it for this browser, filled in."""
    return {**fields, form_tokens.FIELD: form_token(browser)}


def at_once(browsers: list[FlaskClient], path: str, form: dict[str, Any]) -> list[TestResponse]:
    barrier = Barrier(len(browsers))

    def send(browser: FlaskClient) -> TestResponse:
        barrier.wait()
        return browser.post(path, data=form)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers))


_CASES: dict[str, tuple[Any, int, Callable[[World], tuple[str, dict[str, str]]]]] = {
    "opening a batch": (
        Batch,
        1,
        lambda w: (
            BATCHES,
            {
                "product": w.product,
                "growing_areas": w.area_code,
                "quantity": "10",
                "unit": "KGM",
                "produced_on": "12/11/2026",
            },
        ),
    ),
    "splitting": (
        Batch,
        2,
        lambda w: (
            f"{BATCHES}/{w.batch}/steps/split",
            {"parts.0.quantity": "1", "parts.1.quantity": "2"},
        ),
    ),
    "shipping": (
        BatchMovement,
        1,
        lambda w: (
            f"{BATCHES}/{w.batch}/steps/ship",
            {"quantity": "3", "outside": "Chợ đầu mối", "confirmed": "1"},
        ),
    ),
    "a line of the diary": (
        DiaryEntry,
        1,
        lambda w: (
            "/workspace/diary/new",
            {"areas": str(w.area), "activity": "weeding", "done_on": "20/11/2026"},
        ),
    ),
    "a buying slip": (
        BuyingSlip,
        1,
        lambda w: (
            "/workspace/slips/new",
            {
                "area": str(w.area),
                "quantity": "2,5",
                "unit": "DTN",
                "price_vnd": "12.000",
                "bought_on": "10/11/2026",
                "seller": "Nguyễn Thị Hoa",
            },
        ),
    ),
}


@pytest.mark.parametrize("case", _CASES)
def test_what_is_sent_twice_is_written_once_and_answered_alike(world: World, case: str) -> None:
    model, made, of = _CASES[case]
    path, fields = of(world)
    browsers = [world.browser() for _ in range(3)]
    form = drawn(browsers[0], **fields)
    for browser in browsers:
        form_token(browser)
    before = rows(model)

    together = at_once(browsers, path, form)
    reloaded = browsers[0].post(path, data=form)
    anew = browsers[0].post(path, data=drawn(browsers[0], **fields))

    answers = [*together, reloaded]
    assert [a.status_code for a in answers] == [303] * 4, text_of(together[0])[:3000]
    assert len({a.location for a in answers}) == 1
    assert sum("Idempotency-Replayed" in a.headers for a in answers) == 3
    assert anew.status_code == 303
    assert "Idempotency-Replayed" not in anew.headers
    assert rows(model) == before + 2 * made


def test_an_order_of_nobody_signed_in_is_placed_once(world: World) -> None:
    guest = world.app.test_client()
    into_cart = drawn(guest, offer=world.offer, quantity="2")
    added = [guest.post("/cart/lines", data=into_cart) for _ in range(2)]
    assert [a.status_code for a in added] == [303, 303]
    assert "nguon-cart" in added[1].headers["Set-Cookie"]
    with db.reading() as session:
        assert session.scalars(select(CartLine.quantity)).one() == 2
    buyer = {"name": "Bình", "phone": "0912345678", "commune_code": "ve giang", "address": "Đông"}
    review = guest.post("/checkout", data=drawn(guest, **buyer)).text
    page = re.search(r'action="/checkout/place".*?</form>', review, re.S)
    assert page
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page[0]))

    first, again = (guest.post("/checkout/place", data=form) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert rows(Order) == 1
    assert "Đã đặt hàng" in text_of(guest.get(again.location))


def test_a_form_that_came_back_wrong_goes_through_corrected(world: World) -> None:
    browser = world.browser()
    path, fields = _CASES["opening a batch"][2](world)
    form = drawn(browser, **fields)
    before = rows(Batch)

    wrong = browser.post(path, data={**form, "quantity": "nhiều"})
    right = browser.post(path, data=form)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert rows(Batch) == before + 1


def test_after_a_breakdown_nothing_is_kept_and_it_may_be_sent_again(world: World) -> None:
    browser, before = world.browser(), rows(JobProgress)
    form = drawn(browser)

    broken = browser.post("/test-forms", data={**form, "status": "503"})
    after = rows(JobProgress)
    again = browser.post("/test-forms", data=form)

    assert (broken.status_code, after) == (503, before)
    assert again.status_code == 303
    assert rows(JobProgress) == before + 1


def test_what_a_refusal_wrote_on_its_way_stays(world: World) -> None:
    browser, before = world.browser(), rows(JobProgress)

    refused = browser.post("/test-forms", data=drawn(browser, status="409"))

    assert refused.status_code == 409
    assert rows(JobProgress) == before + 1


def test_another_form_under_the_same_key_is_told_what_was_written(world: World) -> None:
    browser = world.browser()
    path, fields = _CASES["opening a batch"][2](world)
    form = drawn(browser, **fields)
    done = browser.post(path, data=form)
    before = rows(Batch)

    other = browser.post(path, data={**form, "quantity": "77,5"})
    offered = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', other.text))
    more = browser.post(path, data={**offered, "csrf_token": _token_on(other, path)})

    assert other.status_code == 409
    assert f'href="{done.location}"' in other.text
    assert offered["quantity"] == "77,5"
    assert more.status_code == 303
    assert more.location != done.location
    assert rows(Batch) == before + 1


def _token_on(page: TestResponse, action: str) -> str:
    found = re.search(rf'action="{action}".*?name="csrf_token" value="([^"]+)"', page.text, re.S)
    assert found
    return found[1]


def test_a_page_shown_once_is_shown_again_to_its_double_and_kept_sealed(world: World) -> None:
    browser = world.browser()
    with db.transaction() as session:
        session.execute(update(LoginSession).values(proved_at=clock.now()))
    form = drawn(browser, name="Máy cân", days="30")

    first, again = (browser.post("/account/tokens", data=form) for _ in range(2))
    other = browser.post("/account/tokens", data={**form, "name": "Máy in"})

    plain = first.text.split('id="token">')[1].split("<")[0]
    assert first.text == again.text
    assert rows(ApiToken) == 2
    assert "Máy in" in other.text
    with db.reading() as session:
        for body in session.scalars(select(IdempotentAnswer.body)):
            assert plain.encode() not in body


def test_files_are_told_apart_by_name_and_size(world: World) -> None:
    browser, before = world.browser(), rows(JobProgress)
    token = form_token(browser)

    def send(content: bytes) -> TestResponse:
        data = {"csrf_token": token, "photo": (BytesIO(content), "image.jpg")}
        return browser.post("/test-forms", data=data)

    first, again, other = send(b"x" * 300_000), send(b"x" * 300_000), send(b"x" * 9)

    assert [a.status_code for a in (first, again, other)] == [303, 303, 409]
    assert "tệp không giữ lại" in text_of(other)
    assert rows(JobProgress) == before + 1


def test_a_key_is_its_senders_own(world: World) -> None:
    mine, guest, before = world.browser(), world.app.test_client(), rows(JobProgress)

    assert mine.post("/test-forms", data=drawn(mine)).status_code == 303
    stolen = guest.post("/test-forms", data=drawn(mine))

    assert stolen.status_code == 403
    assert rows(JobProgress) == before + 1


def test_who_waits_too_long_for_the_first_is_told_and_asks_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_once, "WAITS_FOR_S", 0.2)
    first, second = world.browser(), world.browser()
    form = drawn(first, quantity="12")
    form_token(second)
    before, begun = rows(JobProgress), world.app.extensions["begun"]

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(first.post, "/test-forms/slow", data=form)
        assert begun.wait(20)
        early = second.post("/test-forms/slow", data=form)
        world.app.extensions["go_on"].set()
        done = working.result()
    late = second.post("/test-forms/slow", data=form)

    assert early.status_code == 409
    assert "Đang ghi, xin chờ" in text_of(early)
    assert _token_on(early, "/test-forms/slow") == form["csrf_token"]
    assert (done.status_code, late.status_code) == (303, 303)
    assert rows(JobProgress) == before + 1


def test_sent_again_later_it_says_when_it_was_written(
    world: World, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    browser = world.browser()
    path, fields = _CASES["a line of the diary"][2](world)
    form = drawn(browser, **fields)
    browser.post(path, data=form)
    browser.get("/workspace/diary")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=5))

    again = browser.post(path, data=form)

    assert again.status_code == 303
    told = text_of(browser.get(again.location))
    assert "lần gửi lại không ghi thêm gì" in told
    assert "Đã ghi" not in told.split("<main")[1].split("<h1>")[0]


def test_every_form_of_a_page_has_a_key_of_its_own(world: World) -> None:
    page = world.browser().get(f"{BATCHES}/{world.batch}").text

    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', page)

    assert len(tokens) > 2
    assert len(set(tokens)) == len(tokens)
