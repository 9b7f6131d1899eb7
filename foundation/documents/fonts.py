"""The paper typeface as the PDF library knows it."""

from __future__ import annotations

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from foundation.typefaces import faces

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "Giay", "Giay-Dam", "Giay-Nghieng", "Giay-DamNghieng"
_STYLES = {REGULAR: "regular", BOLD: "bold", ITALIC: "italic", BOLD_ITALIC: "bold-italic"}


@cache
def register() -> None:
    """Make the four styles known; raises `faces.FontNotBuilt` where they were never built."""
    for name, style in _STYLES.items():
        pdfmetrics.registerFont(TTFont(name, str(faces.file_of("paper", style))))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC
    )


@cache
def _known() -> frozenset[int]:
    return frozenset(faces.load("regular", family="paper").glyphs)


def printable(text: str) -> str:
    """Composed text; a sign the typeface lacks becomes a question mark, never nothing."""
    composed = unicodedata.normalize("NFC", text)
    known = _known()
    return "".join(sign if ord(sign) in known or sign == "\n" else "?" for sign in composed)
