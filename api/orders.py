"""Orders for programs: placing them as a buyer, handling them as a seller."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, config, db, web
from foundation.i18n import get_language
from shop import checkout, fulfilment, order_views, orders
from shop.basket import Buyer, LineWish, Wish
from shop.order_views import GroupView, OrderView
from shop.orders import OrderQuery
from shop.schemas import (
    OrderInput,
    OrderSchema,
    OrdersQuery,
    ReasonInput,
    RefusalInput,
    SellerOrderListSchema,
    WaybillInput,
)
from traceability.batches import trace_url

blueprint = Blueprint("api_orders", __name__, url_prefix="/api/v1", description="Orders")


@blueprint.post("/orders")
@web.public
@blueprint.arguments(OrderInput)
@blueprint.made_at(OrderSchema, "/orders/{code}")
def place_order(given: dict[str, Any]) -> dict[str, Any]:
    """Order, with an account or without.

    Prices are frozen and lots reserved, earliest expiry first; not enough of something answers
    409 `stock.short` naming what is left. The answer's `code` is a secret: whoever knows it sees
    the order. A line's `price_vnd` and the order's `total_vnd` are what the buyer agreed to.
    """
    now = clock.now()
    wish = Wish(
        lines=tuple(
            LineWish(line["offer"], line["quantity"], line.get("price_vnd"))
            for line in given["lines"]
        ),
        buyer=Buyer(**given["buyer"]),
        payment=given["payment"],
        agreed_total_vnd=given.get("total_vnd"),
        language=get_language(),
    )
    with db.transaction() as session:
        group = checkout.place(session, current_actor(), wish, now=now)
        return _json(order_views.view_for_buyer(session, group.code, now=now))


@blueprint.get("/orders")
@web.guarded("order.handle")
@blueprint.arguments(OrdersQuery, location="query")
@blueprint.response(200, SellerOrderListSchema)
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The orders of the caller's shops, the newest first."""
    size = query.pop("limit")
    with db.reading() as session:
        page = orders.list_for_seller(session, current_actor(), OrderQuery(**query, size=size))
        views = order_views.views(session, page.items)
        return {"items": [_order_json(view) for view in views], "next": page.next_cursor}


@blueprint.get("/orders/<code>")
@web.public
@blueprint.response(200, OrderSchema)
def get_order(code: str) -> dict[str, Any]:
    """An order by its secret code (telephone and address veiled), or a seller's own order."""
    actor, now = current_actor(), clock.now()
    if orders.is_seller_code(code):
        with db.transaction() as session:
            return _json(order_views.view_for_seller(session, actor, code, now=now))
    with db.reading() as session:
        return _json(order_views.view_for_buyer(session, code, now=now))


@blueprint.post("/orders/<code>/confirm")
@web.guarded("order.handle")
@blueprint.response(200, OrderSchema)
def confirm_order(code: str) -> dict[str, Any]:
    """Take an order on; its lots are its own from now on."""
    with db.transaction() as session:
        fulfilment.confirm(session, current_actor(), code, now=clock.now())
        return _json(order_views.view_for_seller(session, current_actor(), code, now=clock.now()))


@blueprint.post("/orders/<code>/ship")
@web.guarded("order.handle")
@blueprint.arguments(WaybillInput)
@blueprint.response(200, OrderSchema)
def ship_order(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Hand an order over to whoever carries it."""
    with db.transaction() as session:
        fulfilment.ship(session, current_actor(), code, given.get("waybill"), now=clock.now())
        return _json(order_views.view_for_seller(session, current_actor(), code, now=clock.now()))


@blueprint.post("/orders/<code>/deliver")
@web.guarded("order.handle")
@blueprint.response(200, OrderSchema)
def deliver_order(code: str) -> dict[str, Any]:
    """Record that the buyer has the goods."""
    with db.transaction() as session:
        fulfilment.deliver(session, current_actor(), code, now=clock.now())
        return _json(order_views.view_for_seller(session, current_actor(), code, now=clock.now()))


@blueprint.post("/orders/<code>/cancel")
@web.guarded("order.handle")
@blueprint.arguments(ReasonInput)
@blueprint.response(200, OrderSchema)
def cancel_order(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Call an order off; its goods go back to stock at once."""
    with db.transaction() as session:
        fulfilment.cancel(session, current_actor(), code, given["reason"], now=clock.now())
        return _json(order_views.view_for_seller(session, current_actor(), code, now=clock.now()))


@blueprint.post("/orders/<code>/refuse")
@web.guarded("order.handle")
@blueprint.arguments(RefusalInput)
@blueprint.response(200, OrderSchema)
def refuse_order(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Record that the buyer did not take the parcel and that it is back."""
    with db.transaction() as session:
        fulfilment.refuse(
            session, current_actor(), code, given["reason"], given["goods"], now=clock.now()
        )
        return _json(order_views.view_for_seller(session, current_actor(), code, now=clock.now()))


def _json(view: GroupView) -> dict[str, Any]:
    delivery = view.delivery
    return {
        "code": view.code,
        "total_vnd": view.total_vnd,
        "placed_at": view.group.placed_at,
        "payment": {"method": view.group.payment, "state": view.payment_state},
        "orders": [_order_json(order) for order in view.orders],
        "lines": [line for order in view.orders for line in _lines_json(order)],
        "buyer": None if delivery is None else vars(delivery),
    }


def _order_json(view: OrderView) -> dict[str, Any]:
    order = view.order
    return {
        "code": order.code,
        "seller": view.seller.code,
        "seller_name": view.seller.name,
        "state": order.state,
        "items_vnd": order.items_vnd,
        "delivery_vnd": order.delivery_vnd,
        "total_vnd": order.total_vnd,
        "waybill": order.waybill,
        "placed_at": order.placed_at,
        "delivered_at": order.delivered_at,
    }


def _lines_json(view: OrderView) -> list[dict[str, Any]]:
    base_url = config.current().base_url
    return [
        {
            "offer": row.offer.code,
            "product": row.product.code,
            "name": row.line.product_name,
            "pack": row.line.pack,
            "price_vnd": row.line.price_vnd,
            "quantity": row.line.quantity,
            "total_vnd": row.line.total_vnd,
            "lots": [
                {
                    "batch": pick.batch.code,
                    "lot": pick.batch.lot,
                    "packs": pick.packs,
                    "expires_on": pick.batch.expires_on,
                    "trace_url": trace_url(pick.batch, base_url),
                }
                for pick in row.lots
            ],
        }
        for row in view.lines
    ]
