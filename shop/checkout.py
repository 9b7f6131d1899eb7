"""Placing an order: prices frozen, lots reserved, one order per seller, all or nothing."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict
from ledger import log
from shop import allocation, basket, notices, terms
from shop.basket import Item, Wish, finding_of
from shop.lots import Demand
from shop.order_models import (
    LotAllocation,
    Order,
    OrderBuyer,
    OrderGroup,
    OrderLine,
    OrderStep,
)
from shop.orders import ORDER_CODE_LENGTH, ORDER_PREFIX
from shop.pricing import PricedLine, Terms, seller_total

# Who knows this code sees the order: fifteen characters hold 68 bits.
SECRET_LENGTH = 15
# Orders cost nothing to place and keep goods from others until they lapse: so many may wait for
# their sellers' word under one telephone number.
MOST_WAITING = 20

_CHANCE = secrets.SystemRandom()


def place(
    session: Session,
    actor: Actor,
    wish: Wish,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> OrderGroup:
    """Place an order, guest or not.

    Raises: Invalid (buyer, unknown offers), Conflict("offer.price_changed"),
    Conflict("order.total_changed"), Conflict("offer.not_for_sale"),
    Conflict("stock.short") naming what is left of each line that cannot be served,
    Conflict("order.too_many_waiting").
    """
    buyer = basket.read_buyer(session, wish, now)
    group, is_new = _claim(session, actor, wish, now, chance)
    if not is_new:
        return group
    _refuse_flood(session, buyer.phone, now)
    items = basket.read_items(session, wish.lines)
    basket.refuse_changes(items)
    asked = terms.of_sellers(session, {item.seller.id for item in items})
    shares = _reserve(session, items, now)
    session.add(_buyer_row(group, buyer))
    placed: list[Order] = []
    for seller_id in sorted(asked):
        mine = [item for item in items if item.seller.id == seller_id]
        order = _order(session, actor, group, mine, asked[seller_id], now, chance)
        for item in mine:
            _line(session, order, item, shares[item.place], now)
        _record(session, order, mine, now)
        placed.append(order)
    group.total_vnd = sum(order.total_vnd for order in placed)
    if wish.agreed_total_vnd is not None and group.total_vnd != wish.agreed_total_vnd:
        raise Conflict(
            "order.total_changed", was_vnd=wish.agreed_total_vnd, now_vnd=group.total_vnd
        )
    session.flush()
    notices.order_placed(session, group, placed, buyer)
    return group


def _buyer_row(group: OrderGroup, buyer: OrderBuyer) -> OrderBuyer:
    buyer.group_id = group.id
    return buyer


def _claim(
    session: Session, actor: Actor, wish: Wish, now: datetime, chance: codes.Chooser
) -> tuple[OrderGroup, bool]:
    """A group of its own for this form, or the one its first sending made.

    The unique key makes a second sending wait for the first one's end.
    """
    made = session.scalar(
        insert(OrderGroup)
        .values(
            code=codes.new_code(SECRET_LENGTH, chance),
            order_key=wish.order_key,
            person_id=actor.person_id,
            payment=wish.payment,
            language=wish.language,
            total_vnd=0,
            placed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["order_key"])
        .returning(OrderGroup)
    )
    if made is not None:
        return made, True
    first = session.scalars(select(OrderGroup).where(OrderGroup.order_key == wish.order_key)).one()
    return first, False


def _refuse_flood(session: Session, phone: str, now: datetime) -> None:
    waiting = session.scalar(
        select(func.count())
        .select_from(Order)
        .join(OrderBuyer, OrderBuyer.group_id == Order.group_id)
        .where(
            OrderBuyer.phone == phone,
            Order.state == "placed",
            Order.placed_at > now - allocation.RESERVED_FOR,
        )
    )
    if (waiting or 0) >= MOST_WAITING:
        raise Conflict("order.too_many_waiting", most=MOST_WAITING)


def _reserve(
    session: Session, items: Sequence[Item], now: datetime
) -> Mapping[int, Sequence[allocation.Share]]:
    demands = [
        Demand(item.product.id, item.offer.pack_quantity, item.wish.quantity) for item in items
    ]
    allocated = allocation.take(session, demands, now=now)
    if allocated.short:
        findings = [
            finding_of("stock.short", items[row], wanted=items[row].wish.quantity, left=left)
            for row, left in allocated.short.items()
        ]
        raise Conflict("stock.short", findings)
    return {item.place: part for item, part in zip(items, allocated.shares, strict=True)}


def _order(
    session: Session,
    actor: Actor,
    group: OrderGroup,
    items: Sequence[Item],
    asked: Terms,
    now: datetime,
    chance: codes.Chooser,
) -> Order:
    total = seller_total(
        [PricedLine(item.offer.price_vnd, item.wish.quantity) for item in items], asked
    )
    seller = items[0].seller
    order = Order(
        code=ORDER_PREFIX + codes.new_code(ORDER_CODE_LENGTH - len(ORDER_PREFIX), chance),
        group_id=group.id,
        organisation_id=seller.id,
        person_id=actor.person_id,
        commune_code=seller.commune_code,
        province_code=seller.province_code,
        state="placed",
        items_vnd=total.items_vnd,
        delivery_vnd=total.delivery_vnd,
        total_vnd=total.total_vnd,
        placed_at=now,
    )
    session.add(order)
    session.flush()
    session.add(OrderStep(order_id=order.id, state="placed", happened_at=now))
    return order


def _line(
    session: Session,
    order: Order,
    item: Item,
    shares: Sequence[allocation.Share],
    now: datetime,
) -> None:
    line = OrderLine(
        order_id=order.id,
        offer_id=item.offer.id,
        product_id=item.product.id,
        product_name=item.product.name,
        pack=item.offer.pack,
        pack_quantity=item.offer.pack_quantity,
        unit=item.product.unit,
        price_vnd=item.offer.price_vnd,
        quantity=item.wish.quantity,
        total_vnd=item.offer.price_vnd * item.wish.quantity,
    )
    session.add(line)
    session.flush()
    session.add_all(reservations(line, shares, now))


def reservations(
    line: OrderLine, shares: Sequence[allocation.Share], now: datetime
) -> list[LotAllocation]:
    """The rows that hold a line's packs until its seller confirms."""
    return [
        LotAllocation(
            line_id=line.id,
            batch_id=share.batch_id,
            packs=share.packs,
            quantity=share.quantity,
            state="reserved",
            expires_at=now + allocation.RESERVED_FOR,
        )
        for share in shares
    ]


def _record(session: Session, order: Order, items: Sequence[Item], now: datetime) -> None:
    """The order in the ledger: codes and amounts; who bought is nobody's business there."""
    body = {
        "organisation": items[0].seller.code,
        "total_vnd": order.total_vnd,
        "lines": [{"offer": item.offer.code, "quantity": item.wish.quantity} for item in items],
    }
    log.append(session, kind="order.placed", subject=order.code, body=body, now=now)
