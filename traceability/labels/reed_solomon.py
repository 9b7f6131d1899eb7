"""Check codewords of QR codes and Data Matrix: what each bit of the data adds to them. PURE.

Both are Reed-Solomon codes over GF(256) (ISO/IEC 18004 annex A, ISO/IEC 16022 annex E); they differ
in the polynomial of the field and in the first root of the generator.
"""


def check_shares(data: int, check: int, field: int, *, first_root: int) -> list[list[list[int]]]:
    """[distance from the last data codeword][bit] → the check codewords that one bit contributes.

    ``data`` and ``check`` are numbers of codewords; ``field`` is the field's polynomial, its bits
    from x^8 down.
    """
    generator = [1]
    root = first_root
    for _ in range(check):
        higher = [*generator, 0]
        for index, coefficient in enumerate(generator):
            higher[index + 1] ^= _times(coefficient, root, field)
        generator = higher
        root = _times(root, 2, field)
    remainder = generator[1:]
    shares = []
    for _ in range(data):
        shares.append([[_times(value, 1 << bit, field) for value in remainder] for bit in range(8)])
        lead = remainder[0]
        shifted = [*remainder[1:], 0]
        remainder = [
            a ^ _times(lead, b, field) for a, b in zip(shifted, generator[1:], strict=True)
        ]
    return shares


def _times(left: int, right: int, field: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (field if left & 0x80 else 0)
        right >>= 1
    return product
