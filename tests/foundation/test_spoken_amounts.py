"""Amounts typed with their unit are what the form reads, to the last gram, in either language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from foundation import i18n, inputs
from foundation.inputs import InputSchema, Number, Text
from foundation.spoken_amounts import with_amount


class Weighed(InputSchema):
    """A form with an amount and its unit."""

    quantity = Number(required=True)
    unit = Text(max=20)


def read(language: str, **form: str) -> tuple[Decimal, str | None]:
    """What is read of a form by readers of a language."""
    with i18n.speaking(language):
        loaded = inputs.load(Weighed, with_amount(MultiDict(form)))
    return loaded["quantity"], loaded.get("unit")


@given(
    language=st.sampled_from(["vi", "en"]),
    amount=st.decimals(0, 999_999, places=3),
    is_grouped=st.booleans(),
    unit=st.sampled_from(["", "kg", "tấn"]),
    beside=st.sampled_from(["", "KGM"]),
)
def test_an_amount_is_read_as_it_was_typed(
    language: str, amount: Decimal, is_grouped: bool, unit: str, beside: str
) -> None:
    text = f"{amount:,.3f}" if is_grouped else f"{amount:.3f}"
    # Three digits after a lone dot are thousands here: only what a reader would write is typed.
    if language == "vi":
        text = text.translate(str.maketrans(".,", ",."))

    found, code = read(language, quantity=f"{text} {unit}".strip(), unit=beside)

    assert found == amount
    assert code == ({"kg": "KGM", "tấn": "TNE", "": beside}[unit] or None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,234", (Decimal("1.234"), "KGM")),
        ("1.234", (Decimal(1234), "KGM")),
        ("2 tạ", (Decimal(2), "DTN")),
        ("2,125 tấn", (Decimal("2.125"), "TNE")),
    ],
)
def test_a_comma_before_three_digits_makes_no_thousands(
    typed: str, meant: tuple[Decimal, str]
) -> None:
    assert read("vi", quantity=typed, unit="KGM") == meant
