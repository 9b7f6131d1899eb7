"""Tax codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import tax_codes


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0300588569", "0300588569"),
        ("03 00 58 85 69", "0300588569"),
        ("0300588569001", "0300588569-001"),
        ("0300588569-001", "0300588569-001"),
        ("049085001234", "049085001234"),
    ],
)
def test_a_right_code_has_one_kept_form(typed: str, kept: str) -> None:
    assert tax_codes.normalise(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "0300588568", "030058856", "0300588569-000", "999085001234", "x"]
)
def test_an_impossible_code_is_none(typed: str) -> None:
    assert tax_codes.normalise(typed) is None


@given(st.integers(0, 9), st.integers(0, 9))
def test_every_single_wrong_digit_is_noticed(place: int, digit: int) -> None:
    right = "0300588569"
    wrong = right[:place] + str(digit) + right[place + 1 :]

    assert (tax_codes.normalise(wrong) is None) == (wrong != right)


def test_a_persons_number_is_told_from_a_companys() -> None:
    assert tax_codes.is_personal("049085001234")
    assert not tax_codes.is_personal("0300588569")


def test_masking_leaves_three_digits() -> None:
    assert tax_codes.masked("049085001234") == "•" * 9 + "234"
