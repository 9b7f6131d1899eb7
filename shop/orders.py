"""Orders: who may see them, and what is shown of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from accounts import permissions, phone
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes, paging
from foundation.errors import NotFound
from foundation.paging import Page
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

STATES = ("placed", "confirmed", "shipped", "delivered", "cancelled", "refused")
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
    """A line with the lots it is served from."""

    line: OrderLine
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


@dataclass(frozen=True)
class GroupView:
    """A checkout laid out; ``delivery`` is None when the buyer's data were erased."""

    group: OrderGroup
    orders: Sequence[OrderView]
    delivery: Delivery | None


@dataclass(frozen=True)
class OrderQuery:
    """The filters of a seller's list: state, words of the code, days placed (Vietnam's)."""

    state: str = ""
    code: str = ""
    placed_from: date | None = None
    placed_to: date | None = None
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def get_group(session: Session, code: str) -> OrderGroup:
    """The checkout of a secret code. Raises: NotFound, the same for every wrong code."""
    group = session.scalar(select(OrderGroup).where(OrderGroup.code == codes.normalise(code)))
    if group is None:
        raise NotFound
    return group


def view_for_buyer(session: Session, code: str, *, now: datetime) -> GroupView:
    """What whoever knows the secret code sees: everything but the whole telephone number."""
    group = get_group(session, code)
    orders = session.scalars(
        select(Order).where(Order.group_id == group.id).order_by(Order.id)
    ).all()
    views = _views(session, orders)
    return GroupView(group, views, _delivery(session, group.id, now, is_masked=True))


def get_order(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Order:
    """An order for its seller. Raises: Unauthenticated, Forbidden, NotFound.

    With ``lock`` nobody else moves it on meanwhile.
    """
    statement = select(Order).where(Order.code == codes.normalise(code))
    order = session.scalar(statement.with_for_update() if lock else statement)
    if order is None:
        raise NotFound
    permissions.require(actor, "order.handle", order)
    return order


def view_for_seller(session: Session, actor: Actor, code: str, *, now: datetime) -> GroupView:
    """A seller's own order, with all that is needed to deliver it. Raises: NotFound."""
    order = get_order(session, actor, code)
    group = session.get_one(OrderGroup, order.group_id)
    delivery = _delivery(session, group.id, now, is_masked=False)
    return GroupView(group, _views(session, [order]), delivery)


def list_for_seller(session: Session, actor: Actor, query: OrderQuery) -> Page[Order]:
    """The orders an actor handles, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "order.handle")
    return paging.fetch(
        session,
        selection(actor, query),
        [Order.id],
        cursor=query.cursor,
        size=query.size,
        descending=True,
    )


def selection(actor: Actor, query: OrderQuery) -> Select[Order]:
    """The orders of a list, unordered (exports read the same ones)."""
    statement = select(Order).where(_handled_by(actor))
    if query.state:
        statement = statement.where(Order.state == query.state)
    if query.code:
        typed = codes.normalise(query.code)
        statement = statement.where(Order.code.contains(typed, autoescape=True))
    if query.placed_from:
        statement = statement.where(Order.placed_at >= clock.start_of_day(query.placed_from))
    if query.placed_to:
        statement = statement.where(Order.placed_at < _day_after(query.placed_to))
    return statement


def views(session: Session, orders: Sequence[Order]) -> list[OrderView]:
    """Many orders laid out at once (packing lists, exports)."""
    return _views(session, orders)


def deliveries(session: Session, orders: Iterable[Order], *, now: datetime) -> dict[int, Delivery]:
    """Where each order goes, by its group, for the seller; erased buyers are left out."""
    group_ids = {order.group_id for order in orders}
    buyers = session.scalars(select(OrderBuyer).where(OrderBuyer.group_id.in_(group_ids))).all()
    labels = units.labels(
        session, {buyer.commune_code for buyer in buyers}, clock.business_day(now)
    )
    return {
        buyer.group_id: _shown(buyer, labels.get(buyer.commune_code, ""), is_masked=False)
        for buyer in buyers
    }


def list_of_buyer(session: Session, actor: Actor, *, cursor: str | None = None) -> Page[OrderGroup]:
    """The checkouts of whoever is signed in, the newest first."""
    mine = select(OrderGroup).where(OrderGroup.person_id == actor.person_id)
    return paging.fetch(session, mine, [OrderGroup.id], cursor=cursor, descending=True)


def orders_of_groups(session: Session, group_ids: Iterable[int]) -> dict[int, list[Order]]:
    """The orders of several checkouts."""
    found: dict[int, list[Order]] = {}
    statement = select(Order).where(Order.group_id.in_(list(group_ids))).order_by(Order.id)
    for order in session.scalars(statement):
        found.setdefault(order.group_id, []).append(order)
    return found


def _day_after(day: date) -> datetime:
    return clock.start_of_day(day) + timedelta(days=1)


def _handled_by(actor: Actor) -> ColumnElement[bool]:
    if actor.system or actor.has_role("admin"):
        return true()
    return Order.organisation_id.in_(actor.organisation_ids("manager", "seller"))


def _views(session: Session, orders: Sequence[Order]) -> list[OrderView]:
    ids = [order.id for order in orders]
    lines: dict[int, list[LineView]] = {}
    picks = _picks(session, ids)
    for line in session.scalars(
        select(OrderLine).where(OrderLine.order_id.in_(ids)).order_by(OrderLine.id)
    ):
        lines.setdefault(line.order_id, []).append(LineView(line, picks.get(line.id, [])))
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
