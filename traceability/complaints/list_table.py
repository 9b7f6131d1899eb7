"""Complaints as a table, one row each, without what is their senders'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from foundation.tables import Cell, Column
from traceability.complaints import listing, names
from traceability.complaints.listing import Listed, Wish

COLUMNS = (
    Column("id", "Số", "integer"),
    Column("kind", "Loại (mã)"),
    Column("kind_name", "Loại"),
    Column("state", "Trạng thái (mã)"),
    Column("state_name", "Trạng thái"),
    Column("batch", "Mã truy xuất"),
    Column("lot", "Mã lô"),
    Column("serial", "Mã tem"),
    Column("product", "Sản phẩm"),
    Column("organisation", "Đơn vị"),
    Column("commune", "Xã (mã)"),
    Column("province", "Tỉnh (mã)"),
    Column("bought_in", "Mua ở tỉnh (mã)"),
    Column("filed_at", "Gửi lúc", "datetime"),
    Column("seen_at", "Xem lúc", "datetime"),
    Column("answered_at", "Trả lời lúc", "datetime"),
    Column("referred_at", "Chuyển tiếp lúc", "datetime"),
    Column("closed_at", "Khép lại lúc", "datetime"),
)


def rows(session: Session, actor: Actor, wish: Wish) -> Iterator[Sequence[Cell]]:
    """Every complaint a reader is concerned by, page by page. Raises: Forbidden."""

    def ask(cursor: str | None, size: int) -> Page[Listed]:
        return listing.list_complaints(session, actor, wish, cursor=cursor, size=size)

    for page in paging.pages(ask):
        for each in page.items:
            yield _row(each)


def _row(each: Listed) -> Sequence[Cell]:
    row = each.row
    return [
        row.id,
        row.kind,
        names.kind(row.kind),
        row.state,
        names.state(row.state),
        each.batch,
        each.lot,
        each.serial,
        each.product,
        each.organisation,
        row.commune_code,
        row.province_code,
        row.bought_in,
        row.filed_at,
        row.seen_at,
        row.answered_at,
        row.referred_at,
        row.closed_at,
    ]
