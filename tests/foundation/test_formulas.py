"""Texts a spreadsheet would compute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.formulas import armed, disarmed


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3", "\t=1", "'=1", "''@x"])
def test_a_formula_goes_out_behind_an_apostrophe(text: str) -> None:
    assert disarmed(text) == "'" + text


@pytest.mark.parametrize("text", ["+84 90 512", "-1.5", "'tis", "Vườn", ""])
def test_what_computes_nothing_stays(text: str) -> None:
    assert disarmed(text) == text


@given(st.text(alphabet="'=@+-\t1a ", max_size=8))
def test_what_went_out_comes_back(text: str) -> None:
    assert armed(disarmed(text)) == text
