"""How unrestful a symbol looks to a reader: the penalty by which masks are chosen. PURE.

The whole symbol is one integer, its rows padded with light bits, so each rule is a handful of
shifts over all rows at once; columns are the rows of the transposed symbol.

Source: ISO/IEC 18004:2015, clause 7.8.3.1. `qrcode` is the reference in the tests.
"""

# 1011101 with four light modules behind or before it, the last column lowest.
_FINDERS = (0b10111010000, 0b00001011101)


def penalty(bitmap: bytes, size: int) -> int:
    """The four rules' points for a symbol of `size` modules a side, rows padded to bytes."""
    width = 8 * len(bitmap) // size
    across = int.from_bytes(bitmap, "big")
    digits = f"{across:0{width * size}b}"
    padding = "0" * (width - size)
    down = int("".join(digits[column::width] + padding for column in range(size)), 2)
    whole = int(("1" * size + padding) * size, 2)
    lines = 0
    for dark in (across, down):
        lines += _runs(dark) + _runs(dark ^ whole) + _finders(dark, whole)
    return lines + _squares(across, whole, width) + _imbalance(across.bit_count(), size * size)


def _runs(lit: int) -> int:
    """Five in a row cost 3, each more costs 1. Padding ends a run."""
    fives = lit & lit >> 1 & lit >> 2 & lit >> 3 & lit >> 4
    return fives.bit_count() + 2 * (fives & ~(fives >> 1)).bit_count()


def _finders(dark: int, whole: int) -> int:
    """What may be taken for a finder pattern, with its light margin, costs 40."""
    within = whole
    for step in range(1, 11):
        within &= whole >> step
    shifted = [dark >> step for step in range(11)]
    found = 0
    for pattern in _FINDERS:
        places = within
        for step, bits in enumerate(shifted):
            places &= bits if pattern >> step & 1 else ~bits
        found += places.bit_count()
    return 40 * found


def _squares(dark: int, whole: int, width: int) -> int:
    """Two by two of one colour cost 3."""
    found = 0
    for lit in (dark, dark ^ whole):
        pairs = lit & lit >> 1
        found += (pairs & pairs >> width).bit_count()
    return 3 * found


def _imbalance(dark: int, modules: int) -> int:
    """Each full five per cent away from half dark costs 10."""
    return 10 * (abs(2 * dark - modules) * 10 // modules)
