"""Money: shares add up, prices round once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import money

AMOUNTS = st.integers(-money.MAX_VND, money.MAX_VND)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    assert sum(money.split(total, weights)) == total


@given(AMOUNTS, WEIGHTS)
def test_each_part_is_within_one_dong_of_its_exact_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)

    for part, weight in zip(money.split(total, weights), weights, strict=True):
        assert abs(part * whole - total * weight) < whole
        assert weight or not part


def test_the_largest_remainder_gets_the_dong_left_over() -> None:
    assert money.split(100, [1, 1, 1]) == [34, 33, 33]
    assert money.split(10, [1, 3, 3]) == [2, 4, 4]
    assert money.split(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_shares_without_a_whole_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        money.split(1_000, weights)


def test_half_a_dong_is_rounded_up() -> None:
    assert money.at_rate(100, Decimal("0.015")) == 2
    assert money.times(185_000, Decimal("1.250")) == 231_250
    assert money.times(33_333, Decimal("0.333")) == 11_100


def test_an_amount_is_written_with_dots_and_the_dong_sign() -> None:
    assert money.format_vnd(185_000) == "185.000\u00a0₫"
    assert money.format_vnd(-1_234_567) == "-1.234.567\u00a0₫"
    assert money.format_vnd(1_234_567, ",") == "1,234,567\u00a0₫"
