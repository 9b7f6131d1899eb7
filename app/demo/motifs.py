"""The story's goods as simple shapes, standing on a tray about (600, 700)."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.demo.brush import Brush, Point, curve, mixed


def _ear(brush: Brush, root: Point, bend: Point, tip: Point, grain: str, stalk: str) -> None:
    """An ear of rice that hangs over with its weight."""
    line = curve(root, bend, tip, 30)
    brush.stroke(line, 6, stalk)
    for number in range(11, 31, 2):
        (x, y), (nx, ny) = line[number - 1], line[number]
        along = math.degrees(math.atan2(ny - y, nx - x))
        for side, tone in ((-38, grain), (38, mixed(grain, "#fff3c4", 0.35))):
            turn = math.radians(along + side)
            brush.oval(
                nx + 16 * math.cos(turn), ny + 16 * math.sin(turn), 19, 7, tone, along + side
            )


def _bowl(brush: Brush, x: float, y: float, size: float, glaze: str, band: str) -> None:
    """A footed bowl; (x, y) is the middle of its brim."""
    brush.polygon(
        [
            (x - size * 0.36, y + size * 0.72),
            (x + size * 0.36, y + size * 0.72),
            (x + size * 0.42, y + size * 0.86),
            (x - size * 0.42, y + size * 0.86),
        ],
        band,
    )
    side = curve((x - size, y), (x - size * 0.86, y + size * 0.86), (x, y + size * 0.8))
    other = curve((x, y + size * 0.8), (x + size * 0.86, y + size * 0.86), (x + size, y))
    brush.polygon([*side, *other], glaze)
    brush.stroke(
        curve(
            (x - size * 0.93, y + size * 0.24),
            (x, y + size * 0.58),
            (x + size * 0.93, y + size * 0.24),
        ),
        size * 0.05,
        band,
    )
    brush.oval(x, y, size, size * 0.24, glaze)
    brush.ring(x, y, size, size * 0.24, band, size * 0.03)


def _rice(brush: Brush, grain: str, ear: str, stalk: str, glaze: str, band: str) -> None:
    for tip_x, tip_y, bend in ((215, 420, 300), (300, 330, 370), (985, 420, 900), (900, 330, 830)):
        _ear(brush, (600, 690), (bend, 120 if tip_y < 400 else 250), (tip_x, tip_y), ear, stalk)
    _bowl(brush, 600, 520, 240, glaze, band)
    mound = curve((372, 520), (600, 255), (828, 520), 30)
    brush.polygon([*mound, (700, 556), (600, 566), (500, 556)], grain)
    for number in range(90):
        x = 400 + (number * 137) % 400
        roof = 520 - 125 * (1 - ((x - 600) / 225) ** 2)
        y = roof + 14 + (number * 61) % max(10, int(545 - roof - 12))
        brush.oval(x, y, 12, 5, "#00000012" if number % 2 else "#ffffffc0", (number * 47) % 180)


def clean_rice(brush: Brush) -> None:
    """White rice in a blue bowl."""
    _rice(brush, "#fbf8ec", "#e9b949", "#8f9a3c", "#f4f7f4", "#2c6c8c")


def sticky_rice(brush: Brush) -> None:
    """Sticky rice in an earthen bowl."""
    _rice(brush, "#f6efd6", "#d9a23c", "#a28a3a", "#a3552f", "#6f3419")


def floodplain_rice(brush: Brush) -> None:
    """Rice of tidal fields in a green bowl."""
    _rice(brush, "#f7f1e3", "#dcae55", "#7f9140", "#dfeee2", "#1d6a46")


def peanuts(brush: Brush) -> None:
    """Peanuts in their shells, one open."""
    for x, y, turn in ((380, 640, -18), (820, 645, 22), (520, 700, 12), (700, 705, -14),
                       (470, 560, 30), (730, 560, -32), (600, 625, 4), (600, 500, -8)):  # fmt: skip
        _peanut(brush, x, y, turn)


def _peanut(brush: Brush, x: float, y: float, turn: float) -> None:
    t = math.radians(turn)
    dx, dy = math.cos(t), math.sin(t)
    for shade, out in (("#8d6030", 4.0), ("#d7a765", 0.0)):
        brush.oval(x - dx * 52, y - dy * 52 + out, 70 + out, 56 + out, shade, turn)
        brush.oval(x + dx * 56, y + dy * 56 + out, 64 + out, 50 + out, shade, turn)
        brush.oval(x, y + out, 60, 40 + out, shade, turn)
    for along in (-84, -56, -28, 0, 28, 56, 84):
        for across in (-20, 2, 22):
            px, py = x + dx * along - dy * across, y + dy * along + dx * across
            brush.oval(px, py, 8, 4, "#b98443", turn)
    brush.oval(x - dx * 60 - 6, y - dy * 60 - 24, 30, 10, "#f0cd97a0", turn)


def greens(brush: Brush) -> None:
    """A bunch of choy sum tied with a band of straw."""
    fan = ((-150, 330), (-128, 390), (-106, 430), (-74, 430), (-52, 390), (-30, 330))
    for number, (turn, reach) in enumerate(fan):
        angle = math.radians(turn)
        x, y = 600 + math.cos(angle) * 130, 590 + math.sin(angle) * 100
        brush.stroke([(600, 690), (x, y)], 34, "#dcebb8" if number % 2 else "#cfe3a4")
        tone = ("#2f8a45", "#43a052", "#37964a")[number % 3]
        brush.leaf(x, y, reach - 60, 178, turn, tone, "#cfe8b0")
    brush.leaf(600, 600, 330, 190, -90, "#4fae5b", "#dcf0bf")
    for dx in (-56, -28, 0, 28, 56):
        brush.stroke(
            [(600 + dx * 0.6, 600), (600 + dx, 752)], 30, "#e4f1c8" if dx % 56 else "#d5e7ae"
        )
    brush.stroke([(538, 656), (662, 656)], 26, "#d6a646")
    brush.stroke([(538, 648), (662, 648)], 5, "#f0cc7c")


def chilli_sauce(brush: Brush) -> None:
    """A bottle of chilli sauce among ripe chillies."""
    brush.polygon([(556, 250), (644, 250), (652, 352), (708, 430), (708, 724), (492, 724),
                   (492, 430), (548, 352)], "#b81f1a")  # fmt: skip
    brush.oval(600, 724, 108, 26, "#b81f1a")
    brush.polygon([(516, 440), (548, 404), (548, 716), (516, 712)], "#e2604f90")
    brush.polygon([(548, 196), (652, 196), (652, 268), (548, 268)], "#1f6b3c")
    brush.polygon([(548, 196), (580, 196), (580, 268), (548, 268)], "#3b8f57")
    brush.polygon([(492, 500), (708, 500), (708, 660), (492, 660)], "#fbf0d4")
    _chilli(brush, 560, 560, 92, 24, 20)
    _chilli(brush, 570, 612, 84, 20, -14)
    for x, y, turn in (
        (300, 690, 12),
        (345, 640, -24),
        (770, 650, 18),
        (800, 720, -10),
        (400, 742, 4),
    ):
        _chilli(brush, x, y, 170, 46, turn)


def _chilli(brush: Brush, x: float, y: float, length: float, width: float, turn: float) -> None:
    t = math.radians(turn)
    brush.stroke([(x - math.cos(t) * length * 0.2, y - math.sin(t) * length * 0.2), (x + 4, y)],
                 width * 0.22, "#2f7d3b")  # fmt: skip
    brush.leaf(x, y, length, width, turn, "#d5281f", "#f07a63")
    brush.disc(x + math.cos(t) * 6, y + math.sin(t) * 6, width * 0.3, "#3a8f45")


def _cup(brush: Brush, tea: str, glaze: str, band: str) -> None:
    brush.oval(600, 720, 250, 52, "#f3f0e4")
    brush.ring(600, 720, 250, 52, band, 6)
    brush.ring(800, 598, 66, 62, glaze, 26)
    _bowl(brush, 600, 540, 200, glaze, band)
    brush.oval(600, 542, 176, 36, tea)
    brush.oval(560, 534, 70, 12, "#ffffff50")
    for x in (530, 600, 670):
        steam = [
            *curve((x, 490), (x - 44, 430), (x, 380)),
            *curve((x, 380), (x + 44, 330), (x, 270)),
        ]
        brush.stroke(steam, 13, "#ffffff90")


def green_tea(brush: Brush) -> None:
    """A cup of green tea; two leaves and a bud."""
    _cup(brush, "#a9a93a", "#eef4ea", "#1f6b3c")
    for x, side in ((292, 1), (936, -1)):
        brush.stroke([(x, 748), (x + 8 * side, 600)], 9, "#5d8f3f")
        brush.leaf(x + 4 * side, 660, 190, 74, -90 + 56 * side, "#3c8a44", "#b9dca0")
        brush.leaf(x + 4 * side, 680, 180, 70, -90 - 58 * side, "#2f7a3c", "#b9dca0")
        brush.leaf(x + 8 * side, 606, 150, 40, -90, "#7fb85a", "#d9ecc0")


def ginseng_tea(brush: Brush) -> None:
    """A cup of ginseng leaf tea; the five-fingered leaf and its red berries."""
    _cup(brush, "#c58a2c", "#f6efe0", "#7a4a20")
    for x in (262, 950):
        brush.stroke([(x, 760), (x, 560)], 9, "#55803c")
        for turn, reach in ((-172, 128), (-132, 160), (-90, 182), (-48, 160), (-8, 128)):
            brush.leaf(x, 590, reach, 62, turn, "#2f7d45", "#9ccb8c")
        for dx, dy in ((-18, -6), (16, -8), (0, -24), (0, 8), (-2, -8)):
            brush.disc(x + dx, 580 + dy, 15, "#c9261f")
            brush.disc(x + dx - 4, 575 + dy, 4, "#f19a8c")


def coconut(brush: Brush) -> None:
    """A wax coconut cut open, its flesh thick; a whole one behind."""
    for turn in (-160, -140, -40, -20):
        brush.leaf(600, 560, 430, 70, turn, "#3d8a4a", "#2c6b39")
    brush.oval(800, 590, 158, 150, "#7c9a3c")
    brush.oval(760, 540, 60, 44, "#a9c263", -30)
    _half_coconut(brush, 500, 560, 196)


def _half_coconut(brush: Brush, x: float, y: float, size: float) -> None:
    brush.disc(x, y, size, "#5e3d22")
    brush.ring(x, y, size - 7, size - 7, "#7b5330", 7)
    brush.disc(x, y, size * 0.88, "#fdfbf3")
    brush.disc(x + 4, y + 6, size * 0.46, "#e2dccb")
    brush.disc(x + 8, y + 14, size * 0.4, "#f3eee0")
    brush.oval(x - size * 0.5, y - size * 0.5, size * 0.2, size * 0.07, "#ffffff", -42)


def candy(brush: Brush) -> None:
    """Coconut candies in their wrappers before half a coconut."""
    _half_coconut(brush, 600, 500, 170)
    for x, y, turn, tone in (
        (380, 640, -14, "#e7a93c"), (820, 640, 14, "#2f8a58"), (600, 700, 4, "#d8643a"),
        (440, 740, 16, "#2f8a58"), (770, 742, -10, "#e7a93c"),
    ):  # fmt: skip
        t = math.radians(turn)
        dx, dy = math.cos(t), math.sin(t)
        for way in (1, -1):
            ex, ey = x + dx * 74 * way, y + dy * 74 * way
            far = (x + dx * 128 * way, y + dy * 128 * way)
            brush.polygon([(ex, ey), (far[0] - dy * 36, far[1] + dx * 36),
                           (far[0] + dy * 36, far[1] - dx * 36)], tone)  # fmt: skip
        brush.oval(x, y, 84, 46, tone, turn)
        brush.oval(x - 12, y - 16, 48, 11, "#ffffff70", turn)


def pomelo(brush: Brush) -> None:
    """A whole pomelo with its leaf, and half a one."""
    brush.disc(470, 540, 196, "#b9b83a")
    brush.disc(458, 528, 178, "#d3cf55")
    brush.oval(400, 450, 54, 30, "#ece99a", -40)
    brush.stroke([(470, 352), (482, 304)], 14, "#6d6a2c")
    brush.leaf(482, 322, 190, 84, -24, "#2f7d45", "#a5cf91")
    brush.disc(742, 606, 152, "#c6c247")
    brush.disc(742, 606, 138, "#fbf7e0")
    for number in range(11):
        rim = [math.radians((number + part / 8) * 360 / 11) for part in range(1, 8)]
        wedge = [(742 + 122 * math.cos(t), 606 + 122 * math.sin(t)) for t in rim]
        core = (742 + 20 * math.cos(rim[3]), 606 + 20 * math.sin(rim[3]))
        brush.polygon([core, *wedge], "#f3d9a0" if number % 2 else "#f0d092")


def patties(brush: Brush) -> None:
    """Browned patties on a plate with dill and mandarin peel."""
    brush.oval(600, 690, 330, 78, "#dfe8ee")
    brush.oval(600, 676, 330, 78, "#fbfcfa")
    brush.ring(600, 676, 300, 66, "#2c6c8c", 5)
    for x, y in ((470, 648), (732, 650), (600, 612), (540, 690), (668, 694)):
        brush.oval(x, y + 18, 104, 44, "#7c431a")
        brush.oval(x, y, 104, 44, "#b9702d")
        brush.oval(x - 8, y - 8, 78, 26, "#cf8a3f")
        for dx, dy in ((-46, 2), (-10, -14), (30, 6), (52, -8), (4, 14)):
            brush.oval(x + dx, y + dy, 9, 5, "#5d8a3a" if dx % 4 else "#e59a2c", dx)
    for x, way in ((300, 1), (900, -1)):
        brush.stroke(curve((x, 712), (x + 40 * way, 560), (x - 20 * way, 400)), 7, "#3f8a48")
        for step in range(9):
            y = 660 - step * 30
            brush.leaf(x + 14 * way, y, 86 - step * 5, 13, -90 + 50, "#4c9a52", "#4c9a52")
            brush.leaf(x + 14 * way, y, 86 - step * 5, 13, -90 - 50, "#3f8a48", "#3f8a48")


MOTIFS: dict[str, Callable[[Brush], None]] = {
    "gao": clean_rice,
    "lac": peanuts,
    "rau": greens,
    "tuong-ot": chilli_sauce,
    "tra-sam": ginseng_tea,
    "dua-sap": coconut,
    "keo-dua": candy,
    "nep": sticky_rice,
    "buoi": pomelo,
    "che": green_tea,
    "gao-ruoi": floodplain_rice,
    "cha-ruoi": patties,
}
