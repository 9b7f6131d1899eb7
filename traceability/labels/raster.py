"""Labels as pictures in dots: for thermal printers, and as files one by one.

Modules are whole dots, so that a code comes out of a print head as sharp as it was drawn. What all
labels of a run share is drawn once.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from foundation import codes
from foundation.typefaces import faces as typeface
from traceability.labels import carriers
from traceability.labels.artwork import MM_PER_POINT
from traceability.labels.sheet import Run, draw


class Press:
    """Draws the labels of a run at so many dots a millimetre."""

    def __init__(self, run: Run, dots_per_mm: float) -> None:
        self._run = run
        self._dots = dots_per_mm
        self._symbol, self._art = draw(run)
        self._encoder = carriers.encoder(self._symbol, run.address, run.serial_length)
        # Never larger than drawn (the quiet zone is light), never a part of a dot.
        self.module_dots = max(1, int(self._art.module * dots_per_mm + 1e-6))
        self.size = round(self._art.width * dots_per_mm), round(self._art.height * dots_per_mm)
        slack = self._art.code_side * dots_per_mm - self.module_dots * self._symbol.size
        self.code_at = self._dot(self._art.code_x, slack), self._dot(self._art.code_y, slack)
        self.words_at = self._dot(self._art.words_x), self._dot(self._art.words_y)
        self.words_dots = self._art.words_size * MM_PER_POINT * dots_per_mm

    def shared(self) -> Image.Image:
        """The words and rules all labels of the run have: one bit a dot, 0 is black."""
        image = Image.new("1", self.size, 1)
        pen = ImageDraw.Draw(image)
        pen.fontmode = "1"
        for rule in self._art.rules:
            y = self._dot(rule.y)
            pen.line((self._dot(rule.x), y, self._dot(rule.x + rule.length), y), fill=0)
        for line in self._art.lines:
            size = line.size * MM_PER_POINT * self._dots
            font = _font("bold" if line.is_bold else "regular", size)
            pen.text((self._dot(line.x), self._dot(line.y)), line.text, 0, font, anchor="ls")
        return image

    def code(self, serial: str) -> Image.Image:
        """The symbol of one label, in dots."""
        bits = self._encoder.bitmap(serial.encode())
        side = self._symbol.size
        padded = Image.frombytes("1", (self._symbol.row_bytes * 8, side), bits)
        dark = padded.crop((0, 0, side, side)).point(lambda bit: not bit)
        scaled = side * self.module_dots
        return dark.resize((scaled, scaled), Image.Resampling.NEAREST)

    def shown(self, serial: str) -> str:
        """The code in words, as it stands below the symbol."""
        return codes.grouped(serial or self._run.code)

    def whole(self, shared: Image.Image, serial: str) -> Image.Image:
        """One label with everything on it."""
        image = shared.copy()
        image.paste(self.code(serial), self.code_at)
        pen = ImageDraw.Draw(image)
        pen.fontmode = "1"
        font = _font("bold", self.words_dots)
        pen.text(self.words_at, self.shown(serial), 0, font, anchor="ls")
        return image

    def _dot(self, millimetres: float, slack: float = 0) -> int:
        return round(millimetres * self._dots + slack / 2)


@lru_cache(maxsize=64)
def _font(style: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(typeface.load(style).file), size)
