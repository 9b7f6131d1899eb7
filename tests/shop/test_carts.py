"""Carts: kept between pages, tabs and sign-ins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import ANONYMOUS, SYSTEM, Actor
from foundation import db
from foundation.errors import Invalid, NotFound, Refused
from shop import cart_content, carts, offers, terms
from shop.models import Cart, CartLine
from shop.offers import OfferTerms
from shop.terms import Asked
from tests.accounts.factories import actor_of, make_person
from tests.shop.factories import Shelf, make_batch, make_shelf


@pytest.fixture
def shelf(session: Session, now: datetime) -> Shelf:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    return shelf


@pytest.fixture
def mai(session: Session, now: datetime) -> Actor:
    return actor_of(session, make_person(session, now, name="Mai"))


def packs(session: Session, token: str | None, actor: Actor = ANONYMOUS) -> int:
    return carts.count_packs(session, carts.find_cart(session, token, actor))


def test_a_guest_fills_one_cart_by_its_token(session: Session, now: datetime, shelf: Shelf) -> None:
    token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 2, now=now)

    again = carts.add(session, ANONYMOUS, token, shelf.offer.code, 1, now=now)

    assert (again, packs(session, token)) == (token, 3)
    assert packs(session, "another") == 0
    assert token not in str(session.scalars(select(Cart.token_hash)).all())


def test_who_signs_in_keeps_both_carts(
    session: Session, now: datetime, shelf: Shelf, mai: Actor
) -> None:
    other = make_shelf(session, now)
    carts.add(session, mai, None, other.offer.code, 5, now=now)
    carts.add(session, mai, None, shelf.offer.code, 5, now=now)
    token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 1, now=now)

    carts.add(session, mai, token, shelf.offer.code, 1, now=now)

    # What the guest chose just now counts; what only the older cart held joins it.
    lines = dict(session.execute(select(CartLine.offer_id, CartLine.quantity)).all())
    assert lines == {shelf.offer.id: 2, other.offer.id: 5}
    assert session.scalar(select(func.count()).select_from(Cart)) == 1
    assert packs(session, None, mai) == 7


def test_after_signing_out_the_next_person_sees_an_empty_cart_and_gets_their_own(
    session: Session, now: datetime, shelf: Shelf, mai: Actor
) -> None:
    token = carts.add(session, mai, None, shelf.offer.code, 4, now=now)
    assert packs(session, token) == 0

    fresh = carts.add(session, ANONYMOUS, token, shelf.offer.code, 1, now=now)

    assert fresh != token
    assert packs(session, fresh) == 1
    assert packs(session, token, mai) == 4


def test_a_line_is_set_and_taken_out(session: Session, now: datetime, shelf: Shelf) -> None:
    token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 2, now=now)
    cart = carts.find_cart(session, token, ANONYMOUS)
    assert cart is not None

    carts.set_quantity(session, cart, shelf.offer.code, 7)
    assert packs(session, token) == 7
    carts.take_out(session, cart, [(shelf.offer.code, 5)])
    assert packs(session, token) == 2
    carts.set_quantity(session, cart, shelf.offer.code, 0)
    assert packs(session, token) == 0
    with pytest.raises(NotFound):
        carts.set_quantity(session, cart, "KHONGCO", 1)
    with pytest.raises(Invalid):
        carts.set_quantity(session, cart, shelf.offer.code, 10**6)


def test_the_content_names_what_stands_in_the_way(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 21, now=now)
    cart = carts.find_cart(session, token, ANONYMOUS)
    assert cart is not None

    def fault() -> str | None:
        session.expire_all()
        return cart_content.content(session, cart, now=now).lines[0].fault

    assert fault() == "stock.short"
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(185_000, min_quantity=22), now=now)
    assert fault() == "offer.below_minimum"
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(1, active=False), now=now)
    assert fault() == "offer.not_for_sale"
    with pytest.raises(Refused, match=r"offer\.not_for_sale"):
        carts.add(session, ANONYMOUS, token, shelf.offer.code, 1, now=now)


def test_delivery_is_counted_per_seller(session: Session, now: datetime, shelf: Shelf) -> None:
    other = make_shelf(session, now, price_vnd=50_000)
    asked = Asked(30_000, free_from_vnd=100_000)
    for each in (shelf, other):
        terms.put(session, SYSTEM, each.seller.code, asked, now=now)
    token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 1, now=now)
    carts.add(session, ANONYMOUS, token, other.offer.code, 1, now=now)

    content = cart_content.content(session, carts.find_cart(session, token, ANONYMOUS), now=now)

    assert sorted(p.total.delivery_vnd for p in content.parcels) == [0, 30_000]
    assert content.total_vnd == 185_000 + 50_000 + 30_000
    assert {p.missing_for_free_delivery for p in content.parcels} == {0, 50_000}


def test_many_tabs_adding_at_once_all_count(own_database: db.Database, now: datetime) -> None:
    with db.transaction() as session:
        shelf = make_shelf(session, now)
        token = carts.add(session, ANONYMOUS, None, shelf.offer.code, 1, now=now)

    def add(_: int) -> str:
        with db.transaction() as session:
            return carts.add(session, ANONYMOUS, token, shelf.offer.code, 1, now=now)

    with ThreadPoolExecutor(12) as pool:
        tokens = set(pool.map(add, range(24)))

    with db.reading() as session:
        assert (tokens, packs(session, token)) == ({token}, 25)


def test_a_first_click_sent_twice_makes_one_cart(own_database: db.Database, now: datetime) -> None:
    with db.transaction() as session:
        shelf = make_shelf(session, now)
    token = carts.new_token()

    def add(_: int) -> str:
        with db.transaction() as session:
            return carts.add(session, ANONYMOUS, token, shelf.offer.code, 1, now=now)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(add, range(8))) == {token}

    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Cart)) == 1
        assert packs(session, token) == 8
