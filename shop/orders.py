"""Orders: who may see them, and what is shown of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, codes, paging
from foundation.errors import NotFound
from foundation.paging import Page
from shop.order_models import (
    Order,
    OrderGroup,
)

ORDER_PREFIX = "DH"
# The check character and eight drawn ones behind the prefix; a secret code is longer.
ORDER_CODE_LENGTH = 11
STATES = ("placed", "confirmed", "shipped", "delivered", "cancelled", "refused")


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


def get_order(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Order:
    """An order for its seller. Raises: Unauthenticated, Forbidden, NotFound.

    With ``lock`` nobody else moves it on meanwhile.
    """
    # Asked first: whoever handles no orders at all does not learn which numbers are in use.
    permissions.require(actor, "order.handle")
    statement = select(Order).where(Order.code == codes.normalise(code))
    order = session.scalar(statement.with_for_update() if lock else statement)
    if order is None:
        raise NotFound
    permissions.require(actor, "order.handle", order)
    return order


def is_seller_code(code: str) -> bool:
    """Whether a code is one seller's order's (they know it), not a checkout's secret one."""
    typed = codes.normalise(code)
    return typed.startswith(ORDER_PREFIX) and len(typed) == ORDER_CODE_LENGTH


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


def count_by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many of the orders an actor handles stand in each state."""
    statement = select(Order.state, func.count()).where(_handled_by(actor)).group_by(Order.state)
    return dict(session.execute(statement).all())


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
