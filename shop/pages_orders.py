"""A buyer's order by its secret address, and the orders of whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, config, db, inputs, web
from foundation.errors import Conflict
from foundation.i18n import _
from shop import fulfilment, order_views, orders, state_words
from shop.schemas import MineQuery
from traceability.batches import trace_url

blueprint = Blueprint("orders", __name__)


@blueprint.get("/orders")
@web.signed_in
def list_orders() -> ResponseReturnValue:
    """What I ordered, the newest first."""
    cursor = inputs.load(MineQuery, request.args).get("cursor")
    with db.reading() as session:
        page = orders.list_of_buyer(session, current_actor(), cursor=cursor)
        parts = orders.orders_of_groups(session, [group.id for group in page.items])
    return web.render("shop/my_orders.html", page=page, parts=parts, words=state_words.words())


@blueprint.get("/orders/<code>")
@web.public
def show_order(code: str) -> ResponseReturnValue:
    """The order of a secret code: how far it is, which lots, what to pay."""
    with db.reading() as session:
        view = order_views.view_for_buyer(session, code, now=clock.now())
        base_url = config.current().base_url
        urls = {
            pick.batch.id: trace_url(pick.batch, base_url).removeprefix(base_url)
            for order in view.orders
            for line in order.lines
            for pick in line.lots
        }
    page = web.render(
        "shop/order.html",
        view=view,
        urls=urls,
        words=state_words.words(),
        ways={part.order.id: state_words.way(part) for part in view.orders},
    )
    response = make_response(page)
    # The address is the key: it must not lie in caches or travel on in a Referer.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/orders/<code>/cancel/<order>")
@web.public
def cancel_order(code: str, order: str) -> ResponseReturnValue:
    """Call a seller's part off, until they have confirmed it."""
    try:
        with db.transaction() as session:
            fulfilment.cancel_as_buyer(session, code, order, now=clock.now())
    except Conflict:
        web.flash_done(_("Người bán đã xác nhận đơn này, hãy gọi cho người bán để hủy."))
    else:
        web.flash_done(_("Đã hủy đơn hàng."))
    return redirect(url_for("shop.orders.show_order", code=code), 303)
