"""Bar-code numbers: what may name a trade item, and what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products import gtin

BODIES = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size)
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8930001000018", "08930001000018"),
        ("893-0001-00001 8", "08930001000018"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("18930001000015", "18930001000015"),
    ],
)
def test_a_number_of_any_standard_length_is_kept_as_fourteen_digits(
    typed: str, stored: str
) -> None:
    assert gtin.normalise(typed) == stored


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("8930001000010", "gtin.check_digit"),
        ("893000100001", "gtin.check_digit"),
        ("12345", "gtin.length"),
        ("", "gtin.not_digits"),
        ("00000000", "gtin.length"),
        ("89300010000I8", "gtin.not_digits"),
        ("٨٩٣٠٠٠١٠٠٠٠١٨", "gtin.not_digits"),
        ("2000000000008", "gtin.restricted"),
        ("9900000000004", "gtin.restricted"),
    ],
)
def test_a_number_that_names_no_trade_item_is_refused_by_name(typed: str, fault: str) -> None:
    assert gtin.find_fault(typed) == fault


@given(BODIES)
def test_the_check_digit_completes_a_number_and_no_other_digit_does(body: str) -> None:
    right = gtin.check_digit(body)

    faults = {digit: gtin.find_fault(f"{body}{digit}") for digit in range(10)}

    assert {d for d, fault in faults.items() if fault != "gtin.check_digit"} <= (
        set(range(10)) if not body.strip("0") else {right}
    )


@given(BODIES, st.data())
def test_every_single_wrong_digit_is_noticed(body: str, data: st.DataObject) -> None:
    number = f"{body}{gtin.check_digit(body)}"
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))

    wrong = number[:place] + other + number[place + 1 :]

    assert gtin.find_fault(wrong) in {"gtin.check_digit", "gtin.length"}


@given(BODIES)
def test_the_shown_number_is_the_stored_one_in_its_shortest_length(body: str) -> None:
    number = f"{body}{gtin.check_digit(body)}"
    if gtin.find_fault(number) is None:
        stored = gtin.normalise(number)
        assert gtin.normalise(gtin.shown(stored)) == stored
