"""Measuring a font file once, when it is built: reading one anew takes longer than a sheet."""

from pathlib import Path
from typing import Any


def measures_of(path: Path) -> dict[str, Any]:
    """What `faces.Face` needs of a font file, in names of its fields; per 1,000 of an em."""
    from fontTools.ttLib import TTFont

    font = TTFont(path, lazy=True)
    order = font.getGlyphOrder()
    numbers = {glyph: number for number, glyph in enumerate(order)}
    head, hhea = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    return {
        "glyphs": {str(code): numbers[glyph] for code, glyph in font.getBestCmap().items()},
        "advances": [round(font["hmtx"][glyph][0] * scale) for glyph in order],
        "ascent": round(hhea.ascent * scale),
        "descent": round(hhea.descent * scale),
        "cap_height": round(font["OS/2"].sCapHeight * scale),
        "box": [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
    }
