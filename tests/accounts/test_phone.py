"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import phone


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "+84912345678",
        "84912345678",
        "0084 912.345.678",
        "+84 0912345678",
    ],
)
def test_one_number_has_one_kept_form_however_it_is_typed(typed: str) -> None:
    assert phone.normalise(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed", ["", "12345", "0112345678", "09123456789", "abc", "+84", "0912\x00345678"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert phone.normalise(typed) is None


def test_a_landline_and_a_foreign_number_are_numbers() -> None:
    assert phone.normalise("0255 3822 222") == "+842553822222"
    assert phone.normalise("+856 20 5555 1234") == "+8562055551234"


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True).filter(str.isascii))
def test_writing_and_reading_a_number_gives_it_back(local: str) -> None:
    kept = phone.normalise(local)

    assert kept is not None
    assert phone.normalise(phone.spoken(kept)) == kept
    assert phone.normalise(kept) == kept


@given(st.text(max_size=40))
def test_any_text_is_a_number_in_kept_form_or_none(typed: str) -> None:
    kept = phone.normalise(typed)

    assert kept is None or (kept.startswith("+") and kept[1:].isascii() and kept[1:].isdigit())
