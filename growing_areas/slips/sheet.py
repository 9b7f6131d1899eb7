"""Buying slips as a sheet: one row a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foundation.tables import Cell, Column
from growing_areas.slips.listing import SlipLine

COLUMNS = (
    Column("number", "Số phiếu", "integer"),
    Column("year", "Năm", "integer"),
    Column("bought_on", "Ngày", "date"),
    Column("area_code", "Mã số vùng"),
    Column("area_name", "Vùng"),
    Column("parcels", "Thửa"),
    Column("seller", "Hộ, bên bán"),
    Column("buyer", "Người mua"),
    Column("grade", "Phẩm cấp"),
    Column("quantity", "Số lượng", "decimal"),
    Column("unit", "Đơn vị"),
    Column("price_vnd", "Đơn giá", "money"),
    Column("price_unit", "Giá cho một"),
    Column("amount_vnd", "Thành tiền", "money"),
    Column("early", "Thu hoạch trong thời gian cách ly", "boolean"),
    Column("entry", "Dòng nhật ký", "integer"),
    Column("recorded_at", "Ghi lúc", "datetime"),
)


def rows(lines: Iterable[SlipLine]) -> Iterator[list[Cell]]:
    """Slips as rows; names only where the reader may have them."""
    for line in lines:
        slip = line.slip
        yield [
            slip.number, slip.year, slip.bought_on, line.area.code, line.area.name,
            ", ".join(line.parcels), line.seller, line.buyer, slip.grade, slip.quantity,
            slip.unit, slip.price_vnd, slip.price_unit, slip.amount_vnd, slip.is_early,
            slip.entry_id, slip.recorded_at,
        ]  # fmt: skip
