"""An order laid out for its readers: lines, lots, steps, and where it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from accounts import audit, phone
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from products.models import Product
from shop import orders as register
from shop.models import Offer
from shop.order_models import (
    LotAllocation,
    Order,
    OrderBuyer,
    OrderGroup,
    OrderLine,
    OrderStep,
)
from territory import units
from traceability.models import Batch

UNDER_WAY = ("confirmed", "shipped")
# Allocations of these states stand for goods that went, or are to go, to the buyer.
LIVE = ("reserved", "committed", "spoiled")


@dataclass(frozen=True)
class LotPick:
    """Packs of a line that come from one lot."""

    batch: Batch
    packs: int
    state: str


@dataclass(frozen=True)
class LineView:
    """A line with what was offered and the lots it is served from."""

    line: OrderLine
    offer: Offer
    product: Product
    lots: Sequence[LotPick]


@dataclass(frozen=True)
class Delivery:
    """Where an order goes, as its reader may know it."""

    name: str
    phone: str
    email: str | None
    address: str
    place: str
    note: str | None


@dataclass(frozen=True)
class OrderView:
    """One seller's order laid out."""

    order: Order
    seller: Organisation
    lines: Sequence[LineView]
    steps: Sequence[OrderStep]

    @property
    def due_vnd(self) -> int:
        """What is still to be collected at the door."""
        return self.order.total_vnd if self.order.state in ("placed", *UNDER_WAY) else 0


@dataclass(frozen=True)
class GroupView:
    """A checkout, or one seller's part of it, laid out.

    ``code`` is the secret one for a buyer and the order's own for its seller; ``delivery`` is
    None when the buyer's data were erased.
    """

    code: str
    group: OrderGroup
    orders: Sequence[OrderView]
    delivery: Delivery | None

    @property
    def total_vnd(self) -> int:
        return sum(view.order.total_vnd for view in self.orders)

    @property
    def payment_state(self) -> str:
        """Cash on delivery is collected with the last parcel that is taken."""
        states = {view.order.state for view in self.orders} - {"cancelled", "refused"}
        if not states:
            return "void"
        return "collected" if states == {"delivered"} else "due"


def view_for_buyer(session: Session, code: str, *, now: datetime) -> GroupView:
    """What whoever knows the secret code sees: everything but the whole telephone number."""
    group = register.get_group(session, code)
    orders = session.scalars(
        select(Order).where(Order.group_id == group.id).order_by(Order.id)
    ).all()
    laid_out = views(session, orders)
    return GroupView(group.code, group, laid_out, _delivery(session, group.id, now, is_masked=True))


def view_for_seller(session: Session, actor: Actor, code: str, *, now: datetime) -> GroupView:
    """A seller's own order, with all that is needed to deliver it. Raises: NotFound.

    Whoever looks at another's order (an admin may) is written down.
    """
    order = register.get_order(session, actor, code)
    _note_look(session, actor, [order], now)
    group = session.get_one(OrderGroup, order.group_id)
    delivery = _delivery(session, group.id, now, is_masked=False)
    return GroupView(order.code, group, views(session, [order]), delivery)


def deliveries(
    session: Session, actor: Actor, orders: Sequence[Order], *, now: datetime
) -> dict[int, Delivery]:
    """Where each order goes, by its group, for the seller; erased buyers are left out.

    Whoever looks at others' orders (an admin may) is written down.
    """
    _note_look(session, actor, orders, now)
    group_ids = {order.group_id for order in orders}
    buyers = session.scalars(select(OrderBuyer).where(OrderBuyer.group_id.in_(group_ids))).all()
    labels = units.labels(
        session, {buyer.commune_code for buyer in buyers}, clock.business_day(now)
    )
    return {
        buyer.group_id: _shown(buyer, labels.get(buyer.commune_code, ""), is_masked=False)
        for buyer in buyers
    }


def _note_look(session: Session, actor: Actor, orders: Sequence[Order], now: datetime) -> None:
    own = actor.organisation_ids("manager", "seller")
    others = [order.code for order in orders if order.organisation_id not in own]
    if others and not actor.system:
        subject = others[0] if len(others) == 1 else "orders"
        told = {"orders": others}
        audit.record(session, actor, "order.buyers_seen", subject, now=now, details=told)


def views(session: Session, orders: Sequence[Order]) -> list[OrderView]:
    """Orders laid out, in their order and in a fixed number of statements."""
    ids = [order.id for order in orders]
    lines: dict[int, list[LineView]] = {}
    picks = _picks(session, ids)
    for line, offer, product in session.execute(
        select(OrderLine, Offer, Product)
        .join(Offer, Offer.id == OrderLine.offer_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.order_id.in_(ids))
        .order_by(OrderLine.id)
    ):
        view = LineView(line, offer, product, picks.get(line.id, []))
        lines.setdefault(line.order_id, []).append(view)
    steps: dict[int, list[OrderStep]] = {}
    for step in session.scalars(
        select(OrderStep).where(OrderStep.order_id.in_(ids)).order_by(OrderStep.id)
    ):
        steps.setdefault(step.order_id, []).append(step)
    sellers = {
        seller.id: seller
        for seller in session.scalars(
            select(Organisation).where(Organisation.id.in_({o.organisation_id for o in orders}))
        )
    }
    return [
        OrderView(
            order,
            sellers[order.organisation_id],
            lines.get(order.id, []),
            steps.get(order.id, []),
        )
        for order in orders
    ]


def _picks(session: Session, order_ids: Sequence[int]) -> dict[int, list[LotPick]]:
    """The lots behind each line; of an order that came to nothing, those it would have had."""
    statement = (
        select(LotAllocation, Batch)
        .join(OrderLine, OrderLine.id == LotAllocation.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Batch, Batch.id == LotAllocation.batch_id)
        .where(
            Order.id.in_(order_ids),
            or_(LotAllocation.state.in_(LIVE), Order.state.in_(("cancelled", "refused"))),
        )
        .order_by(LotAllocation.id)
        .options(joinedload(Batch.product))
    )
    picks: dict[int, list[LotPick]] = {}
    for allocation, batch in session.execute(statement):
        pick = LotPick(batch, allocation.packs, allocation.state)
        picks.setdefault(allocation.line_id, []).append(pick)
    return picks


def _delivery(
    session: Session, group_id: int, now: datetime, *, is_masked: bool
) -> Delivery | None:
    buyer = session.get(OrderBuyer, group_id)
    if buyer is None:
        return None
    labels = units.labels(session, {buyer.commune_code}, clock.business_day(now))
    return _shown(buyer, labels.get(buyer.commune_code, ""), is_masked=is_masked)


def _shown(buyer: OrderBuyer, place: str, *, is_masked: bool) -> Delivery:
    if is_masked:
        return Delivery(
            name=buyer.name,
            phone=phone.masked(buyer.phone),
            email=None,
            address=_veiled(buyer.address),
            place=place,
            note=buyer.note,
        )
    return Delivery(
        buyer.name, phone.spoken(buyer.phone), buyer.email, buyer.address, place, buyer.note
    )


def _veiled(address: str) -> str:
    """Enough of an address for its owner to know it: the first words of it."""
    words = address.split()
    return address if len(words) <= 2 else " ".join(words[:2]) + " …"
