"""The contract's calls about products, offers and orders."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.permissions import Actor
from foundation import clock
from tests.accounts.factories import VE_GIANG, make_member, make_official, make_organisation
from tests.shop.factories import Shelf, make_batch, make_shelf

BUYER: dict[str, Any] = {
    "name": "Trần Văn Bình",
    "phone": "+84912345678",
    "address": "12 thôn Đông",
    "commune_code": VE_GIANG,
}


class Api:
    """A program with a token, or without."""

    def __init__(self, client: FlaskClient, token: str | None = None) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def post(self, path: str, status: int = 201, /, **body: Any) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        if status == 201 and "Location" in answer.headers:
            made = self.client.get(answer.headers["Location"], headers=self.headers)
            assert made.status_code == 200, made.text
        return answer.json


def api_of(session: Session, client: FlaskClient, actor: Actor) -> Api:
    token = tokens.create(session, actor, "test", now=clock.now())
    session.commit()
    return Api(client, token.plain)


@pytest.fixture
def shelf(session: Session) -> Shelf:
    shelf = make_shelf(session, clock.now())
    make_batch(session, shelf.product, clock.now())
    session.commit()
    return shelf


@pytest.fixture
def seller(session: Session, client: FlaskClient, shelf: Shelf) -> Api:
    return api_of(session, client, make_member(session, shelf.seller, clock.now()))


@pytest.fixture
def guest(client: FlaskClient, shelf: Shelf) -> Api:
    return Api(client)


def test_a_product_and_its_offer_are_entered_by_a_program(
    session: Session, client: FlaskClient, shelf: Shelf, guest: Api
) -> None:
    admin = api_of(session, client, make_official(session, clock.now(), role="admin"))
    made = admin.post(
        "/products",
        organisation=shelf.seller.code,
        name="Chè dây",
        gtin="8930001000018",
        ocop_group="drinks.soft",
        unit="KGM",
        shelf_life_days=365,
    )
    offer = admin.post("/offers", product=made["code"], price_vnd=95_000)

    assert (made["gtin"], made["slug"]) == ("08930001000018", "che-day")
    assert (offer["pack"], offer["in_stock"]) == ("1 kg", 0)
    assert admin.get(f"/products/{made['code']}")["name"] == "Chè dây"
    assert [row["name"] for row in guest.get("/offers?q=che+day")["items"]] == ["Chè dây"]
    assert guest.get(f"/offers/{offer['code']}")["price_vnd"] == 95_000
    certificate = admin.post(
        f"/products/{made['code']}/certificates",
        stars=4,
        number="1",
        decision="QĐ 1",
        valid_from="2026-01-01",
    )
    assert certificate["valid_to"] == "2029-01-01"
    assert [row["stars"] for row in guest.get("/offers?stars=4&group=drinks")["items"]] == [4]


def test_an_order_knows_its_lots(shelf: Shelf, guest: Api) -> None:
    made = guest.post(
        "/orders",
        lines=[{"offer": shelf.offer.code, "quantity": 2}],
        buyer=BUYER,
        payment="cod",
    )

    assert made["total_vnd"] == 370_000
    assert made["payment"] == {"method": "cod", "state": "due"}
    lots = made["lines"][0]["lots"]
    assert [lot["packs"] for lot in lots] == [2]
    assert "/t/" in lots[0]["trace_url"] or "/01/" in lots[0]["trace_url"]
    seen = guest.get(f"/orders/{made['code']}")
    assert seen["buyer"]["phone"] == "•••• ••• 678"
    guest.get("/orders/ABCDEFGHJKMNPQR", 404)


@pytest.mark.parametrize("asked", [21, 10_000_000])
def test_not_enough_is_answered_with_what_is_left(shelf: Shelf, guest: Api, asked: int) -> None:
    problem = guest.post(
        "/orders", 409, lines=[{"offer": shelf.offer.code, "quantity": asked}], buyer=BUYER
    )

    assert problem["code"] == "stock.short"
    assert problem["errors"][0]["field"] == "lines.0.quantity"
    assert "chỉ còn 20 gói" in problem["errors"][0]["message"]


@pytest.mark.parametrize("payment", ["vietqr", "stripe", "gold"])
def test_a_way_of_paying_we_do_not_have_is_refused_clearly(
    shelf: Shelf, guest: Api, payment: str
) -> None:
    problem = guest.post(
        "/orders",
        422,
        lines=[{"offer": shelf.offer.code, "quantity": 1}],
        buyer=BUYER,
        payment=payment,
    )

    assert [error["code"] for error in problem["errors"]] == ["payment.not_offered"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": [], "buyer": BUYER},
        {"lines": [{"offer": "X", "quantity": 2**70}], "buyer": BUYER},
        {"lines": [{"offer": "X\u0000", "quantity": 1}], "buyer": BUYER},
        {"lines": [{"offer": "X", "quantity": 1, "free": True}], "buyer": BUYER},
        {"lines": "X", "buyer": 3},
        {"lines": [{"offer": "X", "quantity": 1}], "buyer": BUYER | {"phone": "abc"}},
        {"lines": [{"offer": "X", "quantity": 1}] * 200, "buyer": BUYER},
    ],
)
def test_bad_orders_are_refused_naming_the_field(guest: Api, body: dict[str, Any]) -> None:
    problem = guest.post("/orders", 422, **body)

    assert problem["errors"]
    assert all(error.get("field") for error in problem["errors"])


def test_an_agreed_price_is_kept_to(shelf: Shelf, guest: Api) -> None:
    line = {"offer": shelf.offer.code, "quantity": 1, "price_vnd": 1}

    assert guest.post("/orders", 409, lines=[line], buyer=BUYER)["code"] == "offer.price_changed"
    line["price_vnd"] = 185_000
    problem = guest.post("/orders", 409, lines=[line], buyer=BUYER, total_vnd=1)
    assert problem["code"] == "order.total_changed"


def test_the_same_key_makes_one_order(shelf: Shelf, client: FlaskClient) -> None:
    body: dict[str, Any] = {
        "lines": [{"offer": shelf.offer.code, "quantity": 1}],
        "buyer": BUYER,
    }
    headers = {"Idempotency-Key": "order-1"}

    first, second = (client.post("/api/v1/orders", json=body, headers=headers) for _ in range(2))
    other = client.post("/api/v1/orders", json=body | {"payment": "stripe"}, headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert other.status_code in (409, 422)


def test_a_seller_moves_an_order_on(shelf: Shelf, guest: Api, seller: Api) -> None:
    guest.post("/orders", lines=[{"offer": shelf.offer.code, "quantity": 1}], buyer=BUYER)
    code = seller.get("/orders")["items"][0]["code"]

    assert seller.get(f"/orders/{code}")["buyer"]["phone"] == "0912 345 678"
    assert seller.post(f"/orders/{code}/confirm", 200)["orders"][0]["state"] == "confirmed"
    assert seller.post(f"/orders/{code}/ship", 200, waybill="GHN 1")["orders"][0]["waybill"]
    assert seller.post(f"/orders/{code}/deliver", 200)["payment"]["state"] == "collected"
    assert seller.post(f"/orders/{code}/cancel", 409, reason="x")["code"] == "order.state"
    assert seller.get("/orders?state=placed") == {"items": [], "next": None}
    guest.get(f"/orders/{code}", 401)
    guest.post(f"/orders/{code}/confirm", 401)


def test_a_seller_sees_nothing_of_anothers(
    session: Session, client: FlaskClient, shelf: Shelf, guest: Api, seller: Api
) -> None:
    guest.post("/orders", lines=[{"offer": shelf.offer.code, "quantity": 1}], buyer=BUYER)
    code = seller.get("/orders")["items"][0]["code"]
    organisation = make_organisation(session, clock.now())
    stranger = api_of(session, client, make_member(session, organisation, clock.now()))

    assert stranger.get("/orders")["items"] == []
    stranger.get(f"/orders/{code}", 404)
    stranger.get(f"/products/{shelf.product.code}", 404)
    stranger.post("/offers", 404, product=shelf.product.code, price_vnd=1)
    for step, body in (("confirm", {}), ("ship", {}), ("cancel", {"reason": "x"})):
        stranger.post(f"/orders/{code}/{step}", 404, **body)
    stranger.post(f"/orders/{code}/refuse", 404, reason="x", goods="spoiled")


def test_the_document_describes_every_call(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]  # type: ignore[index]

    for path in ("/products", "/products/{code}", "/offers", "/orders", "/orders/{code}/confirm"):
        assert f"/api/v1{path}" in paths
