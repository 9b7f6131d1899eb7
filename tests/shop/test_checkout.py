"""Placing orders."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import ANONYMOUS, SYSTEM
from foundation.errors import Conflict, Invalid
from foundation.models import OutboxMail
from ledger.models import LedgerEntry
from shop import allocation, checkout, offers, terms
from shop.basket import LineWish
from shop.offers import OfferTerms
from shop.order_models import LotAllocation, Order, OrderBuyer, OrderGroup, OrderLine
from shop.terms import Asked
from tests.accounts.factories import actor_of, make_person
from tests.shop.factories import BUYER, make_batch, make_shelf, place, wish
from traceability.handling.models import BatchStock


def taken(session: Session) -> dict[int, Decimal]:
    session.expire_all()
    return dict(session.execute(select(BatchStock.batch_id, BatchStock.taken)).all())


def test_an_order_takes_its_packs_from_the_lot_that_expires_first(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    late = make_batch(session, shelf.product, now, quantity="2", days_left=60)
    soon = make_batch(session, shelf.product, now, quantity="1.5", days_left=20)

    group = place(session, now, (shelf.offer, 5))

    rows = session.scalars(select(LotAllocation).order_by(LotAllocation.id)).all()
    assert [(row.batch_id, row.packs, row.quantity) for row in rows] == [
        (soon.id, 3, Decimal("1.500")),
        (late.id, 2, Decimal("1.000")),
    ]
    assert group.total_vnd == 5 * 185_000
    assert taken(session) == {soon.id: Decimal("1.500"), late.id: Decimal("1.000")}


@pytest.mark.parametrize(
    "lot",
    [*({"state": state} for state in ("held", "open", "recalled", "closed")), {"days_left": -1}],
)
def test_held_unreleased_and_expired_lots_are_never_sold(
    session: Session, now: datetime, lot: dict[str, object]
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now, **lot)  # type: ignore[arg-type]

    with pytest.raises(Conflict) as refused:
        place(session, now, (shelf.offer, 1))

    assert refused.value.code == "stock.short"
    assert refused.value.findings[0].params["left"] == 0


def test_a_lot_counted_in_another_unit_of_the_same_measure_is_sold_too(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    batch = make_batch(session, shelf.product, now, quantity="1500", unit="GRM")

    place(session, now, (shelf.offer, 3))

    assert taken(session) == {batch.id: Decimal("1500.000")}


def test_what_is_short_is_named_for_every_line_and_nothing_is_kept(
    session: Session, now: datetime
) -> None:
    one, two = make_shelf(session, now), make_shelf(session, now)
    make_batch(session, one.product, now, quantity="1")
    make_batch(session, two.product, now, quantity="0.5")

    with pytest.raises(Conflict) as refused, session.begin_nested():
        place(session, now, (one.offer, 3), (two.offer, 2))

    assert [(f.params["left"], f.params["wanted"], f.field) for f in refused.value.findings] == [
        (2, 3, "lines.0.quantity"),
        (1, 2, "lines.1.quantity"),
    ]
    assert session.scalar(select(func.count()).select_from(OrderGroup)) == 0
    assert sum(taken(session).values()) == 0


def test_a_basket_of_two_sellers_becomes_an_order_each(session: Session, now: datetime) -> None:
    one, two = make_shelf(session, now), make_shelf(session, now, price_vnd=40_000)
    make_batch(session, one.product, now)
    make_batch(session, two.product, now)
    asked = Asked(delivery_vnd=30_000, free_from_vnd=300_000)
    terms.put(session, SYSTEM, one.seller.code, asked, now=now)
    terms.put(session, SYSTEM, two.seller.code, asked, now=now)

    group = place(session, now, (one.offer, 2), (two.offer, 1))

    orders = session.scalars(select(Order).order_by(Order.id)).all()
    assert [(o.organisation_id, o.items_vnd, o.delivery_vnd) for o in orders] == [
        (one.seller.id, 370_000, 0),
        (two.seller.id, 40_000, 30_000),
    ]
    assert group.total_vnd == 440_000 == sum(order.total_vnd for order in orders)


def test_another_price_than_the_agreed_one_is_never_charged(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    seen = replace(wish(), lines=(LineWish(shelf.offer.code, 1, agreed_price_vnd=185_000),))
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(190_000), now=now)

    with pytest.raises(Conflict) as refused:
        checkout.place(session, ANONYMOUS, seen, now=now)

    assert refused.value.code == "offer.price_changed"
    assert refused.value.findings[0].params["now_vnd"] == 190_000


def test_a_placed_order_keeps_its_price(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    place(session, now, (shelf.offer, 1))

    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(190_000), now=now)

    assert session.scalars(select(OrderLine.price_vnd)).one() == 185_000


def test_a_delivery_fee_set_meanwhile_is_not_charged_silently(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    terms.put(session, SYSTEM, shelf.seller.code, Asked(delivery_vnd=25_000), now=now)

    with pytest.raises(Conflict) as refused:
        checkout.place(
            session, ANONYMOUS, wish((shelf.offer, 1), agreed_total_vnd=185_000), now=now
        )

    assert refused.value.code == "order.total_changed"


def test_a_form_sent_twice_is_one_order(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    batch = make_batch(session, shelf.product, now)
    basket = wish((shelf.offer, 2), order_key="k1")

    first = checkout.place(session, ANONYMOUS, basket, now=now)
    second = checkout.place(session, ANONYMOUS, basket, now=now)

    assert first.code == second.code
    assert taken(session) == {batch.id: Decimal("1.000")}


def test_everything_wrong_with_the_buyer_is_told_at_once(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    buyer = replace(BUYER, phone="12", email="không có", commune_code="00000")

    with pytest.raises(Invalid) as refused:
        checkout.place(
            session, ANONYMOUS, wish((shelf.offer, 1), buyer=buyer, payment="stripe"), now=now
        )

    assert [finding.code for finding in refused.value.findings] == [
        "buyer.phone",
        "buyer.email",
        "territory.unknown_unit",
        "payment.not_offered",
    ]


def test_offers_that_do_not_exist_or_want_more_are_named(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(1_000, min_quantity=5), now=now)
    lines = (LineWish("CBKHONGCO", 1), LineWish(shelf.offer.code, 2))

    with pytest.raises(Invalid) as refused:
        checkout.place(session, ANONYMOUS, replace(wish(), lines=lines), now=now)

    assert [(f.code, f.field) for f in refused.value.findings] == [
        ("offer.unknown", "lines.0.offer"),
        ("offer.below_minimum", "lines.1.quantity"),
    ]


def test_an_offer_taken_off_the_shelf_is_not_sold(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    offers.update(session, SYSTEM, shelf.offer.code, OfferTerms(1_000, active=False), now=now)

    with pytest.raises(Conflict, match=r"offer\.not_for_sale"):
        place(session, now, (shelf.offer, 1))


def test_a_suspended_seller_sells_nothing(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    shelf.seller.status = "suspended"
    session.flush()

    with pytest.raises(Conflict, match=r"offer\.not_for_sale"):
        place(session, now, (shelf.offer, 1))


def test_a_lapsed_reservation_is_for_sale_again_though_nothing_swept_it(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    batch = make_batch(session, shelf.product, now, quantity="1")
    place(session, now, (shelf.offer, 2))
    later = now + allocation.RESERVED_FOR + timedelta(seconds=1)

    on_sale = allocation.lots_on_sale(session, [shelf.product.id], now=later)
    place(session, later, (shelf.offer, 2))

    assert [lot.free for lot in on_sale] == [Decimal("1.000")]
    assert taken(session) == {batch.id: Decimal("1.000")}
    states = session.scalars(select(LotAllocation.state).order_by(LotAllocation.id)).all()
    assert states == ["released", "reserved"]


def test_the_ledger_knows_the_order_but_not_the_buyer(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)

    group = place(session, now, (shelf.offer, 1))

    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "order.placed")).one()
    order = session.scalars(select(Order)).one()
    assert entry.subject == order.code
    for personal in ("Bình", "0912", "345678", "thôn", group.code):
        assert personal not in str(entry.body)


def test_the_buyer_stands_in_a_row_of_its_own(session: Session, now: datetime) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)

    group = place(session, now, (shelf.offer, 1))

    buyer = session.get_one(OrderBuyer, group.id)
    assert (buyer.name, buyer.phone) == ("Trần Văn Bình", "+84912345678")


def test_a_buyer_with_an_address_gets_a_mail_with_the_secret_link(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now)
    buyer = replace(BUYER, email="binh@vidu.vn")
    actor = actor_of(session, make_person(session, now))

    group = checkout.place(session, actor, wish((shelf.offer, 1), buyer=buyer), now=now)

    mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "binh@vidu.vn")).one()
    assert f"/orders/{group.code}" in (mail.text or "")
    assert group.person_id == actor.person_id


def test_one_telephone_number_does_not_hold_everything_back(
    session: Session, now: datetime
) -> None:
    shelf = make_shelf(session, now)
    make_batch(session, shelf.product, now, quantity="500")
    for _ in range(checkout.MOST_WAITING):
        place(session, now, (shelf.offer, 1))

    with pytest.raises(Conflict, match=r"order\.too_many_waiting"):
        place(session, now, (shelf.offer, 1))
    place(session, now + timedelta(days=4), (shelf.offer, 1))
