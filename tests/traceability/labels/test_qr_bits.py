"""The fast bitmaps are the codes that the `qrcode` package draws, module for module."""

import struct
from itertools import product
from random import Random

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import constants
from qrcode.util import MODE_8BIT_BYTE, QRData, lost_point

from foundation.errors import Invalid
from traceability.labels import qr_bits, qr_penalty
from traceability.labels.qr_symbol import (
    LARGEST_VERSION,
    LEVELS,
    QUIET_ZONE,
    Shape,
    capacity,
    smallest_version,
)

REFERENCE_LEVEL = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
ASCII = st.characters(min_codepoint=33, max_codepoint=126)


def reference(shape: Shape, text: str) -> list[list[bool]]:
    code = qrcode.QRCode(
        version=shape.version,
        error_correction=REFERENCE_LEVEL[shape.level],
        mask_pattern=shape.mask,
    )
    code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


@pytest.mark.parametrize(
    ("version", "level"), list(product(range(1, LARGEST_VERSION + 1), LEVELS)), ids=str
)
def test_every_mask_of_every_symbol_equals_the_reference(version: int, level: str) -> None:
    longest = capacity(version, level)
    for mask in range(8):
        shape = Shape(version, level, mask)
        for text in ("", "https://nguon.vn/t/"[:longest], "~" * longest):
            drawn = qr_bits.matrix(shape, qr_bits.encode(shape, text))
            assert drawn == reference(shape, text)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, LARGEST_VERSION), st.sampled_from(LEVELS), st.integers(0, 7), st.data())
def test_any_text_in_any_shape_equals_the_reference(
    version: int, level: str, mask: int, data: st.DataObject
) -> None:
    shape = Shape(version, level, mask)
    text = data.draw(st.text(ASCII, max_size=capacity(version, level)))
    cut = data.draw(st.integers(0, len(text)))

    encoder = qr_bits.Encoder(shape, text[:cut], len(text) - cut)
    bitmap = encoder.bitmap(text[cut:].encode())

    assert qr_bits.matrix(shape, bitmap) == reference(shape, text)


def test_a_code_is_read_back_by_a_phone_s_decoder() -> None:
    address = "https://nguon.vn/01/08930001000018/10/TRASHAN-26A/21/7K3M9QXP2ABCDE"
    shape = qr_bits.choose_shape(address)
    modules = qr_bits.matrix(shape, qr_bits.encode(shape, address))
    side = shape.size + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for row, column in product(range(shape.size), repeat=2):
        if modules[row][column]:
            image.putpixel((column + QUIET_ZONE, row + QUIET_ZONE), 0)

    found = zxingcpp.read_barcodes(image.resize((side * 4, side * 4), Image.Resampling.NEAREST))

    assert [code.text for code in found] == [address]


def test_the_smallest_version_that_holds_the_text_is_taken() -> None:
    assert smallest_version(84, "M") == 5
    assert smallest_version(85, "M") == 6


def test_a_text_that_no_printed_version_holds_is_refused_with_the_limit() -> None:
    with pytest.raises(Invalid) as refused:
        qr_bits.choose_shape("x" * 500)

    (finding,) = refused.value.findings
    assert finding.code == "label.code_too_long"
    assert finding.params == {"length": 500, "longest": 213}


def test_a_tail_of_another_length_than_promised_is_an_error_not_a_wrong_code() -> None:
    encoder = qr_bits.Encoder(Shape(3, "M", 0), "https://nguon.vn/t/", 4)

    with pytest.raises(struct.error):
        encoder.bitmap(b"12345")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((21, 25, 37, 57)), st.integers(0, 2**32))
def test_masks_are_judged_as_the_reference_judges_them(size: int, seed: int) -> None:
    chance = Random(seed)
    # Long runs and blocks, as rarely as masks leave them, and noise between them.
    rows = [[chance.random() < 0.5 for _ in range(size)] for _ in range(size)]
    for _ in range(size // 3):
        row, column = chance.randrange(size - 3), chance.randrange(size - 7)
        for r, c in product(range(row, row + 3), range(column, column + 7)):
            rows[r][c] = c - column not in (1, 5)
    width = (size + 7) // 8 * 8
    bits = "".join("".join("01"[dark] for dark in row).ljust(width, "0") for row in rows)

    points = qr_penalty.penalty(int(bits, 2).to_bytes(size * width // 8, "big"), size)

    assert points == lost_point(rows)
