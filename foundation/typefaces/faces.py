"""The built typefaces: Be Vietnam Pro on labels, Tinos (in Times New Roman's measures) on papers.

The files are made by `building`; a label sheet embeds them whole, so that printing ten thousand
labels never waits for a subsetter.
"""

import json
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from foundation.places import folder
from foundation.typefaces import measuring

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
    path = file_of(family, style, folder)
    measures = _measures(path)
    measures["glyphs"] = {int(code): glyph for code, glyph in measures["glyphs"].items()}
    measures["advances"] = tuple(measures["advances"])
    measures["box"] = tuple(measures["box"])
    return Face(f"{FAMILIES[family]}-{style.title()}", path.read_bytes(), **measures)


def _measures(path: Path) -> dict[str, Any]:
    """As kept beside the font when it was built; else read from the font itself."""
    try:
        kept = path.with_suffix(".json").read_bytes()
    except FileNotFoundError:
        return measuring.measures_of(path)
    found: dict[str, Any] = json.loads(kept)
    return found
