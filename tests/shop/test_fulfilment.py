"""An order's way from placed to delivered, and its ways out."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.permissions import ANONYMOUS, Actor
from foundation.errors import Conflict, NotFound, Refused, Unauthenticated
from foundation.models import OutboxMail
from ledger.models import LedgerEntry
from shop import allocation, checkout, fulfilment, order_views, orders
from shop.order_models import LotAllocation, Order, OrderGroup, OrderStep
from shop.orders import OrderQuery
from tests.accounts.factories import make_member, make_official
from tests.shop.factories import BUYER, Shelf, make_batch, make_shelf, place, wish
from traceability.handling.models import BatchStock


@pytest.fixture
def shelf(session: Session, now: datetime) -> Shelf:
    return make_shelf(session, now)


@pytest.fixture
def seller(session: Session, now: datetime, shelf: Shelf) -> Actor:
    return make_member(session, shelf.seller, now, role="seller")


def ordered(session: Session, group: OrderGroup) -> Order:
    return session.scalars(select(Order).where(Order.group_id == group.id)).one()


def taken(session: Session, batch_id: int) -> Decimal:
    session.expire_all()
    return session.get_one(BatchStock, batch_id).taken


def test_an_order_goes_from_placed_to_delivered(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    batch = make_batch(session, shelf.product, now)
    group = place(session, now, (shelf.offer, 2))
    code = ordered(session, group).code

    fulfilment.confirm(session, seller, code, now=now)
    fulfilment.ship(session, seller, code, "GHN 12345", now=now)
    order = fulfilment.deliver(session, seller, code, now=now)

    assert (order.state, order.waybill, order.delivered_at) == ("delivered", "GHN 12345", now)
    assert session.scalars(select(LotAllocation.state)).all() == ["committed"]
    assert taken(session, batch.id) == Decimal("1.000")
    steps = session.scalars(select(OrderStep.state).order_by(OrderStep.id)).all()
    assert steps == ["placed", "confirmed", "shipped", "delivered"]
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.subject == code)).all()
    assert sorted(kinds) == [
        "order.confirmed",
        "order.delivered",
        "order.placed",
        "order.shipped",
    ]
    view = order_views.view_for_buyer(session, group.code, now=now)
    assert view.payment_state == "collected"


@pytest.mark.parametrize("step", ["ship", "deliver", "refuse"])
def test_no_step_is_skipped(
    session: Session, now: datetime, shelf: Shelf, seller: Actor, step: str
) -> None:
    make_batch(session, shelf.product, now)
    code = ordered(session, place(session, now, (shelf.offer, 1))).code
    acts = {
        "ship": lambda: fulfilment.ship(session, seller, code, None, now=now),
        "deliver": lambda: fulfilment.deliver(session, seller, code, now=now),
        "refuse": lambda: fulfilment.refuse(session, seller, code, "…", "spoiled", now=now),
    }

    with pytest.raises(Conflict, match=r"order\.state"):
        acts[step]()


def test_a_cancelled_order_gives_its_goods_back_at_once(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    batch = make_batch(session, shelf.product, now)
    order = ordered(session, place(session, now, (shelf.offer, 3)))
    fulfilment.confirm(session, seller, order.code, now=now)

    fulfilment.cancel(session, seller, order.code, "xe hỏng", now=now)

    assert taken(session, batch.id) == 0
    with pytest.raises(Conflict, match=r"order\.state"):
        fulfilment.cancel(session, seller, order.code, "lần nữa", now=now)
    assert taken(session, batch.id) == 0


def test_the_buyer_may_cancel_until_the_seller_confirmed(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    batch = make_batch(session, shelf.product, now)
    first, second = (place(session, now, (shelf.offer, 1)) for _ in range(2))
    confirmed = ordered(session, second).code
    fulfilment.confirm(session, seller, confirmed, now=now)

    code = ordered(session, first).code
    assert fulfilment.cancel_as_buyer(session, first.code, code, now=now).state == "cancelled"

    assert taken(session, batch.id) == Decimal("0.500")
    with pytest.raises(Conflict, match=r"order\.state"):
        fulfilment.cancel_as_buyer(session, second.code, confirmed, now=now)
    with pytest.raises(NotFound):
        fulfilment.cancel_as_buyer(session, first.code, confirmed, now=now)


@pytest.mark.parametrize(("goods", "left"), [("resellable", "0"), ("spoiled", "1.000")])
def test_a_refused_parcel_is_restocked_only_when_it_can_be_sold_again(
    session: Session, now: datetime, shelf: Shelf, seller: Actor, goods: str, left: str
) -> None:
    batch = make_batch(session, shelf.product, now)
    code = ordered(session, place(session, now, (shelf.offer, 2))).code
    fulfilment.confirm(session, seller, code, now=now)
    fulfilment.ship(session, seller, code, None, now=now)

    fulfilment.refuse(session, seller, code, "không nghe máy", goods, now=now)  # type: ignore[arg-type]

    assert taken(session, batch.id) == Decimal(left)


def test_a_late_confirmation_takes_what_is_still_there(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    batch = make_batch(session, shelf.product, now, quantity="2")
    code = ordered(session, place(session, now, (shelf.offer, 2))).code
    later = now + allocation.RESERVED_FOR + timedelta(hours=1)
    place(session, later, (shelf.offer, 1))

    fulfilment.confirm(session, seller, code, now=later)

    assert taken(session, batch.id) == Decimal("1.500")
    with pytest.raises(Conflict, match=r"stock\.short"):
        place(session, later, (shelf.offer, 2))


def test_a_late_confirmation_is_refused_when_others_bought_the_goods(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    make_batch(session, shelf.product, now, quantity="1")
    code = ordered(session, place(session, now, (shelf.offer, 2))).code
    later = now + allocation.RESERVED_FOR + timedelta(hours=1)
    place(session, later, (shelf.offer, 1))

    with pytest.raises(Conflict) as refused:
        fulfilment.confirm(session, seller, code, now=later)

    assert refused.value.findings[0].params["left"] == 1


def test_a_lot_held_before_confirmation_is_replaced_by_another(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    held = make_batch(session, shelf.product, now, quantity="1", days_left=10)
    other = make_batch(session, shelf.product, now, quantity="1", days_left=50)
    group = place(session, now, (shelf.offer, 2))
    held.state = "held"
    session.flush()

    fulfilment.confirm(session, seller, ordered(session, group).code, now=now)

    view = order_views.view_for_buyer(session, group.code, now=now)
    assert [pick.batch.id for pick in view.orders[0].lines[0].lots] == [other.id]
    assert taken(session, held.id) == 0


def test_nothing_of_a_held_lot_leaves(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    batch = make_batch(session, shelf.product, now)
    code = ordered(session, place(session, now, (shelf.offer, 1))).code
    fulfilment.confirm(session, seller, code, now=now)
    batch.state = "held"
    session.flush()

    with pytest.raises(Refused, match=r"order\.lot_held"):
        fulfilment.ship(session, seller, code, None, now=now)


def test_a_seller_knows_nothing_of_anothers_orders(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    other = make_shelf(session, now)
    make_batch(session, other.product, now)
    make_batch(session, shelf.product, now)
    code = ordered(session, place(session, now, (other.offer, 1))).code
    mine = ordered(session, place(session, now, (shelf.offer, 1)))

    with pytest.raises(NotFound):
        order_views.view_for_seller(session, seller, code, now=now)
    with pytest.raises(NotFound):
        fulfilment.confirm(session, seller, code, now=now)
    with pytest.raises(Unauthenticated):
        orders.get_order(session, ANONYMOUS, code)
    page = orders.list_for_seller(session, seller, OrderQuery())
    assert [order.id for order in page.items] == [mine.id]


def test_a_basket_of_two_sellers_shows_each_only_their_part(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    other = make_shelf(session, now)
    make_batch(session, other.product, now)
    make_batch(session, shelf.product, now)
    group = place(session, now, (shelf.offer, 1), (other.offer, 1))
    code = session.scalars(select(Order.code).where(Order.organisation_id == shelf.seller.id)).one()

    view = order_views.view_for_seller(session, seller, code, now=now)

    assert [order.seller.id for order in view.orders] == [shelf.seller.id]
    assert view.code == code != group.code


def test_who_knows_the_secret_sees_the_order_but_not_the_whole_number(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    make_batch(session, shelf.product, now)
    group = place(session, now, (shelf.offer, 1))

    guest = order_views.view_for_buyer(session, group.code.lower(), now=now)
    own = order_views.view_for_seller(session, seller, ordered(session, group).code, now=now)

    assert guest.delivery is not None
    assert own.delivery is not None
    assert "345" not in guest.delivery.phone
    assert guest.delivery.address == "12 thôn …"
    assert own.delivery.phone == "0912 345 678"
    with pytest.raises(NotFound):
        order_views.view_for_buyer(session, group.code[:-1] + "2", now=now)


def test_an_erased_buyer_leaves_the_order_standing(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    make_batch(session, shelf.product, now)
    group = place(session, now, (shelf.offer, 1))
    view = order_views.view_for_buyer(session, group.code, now=now)
    assert view.delivery is not None

    session.execute(OrderGroup.metadata.tables["order_buyers"].delete())
    session.expire_all()

    assert order_views.view_for_buyer(session, group.code, now=now).delivery is None
    fulfilment.confirm(session, seller, ordered(session, group).code, now=now)


def test_the_seller_is_told_of_a_new_order(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    make_batch(session, shelf.product, now)

    order = ordered(session, place(session, now, (shelf.offer, 1)))

    mails = session.scalars(select(OutboxMail.subject)).all()
    assert mails == [f"Đơn hàng mới {order.code}"]


def test_each_is_told_in_their_own_language(
    session: Session, now: datetime, shelf: Shelf, seller: Actor
) -> None:
    make_batch(session, shelf.product, now)
    buyer = replace(BUYER, email="buyer@example.org")
    basket = replace(wish((shelf.offer, 1), buyer=buyer), language="en")

    group = checkout.place(session, ANONYMOUS, basket, now=now)
    fulfilment.confirm(session, seller, ordered(session, group).code, now=now)

    mails = {
        mail.subject.split()[0]: mail.recipient for mail in session.scalars(select(OutboxMail))
    }
    assert mails["We"] == mails["Order"] == "buyer@example.org"
    assert mails["Đơn"] != "buyer@example.org"


def test_who_looks_at_anothers_buyers_is_written_down(
    session: Session, shelf: Shelf, seller: Actor, now: datetime
) -> None:
    make_batch(session, shelf.product, now)
    order = ordered(session, place(session, now, (shelf.offer, 1)))
    admin = make_official(session, now, role="admin")

    for actor in (seller, admin):
        order_views.view_for_seller(session, actor, order.code, now=now)
        order_views.deliveries(session, actor, [order], now=now)

    session.flush()
    looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "order.buyers_seen"))
    assert [(look.person_id, look.subject) for look in looks] == [(admin.person_id, order.code)] * 2
