"""What the pages of labels offer to choose from, by the names people call it."""

from __future__ import annotations

from typing import Any

from foundation import i18n
from foundation.i18n import _
from traceability.labels.layouts import Layout, find_layout
from traceability.models import LabelJob

MOST_TAPPED = 200
"""Places of a sheet that are offered one by one; of a larger one the number is typed."""


def carrier_choices() -> list[tuple[str, str, str]]:
    """The symbols to choose from, each with whom it is for."""
    return [
        ("qr", _("Mã QR"), _("Điện thoại nào cũng quét được, mở thẳng trang truy xuất.")),
        (
            "qr_strong",
            _("Mã QR chịu bẩn"),
            _("Dính bùn, trầy xước một phần ba vẫn quét được; to hơn mã QR thường."),
        ),
        (
            "datamatrix",
            _("Mã DataMatrix chuẩn GS1"),
            _("Nhỏ bằng nửa mã QR, cho máy quét của siêu thị và dây chuyền; không mở trang web."),
        ),
    ]


def format_choices() -> list[tuple[str, str]]:
    """The kinds of file to choose from."""
    return [
        ("pdf", _("PDF để in trên giấy")),
        ("zpl", _("ZPL cho máy in tem nhiệt 203 dpi")),
        ("zpl300", _("ZPL cho máy in tem nhiệt 300 dpi")),
        ("png", _("Ảnh PNG từng tem, nén ZIP")),
        ("svg", _("Hình SVG từng tem, nén ZIP")),
    ]


def language_choices() -> list[tuple[str, str]]:
    """The languages a label speaks first."""
    return [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]


def layout_name(layout: Layout) -> str:
    """How a paper is called: a cooperative's own by its name, others by what is on them."""
    size = f"{i18n.number(layout.label_width_mm)} × {i18n.number(layout.label_height_mm)}\u00a0mm"
    if layout.code.startswith("own-"):
        return _("%(name)s, %(n)s tem %(size)s", name=layout.source, n=layout.per_page, size=size)
    if layout.kind == "roll":
        return _("Cuộn tem %(size)s", size=size)
    return _("Giấy A4, %(n)s tem %(size)s", n=layout.per_page, size=size)


def paper_of(job: LabelJob) -> str:
    """How the paper of an order is called, as it was when it was ordered."""
    if job.printed is not None:
        return layout_name(Layout(**job.printed["layout"]))
    layout = find_layout(job.layout)
    return layout_name(layout) if layout else job.layout


def places(layout: Layout) -> dict[str, Any]:
    """The places of a sheet in its rows, for choosing the first free one."""
    rows = []
    if layout.per_page <= MOST_TAPPED:
        firsts = range(1, layout.per_page + 1, layout.columns)
        rows = [list(range(first, first + layout.columns)) for first in firsts]
    return {"rows": rows, "most": layout.per_page, "is_sheet": layout.per_page > 1}
