"""What higher rooms may read of the shop, for figures: sums, each with the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from accounts.models import Organisation
from foundation import clock
from products import facts as product_facts
from products.models import Product
from shop.models import Offer
from shop.order_models import Order, OrderLine
from traceability.ports import OrdersOn


@dataclass(frozen=True)
class Turnover:
    """What sellers of a province turned over in a month; ``month`` is its first day."""

    month: date
    province_code: str
    orders: int
    total_vnd: int


@dataclass(frozen=True)
class Sale:
    """A row behind the turnover: one delivered order."""

    code: str
    organisation: str
    organisation_name: str
    commune_code: str
    province_code: str
    delivered_at: datetime
    items_vnd: int


@dataclass(frozen=True)
class OwnerOnShop:
    """An OCOP owner and how many of its certified products are on sale here (0: none)."""

    organisation_id: int
    organisation: str
    name: str
    commune_code: str
    province_code: str
    certified: int
    on_sale: int


def turnover(
    session: Session, first: date, last: date, *, province_code: str | None = None
) -> list[Turnover]:
    """Online turnover by month and seller's province: goods delivered, delivery fees aside.

    An order counts in the month in which it was delivered (Vietnam's days, both ends included).
    """
    local = cast(Order.delivered_at.op("AT TIME ZONE")("Asia/Ho_Chi_Minh"), Date)
    month = cast(func.date_trunc("month", local), Date)
    statement = (
        select(month, Order.province_code, func.count(), func.sum(Order.items_vnd))
        .where(*_delivered(first, last, province_code))
        .group_by(month, Order.province_code)
        .order_by(month, Order.province_code)
    )
    return [
        Turnover(day, province, orders, int(total))
        for day, province, orders, total in session.execute(statement)
    ]


def sales(
    session: Session, first: date, last: date, *, province_code: str | None = None
) -> list[Sale]:
    """The orders behind the turnover, in the order they were delivered."""
    statement = (
        select(Order, Organisation)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .where(*_delivered(first, last, province_code))
        .order_by(Order.delivered_at, Order.id)
    )
    return [
        Sale(
            code=order.code,
            organisation=seller.code,
            organisation_name=seller.name,
            commune_code=order.commune_code,
            province_code=order.province_code,
            delivered_at=order.delivered_at,
            items_vnd=order.items_vnd,
        )
        for order, seller in session.execute(statement)
        if order.delivered_at is not None
    ]


def ocop_owners(
    session: Session, day: date, *, province_code: str | None = None
) -> list[OwnerOnShop]:
    """Every OCOP owner, and whether it sells here: the rows of ``eco.ocop_channel``.

    An owner counts as selling with at least one certified product on an open offer.
    """
    certified = product_facts.certified_products(day).subquery()
    on_sale = select(Offer.product_id).where(Offer.active.is_(True)).distinct().subquery()
    statement: Select[Organisation, int, int] = (
        select(Organisation, func.count(certified.c.id), func.count(on_sale.c.product_id))
        .join(certified, certified.c.organisation_id == Organisation.id)
        .outerjoin(on_sale, on_sale.c.product_id == certified.c.id)
        .where(Organisation.status == "verified")
        .group_by(Organisation.id)
        .order_by(Organisation.sort_key, Organisation.id)
    )
    if province_code:
        statement = statement.where(Organisation.province_code == province_code)
    return [
        OwnerOnShop(
            owner.id, owner.code, owner.name, owner.commune_code, owner.province_code, has, sells
        )
        for owner, has, sells in session.execute(statement)
    ]


def count_products_on_sale(session: Session) -> int:
    """How many products are for sale (the front page's figure)."""
    statement = (
        select(func.count(Product.id.distinct()))
        .join(Offer, Offer.product_id == Product.id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.active.is_(True), Organisation.status == "verified")
    )
    return session.scalar(statement) or 0


def count_waiting(session: Session, organisation_ids: tuple[int, ...]) -> int:
    """How many orders wait for these sellers to confirm them (the desk's figure)."""
    statement = select(func.count()).where(
        Order.organisation_id.in_(organisation_ids), Order.state == "placed"
    )
    return session.scalar(statement) or 0


def orders_by_day(
    session: Session, product_ids: Sequence[int], first: date, last: date
) -> list[OrdersOn]:
    """Orders of some products by the day they were placed on, those called off aside."""
    day = cast(Order.placed_at.op("AT TIME ZONE")("Asia/Ho_Chi_Minh"), Date)
    statement = (
        select(day, OrderLine.product_id, func.count(Order.id.distinct()))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.product_id.in_(product_ids),
            Order.placed_at >= clock.start_of_day(first),
            Order.placed_at < clock.start_of_day(last + timedelta(days=1)),
            Order.state.not_in(("cancelled", "refused")),
        )
        .group_by(day, OrderLine.product_id)
        .order_by(day, OrderLine.product_id)
    )
    return [OrdersOn(*row) for row in session.execute(statement)]


def _delivered(first: date, last: date, province_code: str | None) -> list[ColumnElement[bool]]:
    conditions = [
        Order.state == "delivered",
        Order.delivered_at >= clock.start_of_day(first),
        Order.delivered_at < clock.start_of_day(last + timedelta(days=1)),
    ]
    if province_code:
        conditions.append(Order.province_code == province_code)
    return conditions
