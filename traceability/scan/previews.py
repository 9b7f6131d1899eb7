"""The picture that Zalo and Facebook show beside a link to a batch: drawn once, kept a while.

It says what the goods are and who made them, never a verdict: programs keep such pictures for
weeks. A recall is the one thing it tells, as soon as it is drawn anew.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from foundation.i18n import _, day, speaking
from foundation.typefaces import faces
from traceability.scan.story import Story

WIDTH, HEIGHT = 1200, 630
_MOST_KEPT = 200
_EDGE = 72
_GREEN, _GOLD, _PAPER, _RED = "#0f4528", "#f4c04a", "#f3f7ee", "#951818"
_INK, _SOFT = "#14231a", "#435246"


@dataclass(frozen=True)
class Words:
    """What the picture says, in the order it is written."""

    name: str
    producer: str
    place: str
    lot: str
    stars: str
    warning: str


_kept: OrderedDict[Words, bytes] = OrderedDict()
_lock = threading.Lock()


def words_of(told: Story, language: str) -> Words:
    """The words for a reader's language; other letters than Latin ones are not drawn here."""
    with speaking("vi" if language == "vi" else "en"):
        name = told.product_name if language == "vi" else told.product_name_en or told.product_name
        produced = day(told.produced_on)
        return Words(
            name,
            told.producer_name,
            told.producer_place,
            _("Lô %(lot)s, sản xuất ngày %(day)s", lot=told.lot, day=produced),
            _("OCOP %(n)s sao", n=told.stars) if told.stars else "",
            _("Lô hàng đang bị thu hồi") if told.state == "recalled" else "",
        )


def draw(words: Words) -> bytes:
    """A PNG of 1200 × 630 with these words; the same words are drawn once."""
    with _lock:
        found = _kept.get(words)
        if found is not None:
            _kept.move_to_end(words)
            return found
    drawn = _drawn(words)
    with _lock:
        _kept[words] = drawn
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return drawn


def _drawn(words: Words) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    _frame(pen, words)
    top = 168
    for line in _lines(pen, words.name, _font("bold", 72), 2):
        pen.text((_EDGE, top), line, _INK, _font("bold", 72))
        top += 88
    top += 14
    for text, style, size, most in (
        (words.producer, "bold", 38, 2),
        (words.place, "regular", 34, 1),
        (words.lot, "regular", 34, 1),
    ):
        for line in _lines(pen, text, _font(style, size), most):
            pen.text((_EDGE, top), line, _SOFT, _font(style, size))
            top += size + 14
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _frame(pen: ImageDraw.ImageDraw, words: Words) -> None:
    """The head with the house's name, the foot with stars or the warning."""
    pen.rectangle((0, 0, WIDTH, 112), fill=_GREEN)
    pen.rectangle((0, 112, WIDTH, 120), fill=_GOLD)
    pen.text((_EDGE, 22), "Nguồn", "#ffffff", _font("bold", 54))
    if words.warning:
        pen.rectangle((0, HEIGHT - 92, WIDTH, HEIGHT), fill=_RED)
        pen.text((_EDGE, HEIGHT - 74), words.warning, "#ffffff", _font("bold", 40))
    elif words.stars:
        width = pen.textlength(words.stars, _font("bold", 36))
        box = (WIDTH - _EDGE - width - 48, 26, WIDTH - _EDGE, 88)
        pen.rounded_rectangle(box, 14, fill=_GOLD)
        pen.text((box[0] + 24, 32), words.stars, _INK, _font("bold", 36))


def _lines(
    pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, most: int
) -> list[str]:
    """A text in lines that fit; what is too long ends in dots."""
    room, lines = WIDTH - 2 * _EDGE, [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pen.textlength(longer, font) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] += " …"
    while pen.textlength(shown[-1], font) > room and len(shown[-1]) > 2:
        shown[-1] = shown[-1].removesuffix(" …")[:-1].rstrip() + " …"
    return shown


def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(faces.load(style).file), size)
