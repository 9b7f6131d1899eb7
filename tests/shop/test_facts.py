"""Figures of the shop, each with the rows behind it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from shop import facts, fulfilment, offers, trace_offers
from shop.offers import OfferTerms
from shop.order_models import Order
from tests.products.factories import give_stars
from tests.shop.factories import Shelf, make_batch, make_shelf, place

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def delivered(session: Session, shelf: Shelf, at: datetime, packs: int = 1) -> None:
    group = place(session, at, (shelf.offer, packs))
    code = session.scalars(select(Order.code).where(Order.group_id == group.id)).one()
    fulfilment.confirm(session, SYSTEM, code, now=at)
    fulfilment.ship(session, SYSTEM, code, None, now=at)
    fulfilment.deliver(session, SYSTEM, code, now=at)


def test_turnover_counts_delivered_goods_in_vietnams_months(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now, quantity="50")
    delivered(session, shelf, now, 2)
    delivered(session, shelf, datetime(2026, 11, 30, 16, 59, tzinfo=UTC))
    delivered(session, shelf, datetime(2026, 11, 30, 17, 0, tzinfo=UTC))
    place(session, now, (shelf.offer, 5))

    november = facts.turnover(session, *NOVEMBER)
    both = facts.turnover(session, date(2026, 11, 1), date(2026, 12, 31), province_code="51")
    rows = facts.sales(session, *NOVEMBER)

    assert [(t.month, t.province_code, t.orders, t.total_vnd) for t in november] == [
        (date(2026, 11, 1), "51", 2, 555_000)
    ]
    assert [t.total_vnd for t in both] == [555_000, 185_000]
    assert sum(row.items_vnd for row in rows) == 555_000
    assert facts.turnover(session, *NOVEMBER, province_code="01") == []


def test_an_ocop_owner_counts_as_selling_with_a_certified_product_on_offer(
    session: Session, now: datetime
) -> None:
    sells, rests, plain = (make_shelf(session, now) for _ in range(3))
    for shelf in (sells, rests):
        give_stars(session, shelf.product, 3, date(2026, 1, 1), now=now)
    offers.update(session, SYSTEM, rests.offer.code, OfferTerms(1, active=False), now=now)
    # A second pack of one product is not a second product.
    offers.create(session, SYSTEM, sells.product.code, OfferTerms(9, "1 kg"), now=now)

    owners = facts.ocop_owners(session, date(2026, 11, 21))

    counted = {row.organisation_id: (row.certified, row.on_sale) for row in owners}
    assert counted == {sells.seller.id: (1, 1), rests.seller.id: (1, 0)}
    assert plain.seller.id not in counted
    assert facts.ocop_owners(session, date(2026, 11, 21), province_code="01") == []
    assert facts.count_products_on_sale(session) == 2


def test_orders_that_wait_are_counted_for_their_seller(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    place(session, now, (shelf.offer, 1))

    assert facts.count_waiting(session, (shelf.seller.id,)) == 1
    assert facts.count_waiting(session, ()) == 0


def test_a_scan_page_learns_where_the_goods_can_be_bought(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    assert trace_offers.where_to_buy(session, shelf.product.id, now) == []
    make_batch(session, shelf.product, now, days_left=1)

    places = trace_offers.where_to_buy(session, shelf.product.id, now)

    assert [(p.label, p.href, p.price_vnd) for p in places] == [
        ("500 g", f"/products/{shelf.product.slug}", 185_000)
    ]
    assert trace_offers.where_to_buy(session, shelf.product.id, now + timedelta(days=3)) == []
    assert trace_offers.where_to_buy(session, 10**9, now) == ()
