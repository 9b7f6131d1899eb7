"""The built typefaces: Be Vietnam Pro on labels, Tinos (in Times New Roman's measures) on papers.

The files are made by `building`; a label sheet embeds them whole, so that printing ten thousand
labels never waits for a subsetter.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from foundation.places import folder

BUILT = folder("static") / "vendor" / "fonts"
FAMILIES = {"label": "BeVietnamPro", "paper": "Tinos"}


class FontNotBuilt(RuntimeError):
    """A font is missing here; printing without it would lose the diacritics."""


@dataclass(frozen=True)
class Face:
    """One weight: its file and the measures a sheet needs. Lengths are per 1,000 of an em."""

    name: str
    file: bytes
    glyphs: dict[int, int]
    advances: tuple[int, ...]
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]

    def glyph_numbers(self, text: str) -> list[int]:
        """Glyphs of a text; what the face lacks shows as a question mark, never as nothing."""
        unknown = self.glyphs[ord("?")]
        return [self.glyphs.get(ord(sign), unknown) for sign in _composed(text)]

    def width(self, text: str, size: float) -> float:
        """How wide a text runs at a size, in the size's own unit."""
        return sum(self.advances[glyph] for glyph in self.glyph_numbers(text)) * size / 1000

    @cached_property
    def signs(self) -> dict[int, int]:
        """Glyph → the character it stands for: printed text can be selected and searched."""
        return {glyph: sign for sign, glyph in sorted(self.glyphs.items(), reverse=True)}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def file_of(family: str, style: str, folder: Path = BUILT) -> Path:
    """The built file of a family ("label", "paper") and style ("regular", "bold-italic" …).

    Raises: FontNotBuilt saying how to build it.
    """
    path = folder / f"{family}-{style}.ttf"
    if not path.exists():
        raise FontNotBuilt(
            f"{path} is missing: run `npm ci`, then `python -m foundation.typefaces.building`"
        )
    return path


@lru_cache(maxsize=4)
def load(style: str, folder: Path = BUILT, family: str = "label") -> Face:
    """The built face, measured.

    Raises: FontNotBuilt saying how to build it.
    """
    from fontTools.ttLib import TTFont

    path = file_of(family, style, folder)
    font = TTFont(path, lazy=True)
    order = font.getGlyphOrder()
    numbers = {glyph: number for number, glyph in enumerate(order)}
    head, hhea = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    return Face(
        name=f"{FAMILIES[family]}-{style.title()}",
        file=path.read_bytes(),
        glyphs={code: numbers[glyph] for code, glyph in font.getBestCmap().items()},
        advances=tuple(round(font["hmtx"][glyph][0] * scale) for glyph in order),
        ascent=round(hhea.ascent * scale),
        descent=round(hhea.descent * scale),
        cap_height=round(font["OS/2"].sCapHeight * scale),
        box=(
            round(head.xMin * scale),
            round(head.yMin * scale),
            round(head.xMax * scale),
            round(head.yMax * scale),
        ),
    )
