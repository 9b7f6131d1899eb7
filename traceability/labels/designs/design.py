"""What a label design says: its facts in their order, its words, its type, its colours. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from foundation.i18n import N_
from traceability.labels.colours import BLACK, WHITE, Colours
from traceability.labels.typesetting import LARGEST_TITLE_PT, SMALLEST_TYPE_PT, Setting

FACTS: dict[str, str] = {
    "lot": N_("Mã lô"),
    "produced_on": N_("Ngày sản xuất"),
    "harvested_on": N_("Ngày thu hoạch"),
    "packed_on": N_("Ngày đóng gói"),
    "expires_on": N_("Hạn sử dụng"),
    "net_content": N_("Khối lượng tịnh"),
    "area": N_("Mã số vùng trồng"),
    "stars": N_("Sao OCOP"),
    "certificates": N_("Chứng nhận"),
    "storage": N_("Bảo quản"),
    "ingredients": N_("Thành phần"),
    "origin": N_("Xuất xứ"),
    "price": N_("Giá bán"),
    "note": N_("Lời thêm"),
    "call": N_("Lời mời quét mã"),
}
"""What a design may put on a label besides product, maker and code, which always stand there."""
HEADINGS: dict[str, str] = {
    "brand": N_("Nhãn hiệu của khách hàng"),
    "title": N_("Tên sản phẩm"),
    "title_second": N_("Tên sản phẩm bằng ngôn ngữ thứ hai"),
    "producer": N_("Tên đơn vị sản xuất"),
}
NAMES = {**HEADINGS, **FACTS}
NEEDED = ("lot",)
"""Facts no design leaves out: without the lot a recalled label cannot be told from another."""


@dataclass(frozen=True)
class Design:
    """What every label of a kind says.

    `facts` in their order on the label. `brand` and `product_name` make it a label for one
    customer: their name and theirs for the goods; the maker and the trace stay the maker's.
    `is_strict`: what finds no room refuses the printing instead of being left out.
    """

    facts: tuple[str, ...]
    second_language: str = ""
    brand: str = ""
    product_name: str = ""
    product_name_second: str = ""
    note: str = ""
    least_pt: float = SMALLEST_TYPE_PT
    title_pt: float = LARGEST_TITLE_PT
    is_strict: bool = True
    ink: str = BLACK
    stock: str = WHITE

    @property
    def setting(self) -> Setting:
        return Setting(self.least_pt, max(self.title_pt, self.least_pt), self.is_strict)

    @property
    def colours(self) -> Colours:
        return Colours(self.ink, self.stock)

    def as_json(self) -> dict[str, Any]:
        """The design as it is kept."""
        return {**asdict(self), "facts": list(self.facts)}


STANDARD = Design(
    facts=("lot", "produced_on", "expires_on", "net_content", "area", "call"), is_strict=False
)
"""The label of whoever made no design of their own; a small paper leaves out its last facts."""


def from_json(kept: Mapping[str, Any]) -> Design:
    """The design that was kept."""
    return Design(**{**kept, "facts": tuple(kept["facts"])})
