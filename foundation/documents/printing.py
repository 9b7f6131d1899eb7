"""Printing: a paper as PDF; the same paper always gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from foundation.documents import fonts
from foundation.documents.blocks import Paper
from foundation.documents.form import measure
from foundation.documents.setting import flowables

WIDTH_MM = A4[0] / mm - measure("margin_left") - measure("margin_right")
_FOOT_PT = 8
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
    document = _Document(
        out,
        pagesize=A4,
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
    left, bottom = measure("margin_left") * mm, measure("margin_bottom") * mm
    frame = Frame(
        left,
        bottom,
        WIDTH_MM * mm,
        A4[1] - bottom - measure("margin_top") * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def margins(canvas: Canvas, _document: Any) -> None:
        _draw_margins(canvas, paper.foot)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=margins)])
    document.build(flowables(paper.blocks, WIDTH_MM * mm))
    return out.getvalue()


def _draw_margins(canvas: Canvas, foot: str) -> None:
    """The page's number in the upper margin, from the second page on; the foot on every page."""
    canvas.saveState()
    number = canvas.getPageNumber()
    if number > 1:
        size = measure("size_page_number")
        canvas.setFont(fonts.REGULAR, size)
        top = A4[1] - measure("margin_top") * mm / 2 - size / 3
        canvas.drawCentredString(A4[0] / 2, top, str(number))
    if foot:
        canvas.setFont(fonts.REGULAR, _FOOT_PT)
        canvas.setFillGray(0.35)
        low = measure("margin_bottom") * mm / 2
        canvas.drawString(measure("margin_left") * mm, low, fonts.printable(foot))
    canvas.restoreState()
