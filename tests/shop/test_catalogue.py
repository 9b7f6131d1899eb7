"""Finding what is for sale."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from shop import catalogue, offers
from shop.catalogue import Wish
from shop.offers import OfferTerms
from tests.products.factories import give_stars
from tests.shop.factories import make_batch, make_shelf

DAY = date(2026, 11, 21)


def names(session: Session, now: datetime, **wish: object) -> list[str]:
    page = catalogue.list_cards(session, Wish(**wish), now=now)  # type: ignore[arg-type]
    return [card.product.name for card in page.items]


@pytest.mark.parametrize("typed", ["ca phe", "cà phê", "CA PHÊ", "cà ph", "ca phe truong son"])
def test_words_are_found_with_and_without_their_marks(
    session: Session, now: datetime, typed: str
) -> None:
    make_shelf(session, now, name="Cà phê bột Trường Sơn")
    make_shelf(session, now, name="Mật ong rừng")

    assert names(session, now, q=typed) == ["Cà phê bột Trường Sơn"]


def test_what_is_spelled_as_typed_ranks_first(session: Session, now: datetime) -> None:
    for name in ("Đường phèn", "Dương xỉ", "Đương quy"):
        make_shelf(session, now, name=name)

    assert names(session, now, q="đương")[0] == "Đương quy"
    assert names(session, now, q="dương")[0] == "Dương xỉ"
    assert len(names(session, now, q="duong")) == 3


def test_nothing_typed_in_the_box_is_an_operator(session: Session, now: datetime) -> None:
    make_shelf(session, now)

    for typed in ("' & | ! :* ()", "a'b", "\\", "<->", "💩", "🍵 cà"):
        names(session, now, q=typed)


def test_a_maker_and_a_commune_are_found_too(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)

    assert names(session, now, q="ve giang") == [shelf.product.name]
    assert names(session, now, q=shelf.seller.name) == [shelf.product.name]


def test_facets_narrow_by_group_stars_province_and_maker(session: Session, now: datetime) -> None:
    tea = make_shelf(session, now, name="Chè dây", ocop_group="drinks.soft")
    make_shelf(session, now, name="Gạo nếp", ocop_group="food")
    give_stars(session, tea.product, 4, date(2025, 1, 1), now=now)

    assert names(session, now, group="drinks") == ["Chè dây"]
    assert names(session, now, stars=4) == ["Chè dây"]
    assert names(session, now, stars=5) == []
    assert names(session, now, province="51", sort="name") == ["Chè dây", "Gạo nếp"]
    assert names(session, now, province="01") == []
    assert names(session, now, seller=tea.seller.slug) == ["Chè dây"]
    counted = {f.code: f.products for f in catalogue.group_facets(session, "")}
    assert counted == {"food": 1, "drinks": 1}


def test_stars_show_only_while_their_certificate_runs(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    give_stars(session, shelf.product, 4, date(2023, 11, 20), now=now)

    on_last_day = catalogue.list_cards(session, Wish(), now=now - timedelta(days=1))
    day_after = catalogue.list_cards(session, Wish(), now=now)

    assert on_last_day.items[0].stars == 4
    assert day_after.items[0].stars is None


def test_two_stars_are_no_mark(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    give_stars(session, shelf.product, 2, date(2026, 1, 1), now=now)

    assert catalogue.list_cards(session, Wish(), now=now).items[0].stars is None


def test_prices_sort_both_ways_and_pages_follow_on(session: Session, now: datetime) -> None:
    for price in (30_000, 10_000, 20_000):
        make_shelf(session, now, price_vnd=price, name=f"Hàng {price}")

    first = catalogue.list_cards(session, Wish(sort="price", size=2), now=now)
    second = catalogue.list_cards(
        session, Wish(sort="price", size=2, cursor=first.next_cursor), now=now
    )

    shown = [card.offer.price_vnd for card in (*first.items, *second.items)]
    assert (shown, first.total, second.next_cursor) == ([10_000, 20_000, 30_000], 3, None)
    assert names(session, now, sort="-price")[0] == "Hàng 30000"


def test_a_search_pages_through_every_match_once(session: Session, now: datetime) -> None:
    for number in range(5):
        make_shelf(session, now, name=f"Trà số {number}")
    found: list[str] = []
    cursor = None
    while True:
        page = catalogue.list_cards(session, Wish(q="tra", size=2, cursor=cursor), now=now)
        found += [card.product.name for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(found) == [f"Trà số {number}" for number in range(5)]


def test_a_product_with_two_packs_is_one_card_at_its_lowest_price(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now, price_vnd=185_000)
    offers.create(session, SYSTEM, shelf.product.code, OfferTerms(99_000, "250 g"), now=now)

    page = catalogue.list_cards(session, Wish(), now=now)

    assert [(c.offer.price_vnd, c.offers, c.is_in_stock) for c in page.items] == [
        (99_000, 2, False)
    ]


def test_offers_switched_off_and_of_suspended_sellers_are_not_shown(
    session: Session, now: datetime
) -> None:
    off, suspended = make_shelf(session, now), make_shelf(session, now)
    offers.update(session, SYSTEM, off.offer.code, OfferTerms(1, active=False), now=now)
    suspended.seller.status = "suspended"
    session.flush()

    assert names(session, now) == []
    assert catalogue.list_offers(session, Wish(), now=now).items == []


def test_what_is_left_is_told_in_whole_packs(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now, quantity="1.9")

    described = catalogue.describe(session, [shelf.offer], now=now)

    assert described[0].packs_left == 3
