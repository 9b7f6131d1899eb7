"""Pictures of the story's goods: fields in the colours of the place, the product before them.

Drawn, not photographed: everything in the demonstration is invented, its pictures too. The same
product always gets the same picture, so its content hash stays.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from io import BytesIO

from app.demo import motifs
from app.demo.brush import HEIGHT, WIDTH, Brush, Point, mixed


@dataclass(frozen=True)
class Place:
    """The colours of a landscape: sky above and below, far hills, fields far and near, water."""

    sky: tuple[str, str]
    sun: str
    hills: str
    fields: tuple[str, str]
    water: str
    trees: str = ""


_DELTA = Place(("#8fcbe0", "#fdf0cf"), "#fff3c4", "#7fae9a", ("#a9c56a", "#4f8a3f"), "#e3f1e6")
_PALMS = Place(
    ("#7cc4de", "#fce9c6"), "#fff1bd", "#79b09d", ("#9cc27a", "#3f7f4a"), "#dff0ee", "palms"
)
_DUSK = Place(("#f2b38a", "#fde6bd"), "#fff0c9", "#a98a86", ("#cdb05a", "#7c7a36"), "#f7e7c4")
_MORNING = Place(("#b6d6cf", "#f7f2dc"), "#fffbe4", "#8fb6a6", ("#86b077", "#2f6b46"), "#e8f2e4")
_FOREST = Place(
    ("#9fc3bd", "#e9efdc"), "#fbf7dd", "#6d9a8c", ("#6f9c68", "#25563c"), "#cfe3d4", "firs"
)
_RIVER = Place(("#9dc9df", "#f8eed6"), "#fff4d2", "#86a9a8", ("#c3bd79", "#7f8f4d"), "#cfe6ec")

_PLACES: dict[str, Place] = {
    "gao": _DELTA,
    "lac": _RIVER,
    "rau": _MORNING,
    "tuong-ot": _DUSK,
    "tra-sam": _FOREST,
    "dua-sap": _PALMS,
    "keo-dua": _PALMS,
    "nep": _DUSK,
    "buoi": _MORNING,
    "che": _MORNING,
    "gao-ruoi": _RIVER,
    "cha-ruoi": _DUSK,
}


def of_product(key: str) -> BytesIO | None:
    """The picture of a product of the story (JPEG, 1200 × 900), or None if there is none."""
    place, motif = _PLACES.get(key), motifs.MOTIFS.get(key)
    if place is None or motif is None:
        return None
    chance = random.Random(key)  # noqa: S311 — a landscape, not a secret
    brush = Brush(*place.sky)
    _draw_land(brush, place, chance)
    _draw_tray(brush)
    motif(brush)
    out = BytesIO()
    brush.picture().save(out, "JPEG", quality=92, subsampling=0)
    out.seek(0)
    return out


def _draw_land(brush: Brush, place: Place, chance: random.Random) -> None:
    sun_x = chance.choice((250, 930))
    for radius, glow in ((150, "40"), (110, "60"), (74, "ff")):
        brush.disc(sun_x, 185, radius, place.sun + glow)
    for row in range(3):
        colour = mixed(place.sky[1], place.hills, 0.45 + 0.27 * row)
        ridge = _ridge(chance, 330 + 52 * row, 62 - 12 * row)
        brush.polygon([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    if place.trees == "firs":
        _draw_firs(brush, place, chance)
    for row in range(7):
        colour = mixed(*place.fields, row / 6)
        edge = _ridge(chance, 470 + 62 * row + 3 * row * row, 20 + 3 * row)
        brush.polygon([*edge, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
        brush.stroke(edge, 3 + row * 0.8, place.water + "b0")
    if place.trees == "palms":
        for x, base, height in ((105, 560, 330), (215, 600, 250), (1085, 585, 350)):
            _draw_palm(brush, x, base, height)


def _ridge(chance: random.Random, level: float, swing: float) -> list[Point]:
    waves = [(chance.uniform(0.6, 2.4), chance.uniform(0, math.tau)) for _ in range(3)]
    return [
        (
            x,
            level
            + swing / 2 * sum(math.sin(x / WIDTH * math.tau * f + shift) for f, shift in waves),
        )
        for x in range(-20, WIDTH + 41, 20)
    ]


def _draw_firs(brush: Brush, place: Place, chance: random.Random) -> None:
    for number in range(26):
        x, top = number * 48 + chance.uniform(-14, 14), chance.uniform(290, 380)
        colour = mixed(place.hills, place.fields[1], chance.uniform(0.35, 0.8))
        brush.polygon([(x, top), (x + 46, 560), (x - 46, 560)], colour)


def _draw_palm(brush: Brush, x: float, base: float, height: float) -> None:
    top = base - height
    brush.stroke([(x, base), (x + 8, base - height / 2), (x + 26, top)], 13, "#7d6a4b")
    for turn in (-168, -140, -105, -70, -38, -8, 22, 158):
        brush.leaf(x + 26, top, 128, 30, turn, "#3d7c48", "#2f6539")


def _draw_tray(brush: Brush) -> None:
    """The winnowing tray of split bamboo on which goods are shown at a market."""
    brush.oval(600, 752, 440, 96, "#14231a40")
    brush.oval(600, 722, 430, 104, "#a9803f")
    brush.oval(600, 708, 430, 104, "#d9b36c")
    brush.oval(600, 708, 396, 86, "#e9cd90")
    for step in range(-7, 8):
        reach = math.sqrt(1 - (step / 8) ** 2)
        x, y = 600 + 396 * step / 8, 708 + 86 * step / 8
        brush.stroke([(x, 708 - 86 * reach), (x, 708 + 86 * reach)], 3, "#cfab6390")
        brush.stroke([(600 - 396 * reach, y), (600 + 396 * reach, y)], 3, "#cfab6390")
