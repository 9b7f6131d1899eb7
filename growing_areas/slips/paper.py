"""A buying slip on paper: half a sheet (A5), or the roll of a hand printer (80 mm)."""

from __future__ import annotations

from typing import Literal

from accounts.models import Organisation
from foundation.documents.blocks import Beside, Block, Code, Facts, Grid, Paper, Space, Text, Title
from foundation.i18n import quantity, vn_date, vnd
from foundation.quantity import get_unit
from growing_areas import labels
from growing_areas.papers.particulars import in_vietnamese
from growing_areas.slips.listing import SlipLine

_SIZES: dict[str, Literal["A5", "80mm"]] = {"a5": "A5", "80mm": "80mm"}
_POINTS = {"a5": (14.0, 17.0), "80mm": (12.0, 14.0)}
"""Sizes of what is told and of what is counted, in points."""
_LONG = 320
"""More letters than this are set smaller, so that half a sheet holds the slip."""


def slip_paper(line: SlipLine, owner: Organisation, *, size: str, link: str) -> Paper:
    """The slip as a paper with its number, its money and a code to its page.

    Whoever has no right to names gets dots for a pen instead.
    """
    slip = line.slip
    with in_vietnamese():
        number = f"{slip.number}/{slip.year}" if slip.number else "hủy"
        facts: list[tuple[str, str | None]] = [
            ("Bên mua", owner.name),
            ("Người mua", line.buyer),
            ("Bên bán", line.seller or "…………………………"),
            ("Vùng", f"{line.area.name} {line.area.code or ''}".strip()),
            ("Thửa", ", ".join(line.parcels) or None),
            ("Nông sản", labels.crop(line.area.crop_code)),
            ("Phẩm cấp", slip.grade),
        ]
        # Read across a scale's table, or held against the light by who is paid.
        counted: list[tuple[str, str | None]] = [
            ("Số lượng", quantity(slip.quantity, slip.unit)),
            ("Đơn giá", f"{vnd(slip.price_vnd)}/{get_unit(slip.price_unit).symbol_vi}"),
            ("Thành tiền", vnd(slip.amount_vnd)),
        ]
        small, large = _POINTS[size]
        if sum(len(value) for _name, value in facts if value) > _LONG:
            small = _POINTS["80mm"][0]
        blocks: list[Block] = [
            Title("Phiếu thu mua", f"Số {number} · ngày {vn_date(slip.bought_on)}"),
            Facts(facts, small),
            Space(2),
            Facts(counted, large),
        ]
        if slip.is_early:
            warning = "Thu hoạch trong thời gian cách ly: lô phải giữ lại."
            blocks += [Space(2), Text(warning, "LƯU Ý:", style="plain")]
        blocks += [Space(4), *_signing(size, link)]
        return Paper(
            title=f"Phiếu thu mua số {number}",
            author=owner.name,
            blocks=blocks,
            size=_SIZES[size],
        )


def _signing(size: str, link: str) -> list[Block]:
    """Room for two pens, and the code to the slip's page: beside it where the sheet is wide."""
    room = "\n" * (3 if size == "80mm" else 5)
    signing = Grid(("Bên bán ký", "Bên mua ký"), [(room, room)], (1, 1))
    code = Code(link, "Xem phiếu", size_mm=22)
    return [signing, code] if size == "80mm" else [Beside([signing], [code], 0.76)]
