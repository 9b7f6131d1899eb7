"""Placing an order: prices frozen, lots reserved, one order per seller, all or nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import people, phone
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes
from foundation.errors import Conflict, Finding, Invalid
from ledger import log
from products.models import Product
from shop import allocation, notices, terms
from shop.lots import Demand
from shop.models import Offer
from shop.order_models import (
    LotAllocation,
    Order,
    OrderBuyer,
    OrderGroup,
    OrderLine,
    OrderStep,
)
from shop.pricing import PricedLine, Terms, seller_total
from territory import units

# Who knows this code sees the order: fifteen characters hold 68 bits.
SECRET_LENGTH = 15
ORDER_LENGTH = 9
ORDER_PREFIX = "DH"
PAYMENTS = ("cod",)

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class LineWish:
    """So many packs of an offer, at the price the buyer saw (None: at the price of now)."""

    offer: str
    quantity: int
    agreed_price_vnd: int | None = None


@dataclass(frozen=True)
class Buyer:
    """Who orders and where it goes; all of it personal."""

    name: str
    phone: str
    address: str
    commune_code: str
    email: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Wish:
    """A reviewed basket. ``order_key`` is the form's own: sent twice, it is one order."""

    lines: Sequence[LineWish]
    buyer: Buyer
    payment: str = "cod"
    order_key: str | None = None
    agreed_total_vnd: int | None = None


@dataclass(frozen=True)
class _Item:
    """A wish beside what it asks for, as offered at this moment."""

    place: int
    wish: LineWish
    offer: Offer
    product: Product
    seller: Organisation


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
    Conflict("stock.short") naming what is left of each line that cannot be served.
    """
    buyer = _read_buyer(session, wish, now)
    group, is_new = _claim(session, actor, wish, now, chance)
    if not is_new:
        return group
    items = _items(session, wish.lines)
    _refuse_changes(items)
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
        raise Conflict("order.total_changed", was=wish.agreed_total_vnd, now=group.total_vnd)
    session.flush()
    notices.order_placed(session, group, placed, buyer)
    return group


def _read_buyer(session: Session, wish: Wish, now: datetime) -> OrderBuyer:
    """Everything that is wrong with what the buyer gave, at once."""
    buyer = wish.buyer
    findings = []
    number = phone.normalise(buyer.phone)
    if number is None:
        findings.append(Finding("buyer.phone", {}, "buyer.phone"))
    email = people.read_email(buyer.email) if buyer.email else None
    if buyer.email and email is None:
        findings.append(Finding("buyer.email", {}, "buyer.email"))
    commune = units.find_unit(session, buyer.commune_code, clock.business_day(now))
    if commune is None or commune.level != "commune":
        findings.append(Finding("buyer.commune", {}, "buyer.commune_code"))
    if wish.payment not in PAYMENTS:
        params = {"payment": wish.payment, "payments": ", ".join(PAYMENTS)}
        findings.append(Finding("payment.not_offered", params, "payment"))
    if not wish.lines:
        findings.append(Finding("order.empty", {}, "lines"))
    if findings or number is None or commune is None:
        raise Invalid(findings)
    return OrderBuyer(
        name=buyer.name,
        phone=number,
        email=email,
        address=buyer.address,
        commune_code=commune.code,
        province_code=commune.province_code,
        note=buyer.note,
    )


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


def _items(session: Session, wishes: Sequence[LineWish]) -> list[_Item]:
    """Each wish with its offer. Raises: Invalid naming every line that asks for nothing known."""
    wanted = {codes.normalise(wish.offer) for wish in wishes}
    rows = session.execute(
        select(Offer, Product, Organisation)
        .join(Product, Product.id == Offer.product_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.code.in_(wanted))
    )
    known = {offer.code: (offer, product, seller) for offer, product, seller in rows}
    findings = []
    items = []
    for place_, wish in enumerate(wishes):
        found = known.get(codes.normalise(wish.offer))
        if found is None:
            asked = {"offer": wish.offer[:20]}
            findings.append(Finding("offer.unknown", asked, f"lines.{place_}.offer"))
            continue
        if wish.quantity < found[0].min_quantity:
            params = {"least": found[0].min_quantity, "name": found[1].name}
            findings.append(Finding("offer.below_minimum", params, f"lines.{place_}.quantity"))
        items.append(_Item(place_, wish, *found))
    if findings:
        raise Invalid(findings)
    return items


def _refuse_changes(items: Sequence[_Item]) -> None:
    """Nobody is charged another price than the one they agreed to."""
    gone = [item for item in items if not (item.offer.active and item.seller.is_verified)]
    if gone:
        raise Conflict(
            "offer.not_for_sale", [_finding("offer.not_for_sale", item) for item in gone]
        )
    changed = [
        item for item in items if item.wish.agreed_price_vnd not in (None, item.offer.price_vnd)
    ]
    if changed:
        raise Conflict(
            "offer.price_changed",
            [
                _finding(
                    "offer.price_changed",
                    item,
                    was=item.wish.agreed_price_vnd,
                    now=item.offer.price_vnd,
                )
                for item in changed
            ],
        )


def _reserve(
    session: Session, items: Sequence[_Item], now: datetime
) -> Mapping[int, Sequence[allocation.Share]]:
    demands = [
        Demand(item.product.id, item.offer.pack_quantity, item.wish.quantity) for item in items
    ]
    allocated = allocation.take(session, demands, now=now)
    if allocated.short:
        findings = [
            _finding("stock.short", items[row], wanted=items[row].wish.quantity, left=left)
            for row, left in allocated.short.items()
        ]
        raise Conflict("stock.short", findings)
    return {item.place: part for item, part in zip(items, allocated.shares, strict=True)}


def _order(
    session: Session,
    actor: Actor,
    group: OrderGroup,
    items: Sequence[_Item],
    asked: Terms,
    now: datetime,
    chance: codes.Chooser,
) -> Order:
    total = seller_total(
        [PricedLine(item.offer.price_vnd, item.wish.quantity) for item in items], asked
    )
    seller = items[0].seller
    order = Order(
        code=ORDER_PREFIX + codes.new_code(ORDER_LENGTH, chance),
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
    item: _Item,
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


def _record(session: Session, order: Order, items: Sequence[_Item], now: datetime) -> None:
    """The order in the ledger: codes and amounts; who bought is nobody's business there."""
    body = {
        "organisation": items[0].seller.code,
        "total_vnd": order.total_vnd,
        "lines": [{"offer": item.offer.code, "quantity": item.wish.quantity} for item in items],
    }
    log.append(session, kind="order.placed", subject=order.code, body=body, now=now)


def _finding(code: str, item: _Item, **params: object) -> Finding:
    named = {"offer": item.offer.code, "name": item.product.name, "pack": item.offer.pack}
    return Finding(code, {**named, **params}, f"lines.{item.place}.quantity")
