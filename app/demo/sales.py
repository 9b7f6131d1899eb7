"""The story's orders: placed by guests, confirmed, shipped, delivered, one refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import ANONYMOUS, Actor
from products.models import Product
from shop import checkout, fulfilment
from shop.basket import Buyer, LineWish, Wish
from shop.models import Offer
from shop.order_models import Order, OrderGroup

_STEPS = {"placed": 0, "confirmed": 1, "shipped": 2, "delivered": 3, "refused": 3}


def tell(
    session: Session,
    story: dict[str, Any],
    found: dict[str, Organisation],
    managers: dict[str, Actor],
    *,
    now: datetime,
) -> None:
    """Every order of the story, unless there are orders already."""
    if session.scalar(select(func.count()).select_from(Order)):
        return
    offers = _offers(session, story, found)
    for entry in story["orders"]:
        placed_at = now - timedelta(days=entry["days"])
        buyer = dict(story["buyers"][entry["buyer"]])
        buyer["commune_code"] = buyer.pop("commune")
        lines = [
            LineWish(offer=offers[key, product].code, quantity=quantity)
            for key, product, quantity in entry["lines"]
        ]
        wish = Wish(lines=lines, buyer=Buyer(**buyer))
        group = checkout.place(session, ANONYMOUS, wish, now=placed_at)
        for order in _orders(session, group):
            key = next(k for k, o in found.items() if o.id == order.organisation_id)
            _move(session, managers[key], order, entry["end"], placed_at, now)


def _orders(session: Session, group: OrderGroup) -> list[Order]:
    found = session.scalars(select(Order).where(Order.group_id == group.id).order_by(Order.id))
    return list(found)


def _offers(
    session: Session, story: dict[str, Any], found: dict[str, Organisation]
) -> dict[tuple[str, str], Offer]:
    by_name = {
        (product.organisation_id, product.name): offer
        for offer, product in session.execute(
            select(Offer, Product).join(Product, Product.id == Offer.product_id)
        )
    }
    return {
        (part["key"], entry["key"]): by_name[found[part["key"]].id, entry["name"]]
        for part in story["organisations"]
        for entry in part["products"]
    }


def _move(
    session: Session, manager: Actor, order: Order, end: str, placed_at: datetime, now: datetime
) -> None:
    steps = _STEPS[end]
    if steps >= 1:
        fulfilment.confirm(session, manager, order.code, now=placed_at + timedelta(hours=4))
    if steps >= 2:
        shipped_at = min(placed_at + timedelta(days=1), now)
        fulfilment.ship(session, manager, order.code, None, now=shipped_at)
    if end == "delivered":
        delivered_at = min(placed_at + timedelta(days=3), now)
        fulfilment.deliver(session, manager, order.code, now=delivered_at)
    if end == "refused":
        refused_at = min(placed_at + timedelta(days=4), now)
        fulfilment.refuse(
            session, manager, order.code, "Khách vắng nhà", "resellable", now=refused_at
        )
