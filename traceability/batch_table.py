"""Batches as a table, with what there is of each; and the words for origins and movements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import paging, quantity
from foundation.i18n import N_, _, get_language, vn_date
from foundation.paging import Page
from foundation.tables import Cell, Column, Notes
from traceability import batches
from traceability.batches import BatchFilter
from traceability.handling import stock
from traceability.models import Batch
from traceability.scan import telling

_ORIGINS = {
    "harvest": N_("Từ vùng trồng"),
    "purchase": N_("Mua ngoài"),
    "batches": N_("Từ lô khác"),
    "none": N_("Không từ vùng trồng (thủ công, dịch vụ)"),
}
_MOVEMENTS = {
    "split": N_("Tách lô"),
    "merge": N_("Gộp lô"),
    "process": N_("Chế biến"),
    "pack": N_("Đóng gói, xếp kiện"),
    "ship": N_("Xuất kho"),
    "receive": N_("Nhận hàng"),
    "waste": N_("Hao hụt, tiêu hủy"),
    "stocktake": N_("Kiểm kê"),
    "return": N_("Hàng về lại kho"),
    "undo": N_("Hủy việc ghi nhầm"),
}


def origin_name(origin: str) -> str:
    """Where a batch's goods come from, in the reader's language."""
    return _(_ORIGINS.get(origin, origin))


def movement_name(kind: str) -> str:
    """What moved a batch's stock, in the reader's language."""
    return _(_MOVEMENTS.get(kind, kind))


def columns() -> list[Column]:
    """A row per batch."""
    return [
        Column("code", "Mã truy xuất"),
        Column("lot", "Mã lô"),
        Column("product", "Sản phẩm"),
        Column("organisation", "Đơn vị"),
        Column("origin", "Nguồn gốc (mã)"),
        Column("origin_name", "Nguồn gốc"),
        Column("areas", "Vùng trồng"),
        Column("produced_on", "Ngày sản xuất", "date"),
        Column("harvested_on", "Ngày thu hoạch", "date"),
        Column("packed_on", "Ngày đóng gói", "date"),
        Column("expires_on", "Hạn sử dụng", "date"),
        Column("quantity", "Sản lượng lúc mở", "decimal"),
        Column("there", "Còn trong kho", "decimal"),
        Column("promised", "Đã hứa bán", "decimal"),
        Column("free", "Dùng được", "decimal"),
        Column("unit", "Đơn vị tính (mã)"),
        Column("unit_name", "Đơn vị tính"),
        Column("state", "Trạng thái (mã)"),
        Column("state_name", "Trạng thái"),
    ]


def notes(today: date) -> Notes:
    """What the table is."""
    return Notes(
        "Lô sản xuất",
        (
            f"Lấy ngày {vn_date(today)}.",
            "Vùng chưa được cấp mã ghi tên vùng kèm chữ: chưa có mã.",
        ),
    )


def rows(session: Session, actor: Actor, wanted: BatchFilter) -> Iterator[Sequence[Cell]]:
    """Every batch of a list, page by page, so that memory does not grow with their number."""

    def ask(cursor: str | None, size: int) -> Page[Batch]:
        return batches.list_batches(session, actor, wanted, cursor=cursor, size=size)

    for page in paging.pages(ask):
        shelves = stock.shelves_of(session, [batch.id for batch in page.items])
        for batch in page.items:
            yield _row(batch, shelves[batch.id])


def _row(batch: Batch, shelf: stock.Shelf) -> Sequence[Cell]:
    areas = [area.code or f"{area.name} (chưa có mã)" for area in batch.areas]
    return [
        batch.code,
        batch.lot,
        batch.product.name,
        batch.organisation.name,
        batch.origin,
        origin_name(batch.origin),
        "; ".join(areas),
        batch.produced_on,
        batch.harvested_on,
        batch.packed_on,
        batch.expires_on,
        batch.quantity,
        shelf.there,
        shelf.promised,
        shelf.free,
        batch.unit,
        quantity.get_unit(batch.unit).symbol(get_language()),
        batch.state,
        telling.state_name(batch.state),
    ]
