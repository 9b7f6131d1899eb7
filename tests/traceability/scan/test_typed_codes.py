"""What people type, paste and scan, read as what labels can say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import codes
from traceability.scan import typed_codes
from traceability.scan.typed_codes import LENGTHS, Typed

LOT, ITEM = "6MXVT4A5HTGW", "XX344DW7SVQXBA4"
GTIN = "08930001000018"
MISREAD = {"Q": "O", "D": "0", "7": "1", "V": "U", "J": "I"}
made = st.builds(
    lambda length, seed: codes.new_code(length, random.Random(seed)),
    st.sampled_from(LENGTHS),
    st.integers(0, 2**32),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (f"  {LOT.lower()} ", Typed(LOT.lower())),
        (f"https://nguon.vn/t/{LOT}", Typed(LOT)),
        (f"nguon.vn/t/{LOT}/{ITEM}?lang=ja", Typed(LOT, serial=ITEM)),
        ("/areas/VN-DNG-0001", Typed("VN-DNG-0001")),
        (f"https://id.gs1.org/01/{GTIN}/10/LO-1/21/{ITEM}", Typed("LO-1", GTIN, "LO-1", ITEM)),
        (f"nguon.vn/01/{GTIN}/10/A%2FB", Typed("A/B", GTIN, "A/B")),
        (f"(01){GTIN}(10)LO-1(21){ITEM}", Typed("LO-1", GTIN, "LO-1", ITEM)),
        (f"(01){GTIN}(17)271231(10)LO-1", Typed("LO-1", GTIN, "LO-1")),
        (f"]d201{GTIN}10LO-1\x1d21{ITEM}", Typed("LO-1", GTIN, "LO-1", ITEM)),
        (f"01{GTIN}10LO-121{ITEM}", Typed("LO-1", GTIN, "LO-1", ITEM)),
        (GTIN, Typed(GTIN)),
        ("http://[", Typed("http://[")),
        ("(01)abc", Typed("(01)abc")),
    ],
)
def test_labels_are_read_however_they_are_written(typed: str, meant: Typed) -> None:
    assert typed_codes.read(typed) == meant


@given(st.text(max_size=600))
def test_no_text_breaks_the_reading(typed: str) -> None:
    read = typed_codes.read(typed)

    typed_codes.spellings(read.text)
    typed_codes.find_fault(read.text)


@given(made)
def test_a_whole_code_is_itself_in_any_dress(code: str) -> None:
    dressed = codes.grouped(code).lower().replace("a", "а").replace("-", " ")

    assert typed_codes.spellings(dressed) == [code]
    assert typed_codes.find_fault(dressed) is None


@given(made, st.data())
def test_a_character_misread_for_one_no_code_has_is_found_again(
    code: str, data: st.DataObject
) -> None:
    places = [place for place, character in enumerate(code) if character in MISREAD]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    typed = code[:place] + MISREAD[code[place]] + code[place + 1 :]

    assert code in typed_codes.spellings(typed)


@given(made, st.data())
def test_one_wrong_character_is_a_typo_and_not_an_unknown_code(
    code: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([c for c in codes.ALPHABET if c != code[place]]))

    typed = code[:place] + other + code[place + 1 :]

    assert typed_codes.find_fault(typed) == "code.misread"
    if (code[place], other) in {("8", "B"), ("B", "8"), ("5", "S"), ("S", "5"), ("2", "Z")}:
        assert code in typed_codes.spellings(typed)


@pytest.mark.parametrize("typed", [LOT[:-1], f"{LOT}A", ITEM[1:], f"{ITEM}7"])
def test_a_character_too_few_or_too_many_is_told_as_such(typed: str) -> None:
    assert typed_codes.find_fault(typed) == "code.length"


@pytest.mark.parametrize("typed", ["", "gạo ST25", "BUOI-26A", "cà phê bột", GTIN, "VN-DNG-0001"])
def test_what_is_no_code_of_ours_is_not_called_mistyped(typed: str) -> None:
    assert typed_codes.find_fault(typed) is None
