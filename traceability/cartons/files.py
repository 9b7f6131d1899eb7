"""Logistic labels as files: PDF in lines and bars, ZPL in whole dots of a thermal head."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from foundation.typefaces import faces as typeface
from traceability.cartons.artwork import MM_PER_POINT, Bars, UnitArt, compose
from traceability.cartons.marks import Marks
from traceability.cartons.papers import Paper
from traceability.labels import pdf, zpl

FORMATS = ("pdf", "zpl")
DOTS_PER_MM = 8.0
POINTS = 72 / 25.4


def drawn(paper: Paper, marks: Marks, file_format: str = "pdf") -> UnitArt:
    """One label as a kind of file has it."""
    dots = DOTS_PER_MM if file_format == "zpl" else None
    return compose(paper, marks, typeface.load("regular"), typeface.load("bold"), dots)


def write(paper: Paper, marked: Sequence[Marks], file_format: str, title: str) -> bytes:
    """A label for each unit, one a page."""
    art = [drawn(paper, marks, file_format) for marks in marked]
    return _zpl(art) if file_format == "zpl" else _pdf(art, title)


def _pdf(art: Sequence[UnitArt], title: str) -> bytes:
    stream = io.BytesIO()
    document = pdf.Document(stream)
    fonts = [pdf.embed(document, typeface.load(style))[0] for style in ("regular", "bold")]
    resources = document.put(b"<</Font<</R %d 0 R/B %d 0 R>>>>" % tuple(fonts))
    for each in art:
        size = each.width * POINTS, each.height * POINTS
        document.put_page(_content(each), size, resources)
    document.finish(title, "vi")
    return stream.getvalue()


def _content(art: UnitArt) -> bytes:
    parts = [b"0.5 w\n"]
    for y in art.rules:
        up = (art.height - y) * POINTS
        parts.append(b"8 %.2f m %.2f %.2f l S\n" % (up, art.width * POINTS - 8, up))
    for x, y, width, height in _dark(art):
        place = (x * POINTS, (art.height - y - height) * POINTS, width * POINTS, height * POINTS)
        parts.append(b"%.3f %.3f %.3f %.3f re\n" % place)
    parts.append(b"f\nBT\n")
    for line in art.words:
        face = typeface.load("bold" if line.is_bold else "regular")
        at = (line.x * POINTS, (art.height - line.y) * POINTS)
        font = b"B" if line.is_bold else b"R"
        shown = pdf.show(face, line.text)
        parts.append(b"/%b %.2f Tf 1 0 0 1 %.2f %.2f Tm%b Tj\n" % (font, line.size, *at, shown))
    return b"".join((*parts, b"ET\n"))


def _dark(art: UnitArt) -> Iterable[tuple[float, float, float, float]]:
    """Every dark rectangle, in millimetres: left, top, width, height."""
    for symbol in art.bars:
        for start, count in _runs(symbol.modules):
            left = symbol.x + start * symbol.module
            yield left, symbol.y, count * symbol.module, symbol.height
    square = art.square
    for number, row in enumerate(square.rows):
        for start, count in _runs("".join("01"[dark] for dark in row)):
            left, top = square.x + start * square.module, square.y + number * square.module
            yield left, top, count * square.module, square.module


def _runs(modules: str) -> Iterable[tuple[int, int]]:
    """Where dark modules begin, and how many follow one another."""
    start = modules.find("1")
    while start >= 0:
        end = modules.find("0", start)
        end = len(modules) if end < 0 else end
        yield start, end - start
        start = modules.find("1", end)


def _zpl(art: Sequence[UnitArt]) -> bytes:
    return b"".join(_format(each) for each in art)


def _format(art: UnitArt) -> bytes:
    image = picture(art)
    row_bytes = (image.width + 7) // 8
    total = row_bytes * image.height
    graphic = zpl.compressed(image)
    return b"^XA^PW%d^LL%d^LH0,0^FO0,0^GFA,%d,%d,%d,%b^FS^XZ\n" % (
        image.width, image.height, total, total, row_bytes, graphic,
    )  # fmt: skip


def picture(art: UnitArt) -> Image.Image:
    """The label in dots, 0 is black."""
    image = Image.new("1", (_dots(art.width), _dots(art.height)), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for y in art.rules:
        pen.line((_dots(2), _dots(y), _dots(art.width - 2), _dots(y)), fill=0)
    for symbol in art.bars:
        _bars(pen, symbol)
    side = max(1, int(art.square.module * DOTS_PER_MM))
    left, top = _dots(art.square.x), _dots(art.square.y)
    for number, row in enumerate(art.square.rows):
        for start, count in _runs("".join("01"[dark] for dark in row)):
            x, y = left + start * side, top + number * side
            pen.rectangle((x, y, x + count * side - 1, y + side - 1), fill=0)
    for line in art.words:
        font = _font("bold" if line.is_bold else "regular", line.size)
        pen.text((_dots(line.x), _dots(line.y)), line.text, 0, font, anchor="ls")
    return image


def _bars(pen: ImageDraw.ImageDraw, symbol: Bars) -> None:
    side = round(symbol.module * DOTS_PER_MM)
    left, top, bottom = _dots(symbol.x), _dots(symbol.y), _dots(symbol.y + symbol.height) - 1
    for start, count in _runs(symbol.modules):
        x = left + start * side
        pen.rectangle((x, top, x + count * side - 1, bottom), fill=0)


def _dots(millimetres: float) -> int:
    return round(millimetres * DOTS_PER_MM)


@lru_cache(maxsize=64)
def _font(style: str, points: float) -> ImageFont.FreeTypeFont:
    size = points * MM_PER_POINT * DOTS_PER_MM
    return ImageFont.truetype(io.BytesIO(typeface.load(style).file), size)
