"""Quantities: typed as spoken, converted exactly."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import quantity
from foundation.errors import Invalid

MASSES = [unit.code for unit in quantity.units().values() if unit.dimension == "mass"]
AMOUNTS = st.decimals(0, 10**9, places=3)


@given(AMOUNTS, st.sampled_from(MASSES), st.sampled_from(MASSES))
def test_conversion_there_and_back_loses_nothing(amount: Decimal, unit: str, into: str) -> None:
    there = quantity.convert(amount, unit, into)

    assert quantity.convert(there, into, unit) == amount


@pytest.mark.parametrize(
    ("typed", "amount", "unit"),
    [
        ("1.234,5 kg", "1234.5", "KGM"),
        ("2 tạ", "2", "DTN"),
        ("1,2tấn", "1.2", "TNE"),
        ("500 g", "500", "GRM"),
        ("500GRM", "500", "GRM"),
        ("12 Chai", "12", "XBO"),
        ("0,75 lít", "0.75", "LTR"),
        ("1\u00a0000 kg", "1000", "KGM"),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, amount: str, unit: str) -> None:
    assert quantity.parse(typed) == quantity.Quantity(Decimal(amount), unit)


def test_english_marks_are_read_when_asked() -> None:
    read = quantity.parse("1,234.5 kg", decimal_mark=".")

    assert read == quantity.Quantity(Decimal("1234.5"), "KGM")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "quantity.not_a_number"),
        ("mười kg", "quantity.not_a_number"),
        ("1.23,4 kg", "quantity.not_a_number"),
        ("-4 kg", "quantity.not_a_number"),
        ("12", "quantity.unit_missing"),
        ("12 gùi", "quantity.unit_unknown"),
        ("9" * 30 + " kg", "quantity.too_large"),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        quantity.parse(typed)

    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_missing_unit_takes_the_default() -> None:
    assert quantity.parse("12,5", default_unit="KGM").unit == "KGM"


def test_a_bag_is_not_a_weight() -> None:
    assert not quantity.is_convertible("XBG", "KGM")
    with pytest.raises(Invalid) as caught:
        quantity.convert(Decimal(3), "XBG", "KGM")

    assert caught.value.findings[0].code == "quantity.units_differ"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(Invalid):
        assert quantity.parse(typed).amount >= 0


def test_the_unit_table_is_well_formed() -> None:
    for unit in quantity.units().values():
        assert unit.factor > 0
        assert quantity.find_unit(unit.code) is unit
        assert quantity.find_unit(unit.symbol_vi) == unit
