"""GS1 DataMatrix: every size is read back as the element string it was told to say."""

from __future__ import annotations

import random

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from foundation import codes
from foundation.errors import Invalid
from traceability.labels import data_matrix, qr_bits
from traceability.labels.data_matrix import FUNCTION, Encoder, Matrix

GTIN = "08930001000018"
LOT = "TRASHAN-26A"


def read(matrix: Matrix, bitmap: bytes) -> zxingcpp.Barcode:
    rows = qr_bits.matrix(matrix, bitmap)
    side = matrix.size + 4
    image = Image.new("L", (side, side), 255)
    for row, line in enumerate(rows):
        for column, dark in enumerate(line):
            if dark:
                image.putpixel((column + 2, row + 2), 0)
    enlarged = image.resize((side * 4, side * 4), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(enlarged)
    return found


@pytest.mark.parametrize("row", data_matrix._SIZES, ids=lambda row: str(row[0]))
def test_every_size_is_read_back(row: tuple[int, int, int, int]) -> None:
    matrix = Matrix(*row)
    chance = random.Random(row[0])
    # Full, and with room left over for padding; letters, so that each takes a codeword.
    for length in {matrix.data - 1, matrix.data // 2, 2}:
        text = "".join(chance.choice("ABCDEFGHJKMNPQRS") for _ in range(length))

        found = read(matrix, Encoder(matrix, text, 0).bitmap(b""))

        assert (found.format, found.text) == (zxingcpp.BarcodeFormat.DataMatrix, text)


@settings(max_examples=40, deadline=None)
@given(st.text("0123456789ABCDEFGHJ-./", min_size=1, max_size=20), st.integers(0, 2**32))
def test_a_serial_label_is_read_as_article_lot_and_serial(lot: str, seed: int) -> None:
    serial = codes.new_code(15, random.Random(seed))
    prefix = data_matrix.element_string(GTIN, lot, serial_follows=True)
    matrix = data_matrix.choose_matrix(prefix, 15)

    found = read(matrix, Encoder(matrix, prefix, 15).bitmap(serial.encode()))

    assert found.symbology_identifier == "]d2"
    assert found.bytes.decode() == f"01{GTIN}10{lot}{FUNCTION}21{serial}"
    assert found.text == f"(01){GTIN}(10){lot}(21){serial}"


def test_the_symbol_is_half_as_wide_as_the_qr_code_that_says_the_same() -> None:
    prefix = data_matrix.element_string(GTIN, LOT, serial_follows=True)
    address = f"https://nguon.vn/01/{GTIN}/10/{LOT}/21/7K3M9QXP2ABCDEF"

    matrix, shape = data_matrix.choose_matrix(prefix, 15), qr_bits.choose_shape(address)

    assert (matrix.size + 2 * matrix.quiet) * 1.3 < shape.size + 2 * shape.quiet


def test_what_no_symbol_holds_is_refused_with_the_limit() -> None:
    with pytest.raises(Invalid) as refused:
        data_matrix.choose_matrix("A" * 200, 15)

    (finding,) = refused.value.findings
    assert (finding.code, finding.params["longest"]) == ("label.code_too_long", 174)


def test_a_tail_of_another_length_than_promised_is_an_error_not_a_wrong_code() -> None:
    matrix = data_matrix.choose_matrix("01" + GTIN, 4)

    with pytest.raises(ValueError, match=r"shorter|longer"):
        Encoder(matrix, "01" + GTIN, 4).bitmap(b"12345")
