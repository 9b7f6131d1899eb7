"""Bar codes on cartons are read back as what they say."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from products import gtin
from traceability.cartons import bars

# GS1's set 82, what lots and serials may be written in.
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def read(modules: str) -> list[zxingcpp.Barcode]:
    """What a decoder makes of a symbol printed with its quiet zones."""
    line = "0" * 12 + modules + "0" * 12
    image = Image.new("L", (len(line), 1))
    image.putdata([255 * (module == "0") for module in line])
    return list(zxingcpp.read_barcodes(image.resize((len(line) * 2, 30), Image.Resampling.NEAREST)))


@settings(max_examples=120, deadline=None)
@given(st.text(SET_82, min_size=1, max_size=20), st.integers(1, 99_999_999))
def test_a_lot_and_a_count_are_read_from_a_gs1_128_symbol(lot: str, count: int) -> None:
    (found,) = read(bars.code_128(f"0208930001000018{'37'}{count}{bars.FUNCTION}10{lot}"))

    assert found.symbology_identifier == "]C1"
    assert found.text == f"(02)08930001000018(37){count}(10){lot}"


def test_a_number_of_a_logistic_unit_takes_one_character_for_two_digits() -> None:
    modules = bars.code_128("00" + "089300010000000018")

    # Start, function, ten pairs, check: eleven modules each; the stop has thirteen.
    assert len(modules) == 13 * 11 + 13


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**12 - 1))
def test_any_article_number_is_read_from_an_ean_13_symbol(number: int) -> None:
    body = f"{number:012d}"
    digits = f"{body}{gtin.check_digit(body)}"

    (found,) = read(bars.ean_13(digits))

    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.EAN13, digits)


@pytest.mark.parametrize("text", ["", "1" * 49, "10Chè", "10L\n1"])
def test_what_gs1_128_cannot_say_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"Code 128|GS1-128"):
        bars.code_128(text)
