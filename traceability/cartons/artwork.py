"""What stands where on a logistic label: words on top, facts below, bars at the bottom. PURE.

Millimetres from the top left corner, y downwards to the baseline; type sizes in points. The number
of the unit (SSCC) has the lowest symbol, what is in it the ones above.
Source: GS1 Logistic Label Guideline 4 (three blocks: free text, human-readable, bars).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from foundation.errors import Finding
from foundation.typefaces.faces import Face
from traceability.cartons import bars
from traceability.cartons.marks import Element, Marks, joined
from traceability.cartons.papers import (
    BAR_HEIGHT_MM,
    LEAST_BAR_HEIGHT_MM,
    LEAST_MODULE_MM,
    MOST_MODULE_MM,
    Paper,
)
from traceability.labels import qr_bits

MM_PER_POINT = 25.4 / 72
_MARGIN = 3.0
_EDGE = 0.5
_QR_SIDE = 25.0
_QR_MOST = 90.0
_HEAD = 28.0
_ROW = 7.6
_COLUMNS = 3
_READABLE = 4.4
_GAP = 1.6
_READABLE_PT = 9.0
_TAKEN = BAR_HEIGHT_MM + _READABLE


@dataclass(frozen=True)
class Words:
    """A line of type."""

    x: float
    y: float
    size: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Bars:
    """A symbol of bars: its modules from `x`, light included, over its height from the top."""

    x: float
    y: float
    height: float
    module: float
    modules: str


@dataclass(frozen=True)
class Square:
    """A QR code: rows of modules from its top left module."""

    x: float
    y: float
    module: float
    rows: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class UnitArt:
    """One logistic label drawn."""

    width: float
    height: float
    words: tuple[Words, ...]
    rules: tuple[float, ...]
    bars: tuple[Bars, ...]
    square: Square

    def findings(self) -> list[Finding]:
        """What to tell before printing: bars a warehouse's scanner may not read."""
        found = []
        finest = min((each.module for each in self.bars), default=LEAST_MODULE_MM)
        lowest = min((each.height for each in self.bars), default=BAR_HEIGHT_MM)
        if finest < LEAST_MODULE_MM:
            told = {"module_mm": f"{finest:.2f}", "least_mm": f"{LEAST_MODULE_MM}"}
            found.append(Finding("carton.bars_narrow", told, "paper", severity="warning"))
        if lowest < BAR_HEIGHT_MM:
            told = {"height_mm": f"{lowest:.0f}", "asked_mm": f"{BAR_HEIGHT_MM:.0f}"}
            found.append(Finding("carton.bars_low", told, "paper", severity="warning"))
        return found


def compose(
    paper: Paper, marks: Marks, regular: Face, bold: Face, dots_per_mm: float | None = None
) -> UnitArt:
    """Set one label; with ``dots_per_mm`` modules are whole dots of a thermal head."""
    said = _symbols(paper, marks)
    facts, facts_end = _facts(paper, _told(paper, marks, len(said)), regular, bold)
    symbols, readable = _bars(paper, said, facts_end, bold, dots_per_mm)
    return UnitArt(
        width=paper.width_mm,
        height=paper.height_mm,
        words=(*_head(paper, marks, regular, bold), *facts, *readable),
        rules=(_HEAD, facts_end) if symbols else (_HEAD,),
        bars=symbols,
        square=_square(paper, marks, None if symbols else facts_end),
    )


def _head(paper: Paper, marks: Marks, regular: Face, bold: Face) -> list[Words]:
    width = paper.width_mm - 2 * _MARGIN - _QR_SIDE - 3
    packer = Words(_MARGIN, 6, 9, fitted(marks.packer, regular, 9, width))
    title = [
        Words(_MARGIN, 12.5 + 5.6 * place, 13, line, is_bold=True)
        for place, line in enumerate(_wrapped(marks.title, bold, 13, width, 2))
    ]
    return [packer, *title, Words(_MARGIN, 25, 9, marks.number, is_bold=True)]


def _told(paper: Paper, marks: Marks, symbols: int) -> tuple[tuple[str, str], ...]:
    """The facts there is room for above bars that are not too low; the first ones stand."""
    rows = -(-len(marks.facts) // _COLUMNS)
    while rows > 1 and symbols and _height(paper, _facts_end(rows), symbols) < LEAST_BAR_HEIGHT_MM:
        rows -= 1
    return marks.facts[: rows * _COLUMNS]


def _facts_end(rows: int) -> float:
    return _HEAD + 1.4 + rows * _ROW


def _facts(
    paper: Paper, told: tuple[tuple[str, str], ...], regular: Face, bold: Face
) -> tuple[list[Words], float]:
    """Names and values in columns; where the next block begins."""
    column = (paper.width_mm - 2 * _MARGIN) / _COLUMNS
    found = []
    for place, (name, value) in enumerate(told):
        x, y = _MARGIN + place % _COLUMNS * column, _HEAD + 3.2 + place // _COLUMNS * _ROW
        found.append(Words(x, y, 6, fitted(name, regular, 6, column - 1)))
        found.append(Words(x, y + 3.6, 8.5, fitted(value, bold, 8.5, column - 1), is_bold=True))
    return found, _facts_end(-(-len(told) // _COLUMNS))


def _symbols(paper: Paper, marks: Marks) -> list[tuple[Element, ...]]:
    """What each symbol says, from the top: as many elements in one as the width allows."""
    found: list[tuple[Element, ...]] = []
    for element in marks.elements:
        together = (*found[-1], element) if found else (element,)
        if found and _fits(paper, together):
            found[-1] = together
        else:
            found.append((element,))
    if marks.sscc:
        found.append((Element("00", marks.sscc, "SSCC", marks.sscc),))
    return found


def _fits(paper: Paper, elements: tuple[Element, ...]) -> bool:
    text = joined(elements)
    if len(text.replace(bars.FUNCTION, "")) > bars.MOST_CHARACTERS:
        return False
    return _widest(paper, bars.code_128(text)) >= LEAST_MODULE_MM


def _widest(paper: Paper, modules: str) -> float:
    """The broadest module at which a symbol and its quiet zones stay on the paper."""
    room = paper.width_mm - 2 * _EDGE
    return min(MOST_MODULE_MM, room / (len(modules) + 2 * bars.QUIET_128))


def _bars(
    paper: Paper,
    said: list[tuple[Element, ...]],
    top: float,
    bold: Face,
    dots_per_mm: float | None,
) -> tuple[tuple[Bars, ...], list[Words]]:
    """The symbols one below the other, each with what it says; the unit's own is the lowest."""
    others = _height(paper, top, len(said))
    found, readable = [], []
    y = paper.height_mm - _MARGIN - _TAKEN - (len(said) - 1) * (others + _READABLE + _GAP)
    for place, elements in enumerate(said):
        height = BAR_HEIGHT_MM if place == len(said) - 1 else others
        modules = bars.code_128(joined(elements))
        module = _whole(_widest(paper, modules), dots_per_mm)
        width = module * len(modules)
        found.append(Bars((paper.width_mm - width) / 2, y, height, module, modules))
        text = "  ".join(element.readable for element in elements)
        size = _READABLE_PT
        while bold.width(text, size) * MM_PER_POINT > paper.width_mm - 2 * _MARGIN:
            size *= 0.96
        x = (paper.width_mm - bold.width(text, size) * MM_PER_POINT) / 2
        readable.append(Words(x, y + height + 3.4, size, text, is_bold=True))
        y += height + _READABLE + _GAP
    return tuple(found), readable


def _height(paper: Paper, top: float, symbols: int) -> float:
    """How high the symbols above the unit's own may be."""
    if symbols < 2:
        return BAR_HEIGHT_MM
    room = paper.height_mm - _MARGIN - top - _GAP - _TAKEN
    return min(BAR_HEIGHT_MM, room / (symbols - 1) - _READABLE - _GAP)


def _whole(module: float, dots_per_mm: float | None) -> float:
    """A module as a head prints it: whole dots; on paper hundredths of a millimetre."""
    steps = dots_per_mm or 100.0
    return max(1, math.floor(module * steps + 1e-9)) / steps


def _square(paper: Paper, marks: Marks, below: float | None) -> Square:
    """The QR code in its corner; where no bars stand beneath the facts it has their place."""
    side, left, top = _QR_SIDE, paper.width_mm - _EDGE - _QR_SIDE, _EDGE
    if below is not None:
        side = min(paper.width_mm - 2 * _MARGIN, paper.height_mm - below - 2 * _MARGIN, _QR_MOST)
        left, top = (paper.width_mm - side) / 2, below + _MARGIN
    shape = qr_bits.choose_shape(marks.address)
    rows = qr_bits.matrix(shape, qr_bits.encode(shape, marks.address))
    module = side / (shape.size + 2 * shape.quiet)
    quiet = shape.quiet * module
    return Square(left + quiet, top + quiet, module, tuple(tuple(row) for row in rows))


def _wrapped(text: str, face: Face, size: float, width_mm: float, most: int) -> list[str]:
    """Broken at spaces into at most so many lines; what is left over ends in an ellipsis."""
    words, lines = text.split(), list[str]()
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and _is_wider(" ".join(words[:count]), face, size, width_mm):
            count -= 1
        lines.append(fitted(" ".join(words[:count]), face, size, width_mm))
        words = words[count:]
    return [*lines, fitted(" ".join(words), face, size, width_mm)] if words else lines


def fitted(text: str, face: Face, size: float, width_mm: float) -> str:
    """A text cut to a width."""
    if not _is_wider(text, face, size, width_mm):
        return text
    while text and _is_wider(text + "…", face, size, width_mm):
        text = text[:-1].rstrip()
    return text + "…"


def _is_wider(text: str, face: Face, size: float, width_mm: float) -> bool:
    return face.width(text, size) * MM_PER_POINT > width_mm
