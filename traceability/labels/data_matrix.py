"""GS1 DataMatrix as bitmaps, made as fast as QR codes are. PURE.

A Data Matrix symbol has no mask, so it is linear in its codewords: every (position, byte value)
owns a fixed pattern of modules, its check codewords included, and a symbol is the exclusive-or of
those patterns over the frame. Half the width of a QR code that says the same, because an element
string needs no address around it; phones read it as an article number, tills and lines as GS1.

Source: ISO/IEC 16022:2006 (5.2 encodation, 5.7 and annex E check codewords, annex F placement);
GS1 General Specifications 5.6 (function character first). Square symbols of one block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from foundation.errors import Finding, Invalid
from traceability.labels import reed_solomon

FUNCTION = "\x1d"
"""In a text: the function character that ends an element of open length."""
_FUNCTION_CODEWORD = 232
_PAD = 129
# x^8 + x^5 + x^3 + x^2 + 1
_FIELD = 0x12D
# Table 7 of the standard: side, data codewords, check codewords, regions along a side.
_SIZES = (
    (10, 3, 5, 1),
    (12, 5, 7, 1),
    (14, 8, 10, 1),
    (16, 12, 12, 1),
    (18, 18, 14, 1),
    (20, 22, 18, 1),
    (22, 30, 20, 1),
    (24, 36, 24, 1),
    (26, 44, 28, 1),
    (32, 62, 36, 2),
    (36, 86, 42, 2),
    (40, 114, 48, 2),
    (44, 144, 56, 2),
    (48, 174, 68, 2),
)


@dataclass(frozen=True)
class Matrix:
    """A size of symbol; light modules of `quiet` breadth stand around it.

    `share` is how much of a label's width it may take, `most_mm` how large its modules grow: words
    have the rest.
    """

    size: int
    data: int
    check: int
    regions: int
    quiet: int = 1
    share: float = 0.42
    most_mm: float = 0.6

    @property
    def row_bytes(self) -> int:
        return (self.size + 7) // 8

    @property
    def bitmap_bytes(self) -> int:
        return self.row_bytes * self.size


def element_string(gtin: str, lot: str, serial_follows: bool) -> str:
    """What a label says as GS1 elements: article (01), lot (10), the head of the serial (21)."""
    said = f"01{gtin}10{lot}"
    return f"{said}{FUNCTION}21" if serial_follows else said


def choose_matrix(prefix: str, tail_length: int) -> Matrix:
    """The smallest symbol for texts of one prefix and a tail of fixed length.

    Raises: Invalid("label.code_too_long").
    """
    needed = len(_codewords(prefix)) + tail_length
    for row in _SIZES:
        if row[1] >= needed:
            return Matrix(*row)
    params = {"length": needed, "longest": _SIZES[-1][1]}
    raise Invalid([Finding("label.code_too_long", params)])


class Encoder:
    """Symbols of one size whose texts share a prefix and differ in a tail of fixed length."""

    def __init__(self, matrix: Matrix, prefix: str, tail_length: int) -> None:
        self.shape = matrix
        head = _codewords(prefix)
        used = len(head) + tail_length
        if used > matrix.data:
            raise ValueError("the text does not fit the chosen symbol")
        tables = _tables(matrix)
        base = _frame(matrix)
        for table, codeword in zip(tables, head, strict=False):
            base ^= table[codeword]
        for place in range(used, matrix.data):
            base ^= tables[place][_padding(place + 1, is_first=place == used)]
        self._base = base
        self._tables = tables[len(head) : used]

    def bitmap(self, tail: bytes) -> bytes:
        """The finished symbol, one bit a module (1 is dark), rows padded to bytes.

        `tail` is ASCII of the length promised. Raises: ValueError for another length.
        """
        bits = self._base
        # One codeword a character, digits too: so every tail of a batch takes the same places.
        for table, character in zip(self._tables, tail, strict=True):
            bits ^= table[character + 1]
        return bits.to_bytes(self.shape.bitmap_bytes, "big")


def _codewords(text: str) -> list[int]:
    """ASCII encodation: the function character in front, digits in pairs."""
    found = [_FUNCTION_CODEWORD]
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit():
            found.append(130 + int(pair))
            place += 2
        else:
            sign = text[place]
            found.append(_FUNCTION_CODEWORD if sign == FUNCTION else sign.encode("ascii")[0] + 1)
            place += 1
    return found


def _padding(position: int, *, is_first: bool) -> int:
    """Pads after the first are scrambled by where they stand, so that none repeats."""
    if is_first:
        return _PAD
    scrambled = _PAD + (149 * position) % 253 + 1
    return scrambled if scrambled <= 254 else scrambled - 254


# --- the tables: codewords, their check codewords, and where each bit stands ------------------


@lru_cache(maxsize=8)
def _tables(matrix: Matrix) -> list[list[int]]:
    """For each data codeword and each byte value, the modules it darkens."""
    places = _placed(matrix)
    shares = reed_solomon.check_shares(matrix.data, matrix.check, _FIELD, first_root=2)[::-1]
    checks = [_all_bytes(places[matrix.data + number]) for number in range(matrix.check)]
    tables = []
    for position in range(matrix.data):
        columns = list(places[position])
        for bit, contributed in enumerate(shares[position]):
            for entries, share in zip(checks, contributed, strict=True):
                columns[bit] ^= entries[share]
        tables.append(_all_bytes(columns))
    return tables


def _all_bytes(columns: Sequence[int]) -> list[int]:
    entries = [0]
    for column in columns:
        entries += [entry ^ column for entry in entries]
    return entries


def _module(matrix: Matrix, row: int, column: int) -> int:
    return 1 << (matrix.bitmap_bytes * 8 - 1 - (row * matrix.row_bytes * 8 + column))


def _frame(matrix: Matrix) -> int:
    """The solid and the dotted edges of every region, and the corner no codeword reaches."""
    bits = 0
    side = matrix.size // matrix.regions
    for row in range(matrix.size):
        for column in range(matrix.size):
            within_row, within_column = row % side, column % side
            solid = within_column == 0 or within_row == side - 1
            dotted = (within_row == 0 and within_column % 2 == 0) or (
                within_column == side - 1 and within_row % 2 == 1
            )
            if solid or dotted:
                bits |= _module(matrix, row, column)
    mapped = matrix.size - 2 * matrix.regions
    placed = _placement(mapped)
    if (mapped - 1, mapped - 1) not in placed:
        for corner in (mapped - 1, mapped - 2):
            bits |= _module(matrix, *_outer(matrix, corner, corner))
    return bits


def _outer(matrix: Matrix, row: int, column: int) -> tuple[int, int]:
    """Where a module of the mapping stands in the symbol, edges of regions counted."""
    inner = matrix.size // matrix.regions - 2
    return row + 1 + 2 * (row // inner), column + 1 + 2 * (column // inner)


@lru_cache(maxsize=8)
def _placed(matrix: Matrix) -> list[list[int]]:
    """The modules of each codeword's bits, the least significant first."""
    mapped = matrix.size - 2 * matrix.regions
    columns = [[0] * 8 for _ in range(matrix.data + matrix.check)]
    for (row, column), (codeword, bit) in _placement(mapped).items():
        columns[codeword][8 - bit] = _module(matrix, *_outer(matrix, row, column))
    return columns


@lru_cache(maxsize=8)
def _placement(side: int) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, column) of a square mapping → (codeword, its bit, 1 the most significant). Annex F."""
    walk = _Walk(side)
    row, column = 4, 0
    while row < side or column < side:
        walk.corners(row, column)
        while row >= 0 and column < side:
            walk.utah(row, column)
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            walk.utah(row, column)
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    return walk.placed


# Offsets of a codeword's bits from its last one, and the corners where that shape is broken up.
_UTAH = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))


class _Walk:
    """The diagonal walk over the mapping that gives each codeword its eight modules."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.placed: dict[tuple[int, int], tuple[int, int]] = {}
        self._codeword = 0

    def utah(self, row: int, column: int) -> None:
        inside = 0 <= row < self.side and 0 <= column < self.side
        if inside and (row, column) not in self.placed:
            self._put([(row + down, column + across) for down, across in _UTAH])

    def corners(self, row: int, column: int) -> None:
        side, end = self.side, self.side - 1
        right = [(0, end - 1), (0, end), (1, end), (2, end), (3, end)]
        if (row, column) == (side, 0):
            self._put([(end, 0), (end, 1), (end, 2), *right])
        below = [(end - 2, 0), (end - 1, 0), (end, 0)]
        if (row, column) == (side - 2, 0) and side % 4:
            self._put([*below, (0, end - 3), (0, end - 2), (0, end - 1), (0, end), (1, end)])
        if (row, column) == (side - 2, 0) and side % 8 == 4:
            self._put([*below, *right])
        if (row, column) == (side + 4, 2) and not side % 8:
            ends = [(0, end - 2), (0, end - 1), (0, end), (1, end - 2), (1, end - 1), (1, end)]
            self._put([(end, 0), (end, end), *ends])

    def _put(self, places: Sequence[tuple[int, int]]) -> None:
        for bit, (row, column) in enumerate(places, 1):
            if row < 0:
                row, column = row + self.side, column + 4 - (self.side + 4) % 8
            if column < 0:
                row, column = row + 4 - (self.side + 4) % 8, column + self.side
            self.placed[row, column] = (self._codeword, bit)
        self._codeword += 1
