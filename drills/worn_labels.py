"""Print, photograph, dirty: which error-correction level is still read, and how often.

.venv/bin/python -m drills.worn_labels [--labels 200] [--seed 8145]

Codes of serials are drawn, then made into what a telephone sees: blots of mud and bare paper over
a share of the codewords of every block (that is what a level promises to make good: L 7, M 15,
Q 25, H 30 %), turned by up to 15 degrees, seen from aside, blurred over up to a third of a module,
unevenly lit, noisy, and saved as JPEG. ZXing looks at up to three frames, as a camera held over a
label gives them. The table on standard output, in hundredths read, goes into docs/labels.md. Of
symbols dirtied within their level's promise fewer than 99 of 100 read end with exit status 1.
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass
from random import Random

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from foundation import codes
from traceability.labels import qr_bits
from traceability.labels.qr_symbol import (
    LEVELS,
    QUIET_ZONE,
    Shape,
    block_lengths,
    check_codewords,
    data_modules,
)

PREFIX = "https://nguon.vn/01/08930001000018/10/TRASHAN-26A/21/"
PROMISED = {"L": 7, "M": 15, "Q": 25, "H": 30}
DIRT = (0, 3, 7, 10, 15, 20, 25, 30)
MODULE_PX = 6
FRAMES = 3
LEAST = 0.99


@dataclass(frozen=True)
class Printed:
    """One symbol as modules, and what it says."""

    text: str
    modules: np.ndarray
    shape: Shape


def printed(level: str, chance: Random) -> Printed:
    """A code of a serial at a level."""
    text = PREFIX + codes.new_code(15, chance)
    shape = qr_bits.choose_shape(text, level)
    rows = qr_bits.matrix(shape, qr_bits.encode(shape, text))
    return Printed(text, np.array(rows, dtype=bool), shape)


def dirtied(symbol: Printed, percent: int, chance: Random) -> np.ndarray:
    """The modules with blots over so many hundredths of the codewords of every block."""
    modules = symbol.modules.copy()
    size = len(modules)
    blocks = _blocks(symbol.shape)
    # Eight modules in a row of the filling order are one codeword; a few bits are left over.
    order = data_modules(symbol.shape.version)[: 8 * len(blocks)]
    codeword_at = {place: number // 8 for number, place in enumerate(order)}
    room = {block: blocks.count(block) * percent // 100 for block in set(blocks)}
    touched: set[int] = set()
    while len(touched) < sum(room.values()):
        centre = chance.randrange(size), chance.randrange(size)
        dark = chance.random() < 0.6
        for place in _outwards(centre, size, chance.randrange(2, 7)):
            number = codeword_at.get(place)
            if number is None:
                continue
            used = sum(blocks[each] == blocks[number] for each in touched)
            if number in touched or used < room[blocks[number]]:
                touched.add(number)
                modules[place] = dark
    return modules


def _blocks(shape: Shape) -> list[int]:
    """The block each codeword belongs to, in the order they fill the symbol: by turns."""
    lengths = block_lengths(shape.version, shape.level)
    check = check_codewords(shape.version, shape.level)
    every = range(len(lengths))
    data = [block for index in range(max(lengths)) for block in every if index < lengths[block]]
    return data + [block for _ in range(check) for block in every]


def _outwards(centre: tuple[int, int], size: int, radius: int) -> list[tuple[int, int]]:
    """The places of a round blot, from its middle."""
    row, column = centre
    places = [
        (r, c)
        for r in range(max(0, row - radius), min(size, row + radius + 1))
        for c in range(max(0, column - radius), min(size, column + radius + 1))
        if (r - row) ** 2 + (c - column) ** 2 <= radius**2
    ]
    return sorted(places, key=lambda place: (place[0] - row) ** 2 + (place[1] - column) ** 2)


def photographed(modules: np.ndarray, chance: Random) -> Image.Image:
    """The symbol as a telephone sees it."""
    noise = np.random.default_rng(chance.randrange(2**32))
    framed = np.pad(~modules, QUIET_ZONE, constant_values=True)
    image = Image.fromarray((framed * 255).astype(np.uint8))
    side = image.width * MODULE_PX
    image = image.resize((side, side), Image.Resampling.NEAREST)
    image = image.rotate(
        chance.uniform(-15, 15), Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    image = image.transform(
        image.size, Image.Transform.PERSPECTIVE, _aside(chance, image.width),
        Image.Resampling.BICUBIC, fillcolor=255,
    )  # fmt: skip
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.8, 1.8)))
    seen = np.asarray(image, dtype=float)
    light = np.linspace(chance.uniform(0.6, 1.0), chance.uniform(0.6, 1.0), seen.shape[1])
    seen = 25 + seen * 0.8 * light + noise.normal(0, 10, seen.shape)
    taken = io.BytesIO()
    Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)).save(taken, "JPEG", quality=70)
    return Image.open(taken)


def _aside(chance: Random, side: int) -> tuple[float, ...]:
    """A view from aside: one edge up to an eighth shorter than the other."""
    lean, rise = (chance.uniform(-0.05, 0.05) / side for _ in range(2))
    return (1 + lean * side / 2, 0, 0, 0, 1 + rise * side / 2, 0, lean, rise)


def read_share(level: str, percent: int, labels: int, seed: int) -> float:
    """How many of a level's labels are read under so much dirt."""
    chance = Random(f"{seed}:{level}:{percent}")
    read = 0
    for _ in range(labels):
        symbol = printed(level, chance)
        modules = dirtied(symbol, percent, chance)
        frames = (photographed(modules, chance) for _ in range(FRAMES))
        read += any(
            code.text == symbol.text for frame in frames for code in zxingcpp.read_barcodes(frame)
        )
    return read / labels


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--seed", type=int, default=8145)
    asked = parser.parse_args()
    print(f"| level | {' | '.join(f'{percent} %' for percent in DIRT)} |")
    print("|---" * (len(DIRT) + 1) + "|")
    kept = True
    for level in LEVELS:
        shares = {percent: read_share(level, percent, asked.labels, asked.seed) for percent in DIRT}
        print(f"| {level} | {' | '.join(f'{100 * share:.0f}' for share in shares.values())} |")
        kept &= all(
            share >= LEAST for percent, share in shares.items() if percent <= PROMISED[level]
        )
    print(f"worn_labels: {asked.labels} labels a place, seed {asked.seed}, kept {kept}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
