"""Printing: a paper as PDF; the same paper always gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from foundation.documents import fonts
from foundation.documents.blocks import Paper
from foundation.documents.form import measure
from foundation.documents.setting import flowables

WIDTH_MM = A4[0] / mm - measure("margin_left") - measure("margin_right")
_FOOT_PT = 8
_SMALL_MARGIN_MM, _ROLL_MARGIN_MM = 12, 4
LANGUAGE = "vi-VN"
"""Papers are state papers, always in Vietnamese; a reader's voice is chosen by it."""


class _Document(BaseDocTemplate):  # type: ignore[misc]
    """A document whose title and headings are its bookmarks, as the setting marked them."""

    def __init__(self, out: BytesIO, **told: Any) -> None:
        super().__init__(out, **told)
        self.marks = 0

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802 - the library's name
        """Note a marked paragraph where it came to stand."""
        if not hasattr(flowable, "bookmark"):
            return
        level, words = flowable.bookmark
        self.marks += 1
        self.canv.bookmarkPage(f"m{self.marks}")
        # A heading before any title has nothing to stand under.
        level = level if self.marks > 1 else 0
        self.canv.addOutlineEntry(words, f"m{self.marks}", level, closed=False)


def render(paper: Paper) -> bytes:
    """The paper as PDF: text that can be selected, fonts embedded, title and author told."""
    fonts.register()
    out = BytesIO()
    sheet = _sheet_of(paper)
    document = _Document(
        out,
        pagesize=(sheet.width, sheet.height),
        title=fonts.printable(paper.title),
        author=fonts.printable(paper.author),
        subject=fonts.printable(paper.subject or paper.title),
        keywords=[fonts.printable(word) for word in paper.keywords],
        creator="Nguồn",
        producer="Nguồn",
        lang=LANGUAGE,
        invariant=1,
        displayDocTitle=1,
    )
    frame = Frame(
        sheet.left,
        sheet.bottom,
        sheet.text_width,
        sheet.height - sheet.bottom - sheet.top,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def margins(canvas: Canvas, _document: Any) -> None:
        _draw_margins(canvas, paper.foot, sheet)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=margins)])
    document.build(flowables(paper.blocks, sheet.text_width))
    return out.getvalue()


@dataclass(frozen=True)
class _Sheet:
    """A page and its margins, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right


def _sheet_of(paper: Paper) -> _Sheet:
    sides = [measure(f"margin_{side}") * mm for side in ("left", "right", "top", "bottom")]
    if paper.size == "A4-landscape":
        return _Sheet(A4[1], A4[0], sides[1], sides[1], sides[2], sides[3])
    if paper.size == "A5":
        return _Sheet(A5[0], A5[1], *[_SMALL_MARGIN_MM * mm] * 4)
    if paper.size == "80mm":
        width, margin = 80 * mm, _ROLL_MARGIN_MM * mm
        told = flowables(paper.blocks, width - 2 * margin)
        # Wrapped once to learn how long the roll must be; spaces between paragraphs come on top.
        length = sum(
            each.wrap(width - 2 * margin, 10_000 * mm)[1]
            + each.getSpaceBefore()
            + each.getSpaceAfter()
            for each in told
        )
        return _Sheet(width, length + 4 * margin, *[margin] * 4)
    return _Sheet(A4[0], A4[1], *sides)


def _draw_margins(canvas: Canvas, foot: str, sheet: _Sheet) -> None:
    """The page's number in the upper margin, from the second page on; the foot on every page."""
    canvas.saveState()
    number = canvas.getPageNumber()
    if number > 1:
        size = measure("size_page_number")
        canvas.setFont(fonts.REGULAR, size)
        top = sheet.height - sheet.top / 2 - size / 3
        canvas.drawCentredString(sheet.width / 2, top, str(number))
    if foot:
        canvas.setFont(fonts.REGULAR, _FOOT_PT)
        canvas.setFillGray(0.35)
        canvas.drawString(sheet.left, sheet.bottom / 2, fonts.printable(foot))
    canvas.restoreState()
