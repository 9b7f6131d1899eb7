"""Setting: blocks as the PDF library's flowables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
)

from foundation.documents import blocks, fitting
from foundation.documents.fonts import BOLD, BOLD_ITALIC, ITALIC, REGULAR, printable
from foundation.documents.form import measure
from foundation.documents.vectors import Matrix, Picture, TightRows

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
_RULE = HexColor("#777777")
_BAND = HexColor("#eeeeee")
_CELL_PADDING = 3.5


def flowables(told: Sequence[blocks.Block], width: float) -> list[Flowable]:
    """Blocks in order, for a text of a width in points."""
    return [flowable for block in told for flowable in _SETTERS[type(block)](block, width)]


def style(size: float, font: str = REGULAR, align: int = TA_LEFT, **more: Any) -> ParagraphStyle:
    """A paragraph style; lines stand 1.22 sizes apart."""
    return ParagraphStyle(
        f"{font}{size}{align}{sorted(more.items())}",
        fontName=font,
        fontSize=size,
        leading=size * 1.22,
        alignment=align,
        **more,
    )


def words(text: str, how: ParagraphStyle, lead: str = "") -> Paragraph:
    """A paragraph of plain text; line breaks are kept."""
    # Room left for a clerk's pen is kept; the library would shut it.
    body = escape(printable(text)).replace("\n", "<br/>").replace("  ", "\u00a0\u00a0")
    head = f"<b>{escape(printable(lead))}</b> " if lead else ""
    return Paragraph(head + body, how)


def marked(paragraph: Paragraph, text: str, level: int) -> Paragraph:
    """A paragraph that stands in the document's list of bookmarks."""
    paragraph.bookmark = (level, printable(text))
    return paragraph


def _bare(cells: list[list[Any]], widths: list[float], *rules: Any) -> Table:
    table = Table(cells, colWidths=widths)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            *rules,
        ]
    )
    return table


class _Under(Flowable):  # type: ignore[misc]
    """A centred rule of a given length under a line of a letterhead."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length, self.height = length, 4.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        return width, self.height

    def draw(self) -> None:
        middle = self.width / 2
        self.canv.setLineWidth(0.7)
        self.canv.line(middle - self.length / 2, 2, middle + self.length / 2, 2)


def _letterhead(block: blocks.Letterhead, width: float) -> list[Flowable]:
    agency_size, left_share = measure("size_agency"), 0.425
    room = width * left_share - 4
    left: list[Flowable] = []
    if block.agency_above:
        above = _balanced(block.agency_above.upper(), REGULAR, agency_size, room)
        left.append(words(above, style(agency_size, align=TA_CENTER)))
    agency = _balanced(block.agency.upper(), BOLD, agency_size, room)
    left.append(words(agency, style(agency_size, BOLD, TA_CENTER)))
    left.append(_Under(width * left_share * 0.35))
    right = [
        words(NATION, style(measure("size_nation"), BOLD, TA_CENTER)),
        words(MOTTO, style(measure("size_motto"), BOLD, TA_CENTER)),
        _Under(stringWidth(MOTTO, BOLD, measure("size_motto"))),
    ]
    number = [words(block.number, style(measure("size_number"), align=TA_CENTER))]
    placed = [words(block.place_and_day, style(measure("size_place"), ITALIC, TA_CENTER))]
    widths = [width * left_share, width * (1 - left_share)]
    head = _bare([[left, right], [number, placed]], widths, ("TOPPADDING", (0, 1), (-1, 1), 4))
    return [head, Spacer(0, 5 * mm)]


def _balanced(text: str, font: str, size: float, room: float) -> str:
    """A name too long for one line, broken where its two lines come out most alike."""
    if "\n" in text:
        return text
    shown = printable(text).split()
    if stringWidth(" ".join(shown), font, size) <= room or len(shown) < 2:
        return " ".join(shown)
    breaks = [(" ".join(shown[:at]), " ".join(shown[at:])) for at in range(1, len(shown))]
    return "\n".join(min(breaks, key=lambda two: max(stringWidth(w, font, size) for w in two)))


def _title(block: blocks.Title, _width: float) -> list[Flowable]:
    size = measure("size_kind")
    head = words(block.kind.upper(), style(size + 2, BOLD, TA_CENTER, spaceAfter=2))
    found = [marked(head, block.kind, 0)]
    if block.about:
        found.append(words(block.about, style(size, BOLD, TA_CENTER, spaceAfter=3)))
        found.append(_Under(30 * mm))
    return [*found, Spacer(0, 3 * mm)]


def _text(block: blocks.Text, _width: float) -> list[Flowable]:
    size, indent = measure("size_body"), measure("indent") * mm
    how = {
        "body": style(size, align=TA_JUSTIFY, firstLineIndent=indent, spaceAfter=4),
        "plain": style(size, spaceAfter=3),
        "italic": style(size, ITALIC, TA_JUSTIFY, firstLineIndent=indent, spaceAfter=4),
        "center": style(size, BOLD, TA_CENTER, spaceAfter=4),
        "small": style(10, ITALIC, TA_JUSTIFY, spaceAfter=3),
        "heading": style(size, BOLD, spaceBefore=5, spaceAfter=3, keepWithNext=1),
        "code": style(22, BOLD, TA_CENTER, spaceBefore=2, spaceAfter=6),
    }[block.style]
    told = words(block.text, how, block.lead)
    is_heading = block.style in ("heading", "center")
    return [marked(told, block.text, 1) if is_heading else told]


def _facts(block: blocks.Facts, width: float) -> list[Flowable]:
    size = block.size or measure("size_body") - 1
    label, value = style(size), style(size, BOLD)
    cells = [[words(name, label), words(told, value)] for name, told in block.pairs if told]
    if not cells:
        return []
    widths = [width * 0.36, width * 0.64]
    rules = (("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5))
    return [_bare(cells, widths, ("RIGHTPADDING", (0, 0), (0, -1), 6), *rules)]


def _grid(block: blocks.Grid, width: float) -> list[Flowable]:
    size, columns = fitting.columns(
        block, width - 2 * _CELL_PADDING * len(block.head), block.size or measure("size_body") - 2
    )
    head = [words(name, style(size, BOLD, TA_CENTER)) for name in block.head]
    left, right = style(size), style(size, align=TA_RIGHT)
    rows = [
        [words(cell, right if at in block.numbers else left) for at, cell in enumerate(row)]
        for row in block.rows
    ]
    widths = [each + 2 * _CELL_PADDING for each in columns]
    table = Table([head, *rows], colWidths=widths, repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("GRID", (0, 0), (-1, -1), 0.5, _RULE),
            ("BACKGROUND", (0, 0), (-1, 0), _BAND),
            ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return [table, Spacer(0, 2 * mm)]


def _rows(block: blocks.Rows, _width: float) -> list[Flowable]:
    return [TightRows(block), Spacer(0, 2 * mm)]


def _drawing(block: blocks.Drawing, width: float) -> list[Flowable]:
    found: list[Flowable] = [Picture(block, width * block.share)]
    if block.caption:
        found.append(words(block.caption, style(10, ITALIC, TA_CENTER, spaceBefore=2)))
    return [KeepTogether([*found, Spacer(0, 2 * mm)])]


def _code(block: blocks.Code, _width: float) -> list[Flowable]:
    found: list[Flowable] = [Matrix(block.text, block.size_mm * mm)]
    if block.caption:
        found.append(words(block.caption, style(9, align=TA_CENTER, spaceBefore=2)))
    return found


def _beside(block: blocks.Beside, width: float) -> list[Flowable]:
    gap = 5 * mm
    left, right = width * block.share, width * (1 - block.share) - gap
    cells = [[flowables(block.left, left), "", flowables(block.right, right)]]
    return [_bare(cells, [left, gap, right]), Spacer(0, 2 * mm)]


def _signature(block: blocks.Signature, width: float) -> list[Flowable]:
    receivers: list[Flowable] = []
    if block.receivers:
        head = style(measure("size_receivers_head"), BOLD_ITALIC)
        receivers.append(words("Nơi nhận:", head))
        size = measure("size_receivers")
        lines = [*(f"- {each};" for each in block.receivers[:-1]), f"- {block.receivers[-1]}."]
        receivers += [words(line, style(size)) for line in lines]
    size = measure("size_body")
    signer = [
        words(block.capacity.upper(), style(size, BOLD, TA_CENTER)),
        Spacer(0, 24 * mm),
        words(block.name, style(size, BOLD, TA_CENTER)),
    ]
    table = _bare([[receivers, signer]], [width * 0.48, width * 0.52])
    return [KeepTogether([Spacer(0, 4 * mm), table])]


def _space(block: blocks.Space, _width: float) -> list[Flowable]:
    return [Spacer(0, block.mm * mm)]


def _new_page(_block: blocks.NewPage, _width: float) -> list[Flowable]:
    return [PageBreak()]


_SETTERS: dict[type, Callable[[Any, float], list[Flowable]]] = {
    blocks.Letterhead: _letterhead,
    blocks.Title: _title,
    blocks.Text: _text,
    blocks.Facts: _facts,
    blocks.Grid: _grid,
    blocks.Rows: _rows,
    blocks.Drawing: _drawing,
    blocks.Code: _code,
    blocks.Beside: _beside,
    blocks.Signature: _signature,
    blocks.Space: _space,
    blocks.NewPage: _new_page,
}
