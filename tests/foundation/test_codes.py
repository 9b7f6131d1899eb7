"""Codes: drawn, checked, typed back."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import codes

LENGTHS = st.integers(2, 24)
SEEDS = st.integers(0, 2**32)


@given(LENGTHS, SEEDS)
def test_a_new_code_has_its_length_and_is_valid(length: int, seed: int) -> None:
    code = codes.new_code(length, random.Random(seed))

    assert len(code) == length
    assert codes.is_valid(code)


@given(LENGTHS, SEEDS, st.data())
def test_every_single_wrong_character_is_noticed(
    length: int, seed: int, data: st.DataObject
) -> None:
    code = codes.new_code(length, random.Random(seed))
    place = data.draw(st.integers(0, length - 1))
    other = data.draw(st.sampled_from([c for c in codes.ALPHABET if c != code[place]]))

    assert not codes.is_valid(code[:place] + other + code[place + 1 :])


def test_nearly_all_swapped_neighbours_are_noticed() -> None:
    chance = random.Random(7)
    swaps = missed = 0
    for _ in range(2_000):
        code = codes.new_code(10, chance)
        for place in range(9):
            if code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                swaps += 1
                missed += codes.is_valid(swapped)

    assert missed / swaps < 0.01


@given(LENGTHS, SEEDS)
def test_a_code_read_in_groups_is_typed_back_in_any_case(length: int, seed: int) -> None:
    code = codes.new_code(length, random.Random(seed))

    assert codes.normalise(codes.grouped(code).lower()) == code
    assert codes.normalise(" " + codes.grouped(code, 3).replace("-", " ") + "\n") == code


def test_vietnamese_keyboard_marks_are_undone() -> None:
    assert codes.normalise("đ4k-â7") == "DD4KAA7"


@pytest.mark.parametrize("typed", ["", "A", "0000", "OOOO", "ABCDL", "Ế23"])
def test_nonsense_is_not_valid(typed: str) -> None:
    assert not codes.is_valid(codes.normalise(typed))


@given(st.text())
def test_whatever_is_typed_can_be_judged(typed: str) -> None:
    assert codes.is_valid(codes.normalise(typed)) in (True, False)


def test_a_code_needs_room_for_its_check_character() -> None:
    with pytest.raises(ValueError):
        codes.new_code(1, random.Random(1))
