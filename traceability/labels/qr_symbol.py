"""The anatomy of a QR symbol: sizes, capacities, and the modules no text changes. PURE.

Source: ISO/IEC 18004:2015, clauses 6.3 to 6.4 and 7.7 to 7.10. Versions 1 to 10 at every level:
what labels carry; a longer text belongs behind a shorter address.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from foundation.errors import Finding, Invalid

LEVELS = ("L", "M", "Q", "H")
LARGEST_VERSION = 10
QUIET_ZONE = 4

# Table 9 of the standard, versions 1 to 10: check codewords in a block, and number of blocks.
_CHECK_PER_BLOCK = {
    "L": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18),
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26),
    "Q": (13, 22, 18, 26, 18, 24, 18, 22, 20, 24),
    "H": (17, 28, 22, 16, 22, 28, 26, 26, 24, 28),
}
_BLOCKS = {
    "L": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4),
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5),
    "Q": (1, 1, 2, 2, 4, 4, 6, 6, 8, 8),
    "H": (1, 1, 2, 4, 4, 4, 5, 6, 8, 8),
}
_TOTAL = (26, 44, 70, 100, 134, 172, 196, 242, 292, 346)
_ALIGNMENT: tuple[tuple[int, ...], ...] = (
    (),
    (6, 18),
    (6, 22),
    (6, 26),
    (6, 30),
    (6, 34),
    (6, 22, 38),
    (6, 24, 42),
    (6, 26, 46),
    (6, 28, 50),
)
_LEVEL_BITS = {"L": 1, "M": 0, "Q": 3, "H": 2}


@dataclass(frozen=True)
class Shape:
    """Everything about a symbol except what it says."""

    version: int
    level: str
    mask: int

    @property
    def size(self) -> int:
        """Modules along one side, without the quiet zone."""
        return 17 + 4 * self.version

    @property
    def quiet(self) -> int:
        """Breadth of the light border around it, in modules."""
        return QUIET_ZONE

    @property
    def share(self) -> float:
        """How much of a label's width it may take."""
        return 0.52

    @property
    def most_mm(self) -> float:
        """How large its modules may grow: a buyer's phone reads it from further off."""
        return 2.0

    @property
    def row_bytes(self) -> int:
        return (self.size + 7) // 8

    @property
    def bitmap_bytes(self) -> int:
        return self.row_bytes * self.size


def data_codewords(version: int, level: str) -> int:
    index = version - 1
    return _TOTAL[index] - _CHECK_PER_BLOCK[level][index] * _BLOCKS[level][index]


def capacity(version: int, level: str) -> int:
    """How many bytes of text a symbol holds (byte mode: four bits of mode, then the count)."""
    return data_codewords(version, level) - (2 if version < 10 else 3)


def smallest_version(length: int, level: str) -> int:
    """The smallest version that holds `length` bytes.

    Raises: Invalid("label.code_too_long") when none of those printed does.
    """
    for version in range(1, LARGEST_VERSION + 1):
        if capacity(version, level) >= length:
            return version
    longest = capacity(LARGEST_VERSION, level)
    raise Invalid([Finding("label.code_too_long", {"length": length, "longest": longest})])


# --- what never changes: finders, timing, alignment, format, version, mask --------------------


def module_bit(version: int, row: int, column: int) -> int:
    shape = Shape(version, "M", 0)
    return 1 << (shape.bitmap_bytes * 8 - 1 - (row * shape.row_bytes * 8 + column))


@lru_cache(maxsize=LARGEST_VERSION)
def _function_modules(version: int) -> dict[tuple[int, int], bool]:
    """Modules taken by patterns, dark or light; format and version places stand as light."""
    size = 17 + 4 * version
    taken: dict[tuple[int, int], bool] = {}
    for index in range(size):
        taken[6, index] = taken[index, 6] = index % 2 == 0
    centres = [
        (row, column)
        for row in _ALIGNMENT[version - 1]
        for column in _ALIGNMENT[version - 1]
        if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6))
    ]
    for row, column in centres:
        for r in range(-2, 3):
            for c in range(-2, 3):
                taken[row + r, column + c] = max(abs(r), abs(c)) != 1
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        for r in range(max(row - 4, 0), min(row + 5, size)):
            for c in range(max(column - 4, 0), min(column + 5, size)):
                taken[r, c] = max(abs(r - row), abs(c - column)) in (0, 1, 3)
    for place in chain(*_format_places(size)):
        taken[place] = False
    taken[size - 8, 8] = True
    if version >= 7:
        for index in range(18):
            dark = bool(_bch(version, 12, 0x1F25) >> index & 1)
            place = index // 3, size - 11 + index % 3
            taken[place] = taken[place[::-1]] = dark
    return taken


def _format_places(size: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Both copies of the fifteen format bits, least significant first."""
    down = [*range(6), 7, 8, *range(size - 7, size)]
    across = [*range(size - 1, size - 9, -1), 7, *range(5, -1, -1)]
    return [(row, 8) for row in down], [(8, column) for column in across]


def _bch(value: int, check_bits: int, generator: int) -> int:
    remainder = value << check_bits
    while remainder.bit_length() > check_bits:
        remainder ^= generator << (remainder.bit_length() - check_bits - 1)
    return value << check_bits | remainder


def _is_flipped(mask: int, row: int, column: int) -> bool:
    product = row * column
    return (
        (row + column) % 2,
        row % 2,
        column % 3,
        (row + column) % 3,
        (row // 2 + column // 3) % 2,
        product % 2 + product % 3,
        (product % 2 + product % 3) % 2,
        ((row + column) % 2 + product % 3) % 2,
    )[mask] == 0


@lru_cache(maxsize=64)
def base_modules(shape: Shape) -> int:
    """The symbol of all-zero codewords: patterns, format, version, and the mask over the rest."""
    dark = [place for place, is_dark in _function_modules(shape.version).items() if is_dark]
    form = _bch(_LEVEL_BITS[shape.level] << 3 | shape.mask, 10, 0x537) ^ 0x5412
    for places in _format_places(shape.size):
        dark += [place for index, place in enumerate(places) if form >> index & 1]
    dark += [place for place in data_modules(shape.version) if _is_flipped(shape.mask, *place)]
    return sum(module_bit(shape.version, *place) for place in dark)


@lru_cache(maxsize=LARGEST_VERSION)
def data_modules(version: int) -> list[tuple[int, int]]:
    """Free modules in the order codeword bits fill them: two columns at a time, up then down."""
    size = 17 + 4 * version
    taken = _function_modules(version)
    rights = [*range(size - 1, 6, -2), 5, 3, 1]
    places: list[tuple[int, int]] = []
    for turn, right in enumerate(rights):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        places += [(row, c) for row in rows for c in (right, right - 1) if (row, c) not in taken]
    return places


def block_lengths(version: int, level: str) -> list[int]:
    """Data codewords of each block: the shorter blocks come first."""
    blocks = _BLOCKS[level][version - 1]
    short, longer = divmod(data_codewords(version, level), blocks)
    return [short] * (blocks - longer) + [short + 1] * longer


def check_codewords(version: int, level: str) -> int:
    """Check codewords of each block."""
    return _CHECK_PER_BLOCK[level][version - 1]
