"""QR codes as bitmaps, fast enough that a printer never waits. PURE.

For one version, error-correction level and mask, the finished symbol is an affine function over
GF(2) of its data codewords: every (codeword position, byte value) owns a fixed pattern of
modules, its Reed-Solomon share included, and a symbol is the exclusive-or of those patterns on
top of the patterns that never change. Each pattern is one Python integer holding the whole
matrix, rows padded to bytes, so a symbol costs a few dozen integer operations, and only the
codewords that differ within a batch are computed again for each label.

Source: ISO/IEC 18004:2015 (clauses 7.3 to 7.10). The `qrcode` package is the reference in the
tests: equal matrices for every version, level and mask printed here.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import getitem, xor
from struct import Struct
from typing import Protocol

from traceability.labels import reed_solomon
from traceability.labels.qr_penalty import penalty
from traceability.labels.qr_symbol import (
    Shape,
    base_modules,
    block_lengths,
    capacity,
    check_codewords,
    data_codewords,
    data_modules,
    module_bit,
    smallest_version,
)

_PAD = (0xEC, 0x11)
# x^8 + x^4 + x^3 + x^2 + 1
_FIELD = 0x11D


def choose_shape(sample: str, level: str = "M") -> Shape:
    """Version and mask for a whole batch of equally long codes, judged on one of them.

    The standard's penalty picks the mask; a reader reads them all, so judging every label
    would cost eight times the work for nothing a phone notices.
    """
    version = smallest_version(len(sample), level)

    def unrest(mask: int) -> int:
        shape = Shape(version, level, mask)
        return penalty(encode(shape, sample), shape.size)

    return Shape(version, level, min(range(8), key=unrest))


class _Pairs(dict[bytes, int]):
    """The modules that two neighbouring characters darken, worked out when first met."""

    def __init__(self, tables: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self._tables = tables

    def __missing__(self, characters: bytes) -> int:
        bits = 0
        # Four mode bits stand before all text, so a character is halves of two codewords.
        for place, character in enumerate(characters):
            bits ^= self._tables[place][character >> 4]
            bits ^= self._tables[place + 1][(character & 0xF) << 4]
        self[characters] = bits
        return bits


class Encoder:
    """Symbols of one shape whose texts share a prefix and differ in a tail of fixed length."""

    def __init__(self, shape: Shape, prefix: str, tail_length: int) -> None:
        length = len(prefix) + tail_length
        if length > capacity(shape.version, shape.level):
            smallest_version(length, shape.level)
            raise ValueError("the text does not fit the chosen version")
        self.shape = shape
        # Byte mode puts four mode bits in front, so every later byte straddles two codewords:
        # the last four bits before the tail are the head of the tail's first codeword.
        count_bits = 8 if shape.version < 10 else 16
        fixed = (0b0100 << count_bits | length) << (8 * len(prefix)) | _number(prefix)
        fixed_bytes = (4 + count_bits + 8 * len(prefix)) // 8
        used = fixed_bytes + tail_length + 1
        spare = data_codewords(shape.version, shape.level) - used
        padding = bytes(_PAD[index % 2] for index in range(spare))
        tables = _tables(shape.version, shape.level)
        head = (fixed << 4).to_bytes(fixed_bytes + 1, "big")
        base = base_modules(shape)
        for table, codeword in zip(tables, head, strict=False):
            base ^= table[codeword]
        for table, codeword in zip(tables[used:], padding, strict=True):
            base ^= table[codeword]
        self._base = base
        starts = range(0, tail_length, 2)
        self._parted = Struct("2s" * (tail_length // 2) + "s" * (tail_length % 2)).unpack
        self._pairs = [_Pairs(tables[fixed_bytes + start : used]) for start in starts]

    def bitmap(self, tail: bytes) -> bytes:
        """The finished symbol, one bit a module (1 is dark), rows padded to bytes.

        `tail` is ASCII of the length promised; a wrong length fails in being parted.
        """
        bits = reduce(xor, map(getitem, self._pairs, self._parted(tail)), self._base)
        return bits.to_bytes(self.shape.bitmap_bytes, "big")


def encode(shape: Shape, text: str) -> bytes:
    """One symbol of a given shape, as `Encoder.bitmap` gives it."""
    return Encoder(shape, text, 0).bitmap(b"")


class Bitmapped(Protocol):
    """A symbol whose bitmap has rows padded to bytes."""

    @property
    def size(self) -> int: ...
    @property
    def quiet(self) -> int: ...
    @property
    def share(self) -> float: ...
    @property
    def most_mm(self) -> float: ...
    @property
    def row_bytes(self) -> int: ...
    @property
    def bitmap_bytes(self) -> int: ...


def matrix(shape: Bitmapped, bitmap: bytes) -> list[list[bool]]:
    """The bitmap as rows of modules, for drawings and for comparison."""
    rows = (
        bitmap[start : start + shape.row_bytes]
        for start in range(0, shape.bitmap_bytes, shape.row_bytes)
    )
    return [[bool(row[c >> 3] >> (7 - (c & 7)) & 1) for c in range(shape.size)] for row in rows]


def _number(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "big")


# --- the tables: codewords, their check codewords, and where each bit stands ------------------


@lru_cache(maxsize=32)
def _tables(version: int, level: str) -> list[list[int]]:
    """For each data codeword and each byte value, the modules it darkens (or lightens)."""
    places = [module_bit(version, *place) for place in data_modules(version)]
    check = check_codewords(version, level)
    lengths = block_lengths(version, level)
    data_order, check_order = _interleaved(lengths, check)
    shares = reed_solomon.check_shares(max(lengths), check, _FIELD, first_root=1)
    tables: list[list[int]] = []
    for block, length in enumerate(lengths):
        # What each byte of each check codeword darkens, looked up once for all data codewords.
        checks = [_all_bytes(_codeword(places, check_order[block, j])) for j in range(check)]
        for index in range(length):
            columns = _codeword(places, data_order[block, index])
            for bit, contributed in enumerate(shares[length - 1 - index]):
                for entries, share in zip(checks, contributed, strict=True):
                    columns[bit] ^= entries[share]
            tables.append(_all_bytes(columns))
    return tables


def _codeword(places: Sequence[int], number: int) -> list[int]:
    """The modules of a codeword's bits, the least significant first."""
    return list(reversed(places[8 * number : 8 * number + 8]))


def _all_bytes(columns: Sequence[int]) -> list[int]:
    entries = [0]
    for column in columns:
        entries += [entry ^ column for entry in entries]
    return entries


def _interleaved(
    lengths: Sequence[int], check: int
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """Where each (block, index) stands in the final sequence of codewords."""
    data = [(b, i) for i in range(max(lengths)) for b in range(len(lengths)) if i < lengths[b]]
    checks = [(b, i) for i in range(check) for b in range(len(lengths))]
    data_order = {place: number for number, place in enumerate(data)}
    return data_order, {place: number + len(data) for number, place in enumerate(checks)}
