"""Buying and selling in a browser, without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Person
from accounts.permissions import SYSTEM
from foundation import clock
from shop import offers, terms
from shop.offers import OfferTerms
from shop.order_models import Order, OrderGroup
from shop.terms import Asked
from tests.accounts.browser import form_token
from tests.accounts.factories import VE_GIANG, make_member, make_organisation, make_person
from tests.products.factories import make_product
from tests.shop.factories import Shelf, make_batch, make_shelf

BUYER = {
    "name": "Trần Văn Bình",
    "phone": "0912 345 678",
    "commune_code": "ve giang",
    "address": "12 thôn Đông",
    "email": "",
    "note": "gọi trước",
}


class Browser:
    """A browser that keeps its cookies and sends each form's token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, path: str, status: int = 303, /, **form: Any) -> str:
        answer = self.client.post(path, data={**form, "csrf_token": form_token(self.client)})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return str(answer.headers["Location"]) if status == 303 else answer.text

    def form(self, page: str, action: str) -> dict[str, Any]:
        """The hidden fields of the form that goes to ``action``."""
        body = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
        assert body, f"no form to {action}"
        fields: dict[str, Any] = {}
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body[0]
        ):
            fields.setdefault(name, []).append(value)
        return {name: v if name == "line" else v[0] for name, v in fields.items()}


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


@pytest.fixture
def shelf(session: Session) -> Shelf:
    now = clock.now()
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    session.commit()
    return shelf


def sign_in(session: Session, browser: Browser, person_id: int) -> None:
    person = session.get_one(Person, person_id)
    opened = sessions.open_session(session, person, device_label="test", now=clock.now())
    browser.client.set_cookie("nguon", opened.cookie)
    session.commit()


def seller_of(session: Session, browser: Browser, shelf: Shelf) -> None:
    actor = make_member(session, shelf.seller, clock.now(), role="seller")
    assert actor.person_id is not None
    sign_in(session, browser, actor.person_id)


def ordered(browser: Browser, shelf: Shelf, packs: int = 2) -> str:
    """A guest's whole purchase; answers the secret address."""
    browser.get(f"/products/{shelf.product.slug}")
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=packs)
    browser.get("/checkout")
    review = browser.post("/checkout", 200, **BUYER)
    return browser.post("/checkout/place", **browser.form(review, "/checkout/place"))


def test_a_guest_buys_without_an_account(session: Session, browser: Browser, shelf: Shelf) -> None:
    assert shelf.product.name in browser.get("/shop?q=ca+phe")

    address = ordered(browser, shelf)

    page = browser.get(address)
    group = session.scalars(select(OrderGroup)).one()
    assert address == f"/orders/{group.code}"
    assert "370.000" in page
    assert "345 678" not in page
    assert "Giỏ hàng còn trống" in browser.get("/cart")


def test_the_review_shows_everything_and_orders_nothing(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    terms.put(
        session,
        SYSTEM,
        shelf.seller.code,
        Asked(25_000, returns="Đổi trong 7 ngày"),
        now=clock.now(),
    )
    session.commit()
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=2)

    page = browser.post("/checkout", 200, **BUYER)

    for shown in ("370.000", "25.000", "395.000", "Đổi trong 7 ngày", "Xã Vệ Giang", "Trần Văn"):
        assert shown in page
    assert session.scalars(select(OrderGroup)).all() == []


def test_a_wrong_form_comes_back_with_what_was_typed(browser: Browser, shelf: Shelf) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)

    page = browser.post("/checkout", 422, **{**BUYER, "phone": "12", "commune_code": "không có"})

    assert "Số điện thoại này không gọi được" in page
    assert 'value="Trần Văn Bình"' in page
    assert "12 thôn Đông" in page
    assert 'id="f-phone-error"' in page
    assert 'id="f-commune_code-error"' in page
    assert "Trần Văn Bình" in browser.post("/checkout", 200, edit="1", **BUYER)


def test_a_price_raised_meanwhile_is_shown_and_must_be_agreed(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    review = browser.post("/checkout", 200, **BUYER)
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(200_000), now=clock.now())
    session.commit()

    again = browser.post("/checkout/place", 409, **browser.form(review, "/checkout/place"))

    assert "đã đổi từ 185.000\u00a0₫ thành 200.000\u00a0₫" in again
    assert session.scalars(select(OrderGroup)).all() == []
    browser.post("/checkout/place", **browser.form(again, "/checkout/place"))
    assert session.scalars(select(Order.total_vnd)).one() == 200_000


def test_the_cart_tells_of_a_changed_price_until_it_is_agreed(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(200_000), now=clock.now())
    session.commit()

    assert "Giá đã đổi" in browser.get("/cart")
    browser.post("/cart/prices")
    assert "Giá đã đổi" not in browser.get("/cart")


def test_sending_the_last_form_twice_leads_to_the_same_order(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    form = browser.form(browser.post("/checkout", 200, **BUYER), "/checkout/place")

    first, second = browser.post("/checkout/place", **form), browser.post("/checkout/place", **form)

    assert first == second
    assert len(session.scalars(select(OrderGroup)).all()) == 1


def test_a_bent_review_orders_nothing(session: Session, browser: Browser, shelf: Shelf) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    form = browser.form(browser.post("/checkout", 200, **BUYER), "/checkout/place")

    for line in ("", "x", "a:b:c", f"{shelf.offer.code}:0:185000", f"{shelf.offer.code}:1:1"):
        status = 409 if line.endswith(":1:1") else 422
        browser.post("/checkout/place", status, **{**form, "line": [line]})

    assert session.scalars(select(OrderGroup)).all() == []


def test_two_tabs_add_up_in_one_cart(browser: Browser, shelf: Shelf) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=2)

    assert 'value="3"' in browser.get("/cart")
    browser.post(f"/cart/lines/{shelf.offer.code}", quantity=5)
    assert 'value="5"' in browser.get("/cart")
    browser.post(f"/cart/lines/{shelf.offer.code}", quantity=0)
    assert "Giỏ hàng còn trống" in browser.get("/cart")


def test_more_than_there_is_cannot_be_ordered(browser: Browser, shelf: Shelf) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=50)

    assert "chỉ còn 20 gói" in browser.get("/cart")
    browser.get("/checkout", 303)


def test_a_guest_who_signs_in_keeps_the_cart(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)
    person = make_person(session, clock.now(), name="Lê Thị Mai")
    sign_in(session, browser, person.id)

    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)

    assert 'value="2"' in browser.get("/cart")
    assert 'value="Lê Thị Mai"' in browser.get("/checkout")


def test_the_buyer_cancels_by_the_secret_address(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    address = ordered(browser, shelf)
    code = session.scalars(select(Order.code)).one()

    browser.post(f"{address}/cancel/{code}")

    assert "Đã hủy" in browser.get(address)
    browser.get("/orders/ABCDEFGH", 404)


def test_a_seller_takes_an_order_to_its_end_by_taps(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    ordered(browser, shelf)
    seller_of(session, browser, shelf)
    code = session.scalars(select(Order.code)).one()

    assert "Trần Văn Bình" in browser.get("/workspace/orders")
    browser.post(f"/workspace/orders/{code}/confirm", 303, **{"from": "list"})
    assert "0912 345 678" in browser.get("/workspace/orders/packing")
    browser.post(f"/workspace/orders/{code}/ship", waybill="GHN 1")
    assert "GHN 1" in browser.get(f"/workspace/orders/{code}")
    browser.post(f"/workspace/orders/{code}/deliver")
    assert "Đã giao" in browser.get(f"/workspace/orders/{code}")
    again = browser.post(f"/workspace/orders/{code}/deliver", 409)
    assert "đã sang bước khác" in again


def test_a_seller_cancels_with_a_reason_only(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    address = ordered(browser, shelf)
    seller_of(session, browser, shelf)
    code = session.scalars(select(Order.code)).one()

    assert "f-reason-error" in browser.post(f"/workspace/orders/{code}/cancel", 422)
    browser.post(f"/workspace/orders/{code}/cancel", reason="Xe hỏng")

    assert "Xe hỏng" in browser.get(address)


def test_another_seller_finds_no_such_order(
    session: Session, browser: Browser, shelf: Shelf
) -> None:
    ordered(browser, shelf)
    code = session.scalars(select(Order.code)).one()
    other = make_shelf(session, clock.now())
    seller_of(session, browser, other)

    browser.get(f"/workspace/orders/{code}", 404)
    for step in ("confirm", "ship", "deliver"):
        browser.post(f"/workspace/orders/{code}/{step}", 404)
    browser.get(f"/workspace/offers/{shelf.offer.code}", 404)
    browser.get(f"/workspace/products/{shelf.product.code}", 404)
    browser.get(f"/workspace/shops/{shelf.seller.code}/terms", 404)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_the_whole_list_leaves_as_a_table(
    session: Session, browser: Browser, shelf: Shelf, kind: str
) -> None:
    ordered(browser, shelf)
    seller_of(session, browser, shelf)

    answer = browser.client.get(f"/workspace/orders/export?format={kind}")

    assert (answer.status_code, answer.headers["X-Row-Count"]) == (200, "1")
    assert kind == "xlsx" or "Chờ xác nhận" in answer.text


def test_strangers_are_led_to_sign_in(browser: Browser) -> None:
    for path in ("/workspace/orders", "/workspace/offers", "/workspace/products", "/orders"):
        assert "/sign-in" in browser.client.get(path).headers["Location"]


def test_a_seller_puts_a_product_on_sale(session: Session, browser: Browser, shelf: Shelf) -> None:
    seller_of(session, browser, shelf)

    browser.get("/workspace/offers/new")
    refused = browser.post("/workspace/offers/new", 422, price_vnd="-5")
    assert "f-price_vnd-error" in refused
    assert "f-product-error" in refused
    browser.post(
        "/workspace/offers/new",
        product=shelf.product.code,
        price_vnd="1.250.000",
        pack="Thùng 10 hộp",
        pack_quantity="5",
        min_quantity="1",
        active="1",
    )
    assert "Thùng 10 hộp" in browser.get(f"/products/{shelf.product.slug}")
    assert "1.250.000" in browser.get("/workspace/offers")
    browser.get(f"/workspace/offers/{shelf.offer.code}")
    browser.post(f"/workspace/offers/{shelf.offer.code}", price_vnd="1", min_quantity="1")
    assert "Tạm ngừng bán" in browser.get("/workspace/offers")
    browser.get(f"/workspace/shops/{shelf.seller.code}/terms")
    browser.post(f"/workspace/shops/{shelf.seller.code}/terms", delivery_vnd="20.000")
    assert "20.000" in browser.get(f"/products/{shelf.product.slug}")


def test_an_unverified_seller_may_not_sell(session: Session, browser: Browser) -> None:
    now = clock.now()
    seller = make_organisation(session, now, verified=False)
    product = make_product(session, seller, now=now)
    actor = make_member(session, seller, now, role="seller")
    assert actor.person_id is not None
    sign_in(session, browser, actor.person_id)

    page = browser.post("/workspace/offers/new", 409, product=product.code, price_vnd="1000")

    assert "error" in page
    browser.get(f"/products/{product.slug}", 404)


def test_an_empty_shop_says_so(browser: Browser) -> None:
    assert "Gian hàng còn trống" in browser.get("/shop")
    assert "Không có hàng nào khớp" in browser.get("/shop?q=x&stars=5&province=01&group=food")
    browser.get("/shop?sort=price&cursor=xxx", 422)
    browser.get("/shop?stars=99999999999999999999", 422)
    browser.get("/products/khong-co", 404)


def test_the_public_pages_speak_english(browser: Browser, shelf: Shelf) -> None:
    page = browser.get(f"/products/{shelf.product.slug}?lang=en")

    assert "Add to cart" in page


def test_a_commune_code_is_taken_as_well_as_a_name(browser: Browser, shelf: Shelf) -> None:
    browser.post("/cart/lines", offer=shelf.offer.code, quantity=1)

    page = browser.post("/checkout", 200, **{**BUYER, "commune_code": VE_GIANG})

    assert "Xã Vệ Giang" in page
