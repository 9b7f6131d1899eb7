"""Orders for their seller, made for a telephone: one tap per step."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, config, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Invalid, Refused
from foundation.i18n import _
from shop import fulfilment, order_table, order_views, orders, state_words
from shop.allocation import RESERVED_FOR
from shop.order_views import GroupView
from shop.orders import OrderQuery
from shop.schemas import ExportQuery, OrdersQuery, ReasonInput, RefusalInput, WaybillInput
from traceability.batches import trace_url

blueprint = Blueprint("seller", __name__)

# Orders on one packing list: more than a morning's work.
MOST_PACKED = 200


@blueprint.get("/workspace/orders")
@web.guarded("order.handle")
def list_orders() -> ResponseReturnValue:
    """The seller's orders, the newest first; those to confirm have their button right there."""
    query = inputs.load(OrdersQuery, request.args)
    query.pop("limit")
    actor = current_actor()
    with db.transaction() as session:
        page = orders.list_for_seller(session, actor, OrderQuery(**query))
        deliveries = order_views.deliveries(session, actor, page.items, now=clock.now())
        counts = orders.count_by_state(session, actor)
    return web.render(
        "shop/seller_orders.html",
        page=page,
        deliveries=deliveries,
        counts=counts,
        words=state_words.words(),
        state_options=list(state_words.words().items()),
    )


@blueprint.get("/workspace/orders/export")
@web.guarded("order.handle")
def export_orders() -> ResponseReturnValue:
    """The whole list as a table, a row per line and lot."""
    query = inputs.load(ExportQuery, request.args)
    kind = query.pop("format")
    query.pop("limit")
    # Looks are written down, so these are no mere readings.
    with db.transaction() as session:
        rows = order_table.rows(session, current_actor(), OrderQuery(**query), now=clock.now())
        return table_response(
            order_table.columns(), rows, kind, "don-hang", notes=order_table.notes(clock.today())
        )


@blueprint.get("/workspace/orders/packing")
@web.guarded("order.handle")
def packing_list() -> ResponseReturnValue:
    """What to pack: confirmed orders, the lots to pick, and where each goes; made to be printed."""
    actor = current_actor()
    with db.transaction() as session:
        query = OrderQuery(state="confirmed", size=MOST_PACKED)
        page = orders.list_for_seller(session, actor, query)
        found = list(reversed(page.items))
        views = order_views.views(session, found)
        deliveries = order_views.deliveries(session, actor, found, now=clock.now())
    picks = order_table.picks(views)
    return web.render(
        "shop/packing.html", views=views, deliveries=deliveries, picks=picks, page=page
    )


@blueprint.get("/workspace/orders/<code>")
@web.guarded("order.handle")
def show_order(code: str) -> ResponseReturnValue:
    """One order, with all that is needed to deliver it."""
    with db.transaction() as session:
        view = order_views.view_for_seller(session, current_actor(), code, now=clock.now())
        return _page(view, web.Form())


@blueprint.post("/workspace/orders/<code>/confirm")
@web.guarded("order.handle")
def confirm_order(code: str) -> ResponseReturnValue:
    """Take an order on, from the list or from its page."""
    answer = _act(
        code,
        lambda session: fulfilment.confirm(session, current_actor(), code, now=clock.now()),
        _("Đã xác nhận đơn %(code)s.", code=code),
    )
    if request.form.get("from") == "list" and not isinstance(answer, tuple):
        return redirect(url_for("shop.seller.list_orders"), 303)
    return answer


@blueprint.post("/workspace/orders/<code>/ship")
@web.guarded("order.handle")
def ship_order(code: str) -> ResponseReturnValue:
    """Hand an order over to whoever carries it."""

    def ship(session: Session) -> object:
        waybill = inputs.load(WaybillInput, request.form).get("waybill")
        return fulfilment.ship(session, current_actor(), code, waybill, now=clock.now())

    return _act(code, ship, _("Đã gửi hàng của đơn %(code)s.", code=code))


@blueprint.post("/workspace/orders/<code>/deliver")
@web.guarded("order.handle")
def deliver_order(code: str) -> ResponseReturnValue:
    """Record that the buyer has the goods and paid for them."""
    return _act(
        code,
        lambda session: fulfilment.deliver(session, current_actor(), code, now=clock.now()),
        _("Đã giao đơn %(code)s.", code=code),
    )


@blueprint.post("/workspace/orders/<code>/cancel")
@web.guarded("order.handle")
def cancel_order(code: str) -> ResponseReturnValue:
    """Call an order off."""

    def cancel(session: Session) -> object:
        reason = inputs.load(ReasonInput, request.form)["reason"]
        return fulfilment.cancel(session, current_actor(), code, reason, now=clock.now())

    return _act(code, cancel, _("Đã hủy đơn %(code)s, hàng đã về lại kho.", code=code))


@blueprint.post("/workspace/orders/<code>/refuse")
@web.guarded("order.handle")
def refuse_order(code: str) -> ResponseReturnValue:
    """Record that a parcel came back."""

    def refuse(session: Session) -> object:
        given = inputs.load(RefusalInput, request.form)
        return fulfilment.refuse(
            session, current_actor(), code, given["reason"], given["goods"], now=clock.now()
        )

    return _act(code, refuse, _("Đã ghi đơn %(code)s bị trả về.", code=code))


def _act(code: str, act: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """One step of an order; what stands in its way is told on the order's own page."""
    try:
        with db.transaction() as session:
            act(session)
    except (Invalid, Conflict, Refused) as error:
        with db.transaction() as session:
            view = order_views.view_for_seller(session, current_actor(), code, now=clock.now())
            return _page(view, web.Form.kept(error)), error.status
    web.flash_done(done)
    return redirect(url_for("shop.seller.show_order", code=code), 303)


def _page(view: GroupView, form: web.Form) -> str:
    base_url = config.current().base_url
    urls: dict[int, str] = {
        pick.batch.id: trace_url(pick.batch, base_url).removeprefix(base_url)
        for order in view.orders
        for line in order.lines
        for pick in line.lots
    }
    part = view.orders[0]
    return web.render(
        "shop/seller_order.html",
        view=view,
        part=part,
        urls=urls,
        form=form,
        until=part.order.placed_at + RESERVED_FOR,
        words=state_words.words(),
        way=state_words.way(part),
    )
