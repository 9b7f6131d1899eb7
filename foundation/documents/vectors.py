"""Vectors: drawings, QR codes and very long tables, drawn straight onto the page."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from foundation.documents.blocks import Drawing, Line, Rows, Shape, Word
from foundation.documents.fonts import BOLD, REGULAR, printable

_QUIET = 4
"""Empty modules around a code (ISO/IEC 18004)."""
_ROW_PT, _SIZE_PT, _GAP_PT = 12.5, 10, 12


class Picture(Flowable):  # type: ignore[misc]
    """A drawing scaled to a width, centred."""

    def __init__(self, drawing: Drawing, width: float) -> None:
        super().__init__()
        self.drawing, self.scale = drawing, width / drawing.width
        self.drawn_width, self.drawn_height = width, drawing.height * self.scale

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.left = (width - self.drawn_width) / 2
        return width, self.drawn_height

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.translate(self.left, 0)
        if self.drawing.framed:
            canvas.setLineWidth(0.6)
            canvas.rect(0, 0, self.drawn_width, self.drawn_height)
            frame = canvas.beginPath()
            frame.rect(0, 0, self.drawn_width, self.drawn_height)
            canvas.clipPath(frame, stroke=0, fill=0)
        for mark in self.drawing.marks:
            self._mark(mark)
        canvas.restoreState()

    def _mark(self, mark: Shape | Line | Word) -> None:
        canvas = self.canv
        if isinstance(mark, Word):
            canvas.setFillColor(HexColor("#000000"))
            canvas.setFont(BOLD if mark.bold else REGULAR, mark.size)
            draw = {
                "left": canvas.drawString,
                "center": canvas.drawCentredString,
                "right": canvas.drawRightString,
            }[mark.align]
            draw(*self._at(mark.x, mark.y), printable(mark.text))
            return
        canvas.setLineWidth(mark.width)
        if isinstance(mark, Line):
            canvas.setStrokeColor(HexColor(mark.stroke))
            canvas.drawPath(self._path([mark.points], closed=False), stroke=1, fill=0)
            return
        if mark.fill is not None:
            canvas.setFillColor(HexColor(mark.fill))
        if mark.stroke is not None:
            canvas.setStrokeColor(HexColor(mark.stroke))
        canvas.setDash([4, 3] if mark.dashed else [])
        canvas.drawPath(
            self._path(mark.rings, closed=True),
            stroke=int(mark.stroke is not None),
            fill=int(mark.fill is not None),
            fillMode=0,
        )
        canvas.setDash([])

    def _path(self, rings: Any, *, closed: bool) -> Any:
        path = self.canv.beginPath()
        for ring in rings:
            for number, (x, y) in enumerate(ring):
                (path.lineTo if number else path.moveTo)(*self._at(x, y))
            if closed:
                path.close()
        return path

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * self.scale, self.drawn_height - y * self.scale


class Matrix(Flowable):  # type: ignore[misc]
    """A QR code of a size in points, quiet zone included, centred; rows of modules as one path."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.modules, self.size = modules(text), size

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.left = (width - self.size) / 2
        return width, self.size

    def draw(self) -> None:
        canvas = self.canv
        step = self.size / (len(self.modules) + 2 * _QUIET)
        path = canvas.beginPath()
        for row, line in enumerate(self.modules):
            y = self.size - (row + 1 + _QUIET) * step
            for column, is_dark in enumerate(line):
                if is_dark:
                    path.rect(self.left + (column + _QUIET) * step, y, step, step)
        canvas.setFillGray(0)
        canvas.drawPath(path, stroke=0, fill=1)


@lru_cache(maxsize=64)
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The dark and light modules of a QR code with error correction M, without quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


class TightRows(Flowable):  # type: ignore[misc]
    """Rows of short plain cells in several columns: thousands take milliseconds, not seconds."""

    def __init__(self, rows: Rows, start: int = 0, end: int | None = None) -> None:
        super().__init__()
        self.rows, self.start = rows, start
        self.end = len(rows.rows) if end is None else end

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        return width, (self._deep(self.end - self.start) + 1) * _ROW_PT

    def _deep(self, count: int) -> int:
        return math.ceil(count / self.rows.beside)

    def split(self, _width: float, height: float) -> list[Flowable]:
        fits = int(height / _ROW_PT) - 1
        count = self.end - self.start
        if fits < 1 or (self._deep(count) > fits and fits < 3):
            return []
        if self._deep(count) <= fits:
            return [self]
        cut = self.start + fits * self.rows.beside
        return [TightRows(self.rows, self.start, cut), TightRows(self.rows, cut, self.end)]

    def draw(self) -> None:
        deep = self._deep(self.end - self.start)
        top = (deep + 1) * _ROW_PT
        for band in range(self.rows.beside):
            first = self.start + band * deep
            shown = self.rows.rows[first : min(first + deep, self.end)]
            if shown:
                self._band(band, shown, top)

    def _band(self, band: int, shown: Any, top: float) -> None:
        canvas, beside = self.canv, self.rows.beside
        across = (self.width - _GAP_PT * (beside - 1)) / beside
        left = band * (across + _GAP_PT)
        ends = [
            left + across * share / sum(self.rows.widths) for share in accumulate(self.rows.widths)
        ]
        canvas.setFillGray(0.93)
        canvas.rect(left, top - _ROW_PT, across, _ROW_PT, stroke=0, fill=1)
        canvas.setFillGray(0)
        self._line(self.rows.head, BOLD, ends, top - _ROW_PT + 3.5)
        for number, row in enumerate(shown, start=2):
            self._line(row, REGULAR, ends, top - number * _ROW_PT + 3.5)
        canvas.setLineWidth(0.4)
        canvas.setStrokeGray(0.45)
        height = (len(shown) + 1) * _ROW_PT
        canvas.rect(left, top - height, across, height)
        canvas.line(left, top - _ROW_PT, left + across, top - _ROW_PT)

    def _line(self, cells: Any, font: str, ends: list[float], y: float) -> None:
        self.canv.setFont(font, _SIZE_PT)
        for text, end in zip(cells, ends, strict=True):
            self.canv.drawRightString(end - 5, y, text)
