"""Orders as a table, and what to pick for a packing list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import paging
from foundation.i18n import vn_date
from foundation.paging import Page
from foundation.tables import Cell, Column, Notes
from shop import order_views, orders, state_words
from shop.order_models import Order
from shop.order_views import OrderView
from shop.orders import OrderQuery


@dataclass(frozen=True)
class Pick:
    """So many packs to fetch from one lot."""

    product: str
    pack: str
    lot: str
    expires_on: date | None
    packs: int


def columns() -> list[Column]:
    """A row per line and lot of an order."""
    return [
        Column("order", "Mã đơn"),
        Column("placed_at", "Ngày đặt", "datetime"),
        Column("state", "Trạng thái (mã)"),
        Column("state_name", "Trạng thái"),
        Column("buyer", "Người mua"),
        Column("phone", "Điện thoại"),
        Column("address", "Địa chỉ"),
        Column("place", "Xã, phường"),
        Column("product", "Sản phẩm"),
        Column("pack", "Gói"),
        Column("price_vnd", "Đơn giá", "money"),
        Column("lot", "Lô"),
        Column("packs", "Số gói", "integer"),
        Column("order_total_vnd", "Tổng đơn", "money"),
        Column("waybill", "Vận đơn"),
    ]


def notes(today: date) -> Notes:
    """What the table is."""
    return Notes(
        "Đơn hàng",
        (
            f"Lấy ngày {vn_date(today)}.",
            "Mỗi dòng là một mặt hàng lấy từ một lô; tổng đơn lặp lại ở mọi dòng của đơn.",
            "Bảng có tên, số điện thoại và địa chỉ người mua: chỉ dùng để giao hàng.",
        ),
    )


def rows(
    session: Session, actor: Actor, query: OrderQuery, *, now: datetime
) -> Iterator[Sequence[Cell]]:
    """Every order of a list, page by page, so that memory does not grow with their number."""

    def ask(cursor: str | None, size: int) -> Page[Order]:
        return orders.list_for_seller(session, actor, replace(query, cursor=cursor, size=size))

    for page in paging.pages(ask):
        deliveries = order_views.deliveries(session, actor, page.items, now=now)
        for view in order_views.views(session, page.items):
            yield from _order_rows(view, deliveries.get(view.order.group_id))


def picks(views: Sequence[OrderView]) -> list[Pick]:
    """What to fetch for all of these orders together, lot by lot."""
    found: dict[tuple[str, str, str], Pick] = {}
    for view in views:
        for row in view.lines:
            for pick in row.lots:
                key = (row.line.product_name, row.line.pack, pick.batch.lot)
                had = found[key].packs if key in found else 0
                found[key] = Pick(*key, pick.batch.expires_on, had + pick.packs)
    return [found[key] for key in sorted(found)]


def _order_rows(view: OrderView, delivery: order_views.Delivery | None) -> Iterator[Sequence[Cell]]:
    order = view.order
    head: list[Cell] = [order.code, order.placed_at, order.state, state_words.words()[order.state]]
    to: list[Cell] = [None] * 4
    if delivery is not None:
        to = [delivery.name, delivery.phone, delivery.address, delivery.place]
    for row in view.lines:
        what: list[Cell] = [row.line.product_name, row.line.pack, row.line.price_vnd]
        end: list[Cell] = [order.total_vnd, order.waybill]
        if not row.lots:
            yield [*head, *to, *what, None, row.line.quantity, *end]
        for pick in row.lots:
            yield [*head, *to, *what, pick.batch.lot, pick.packs, *end]
