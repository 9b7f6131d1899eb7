"""Ratios come from their parts; what is unknown stays so."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from indicators import formulas
from indicators.formulas import Parts

AMOUNTS = st.none() | st.integers(0, 10**6).map(Decimal)
PARTS = st.lists(st.builds(Parts, AMOUNTS, AMOUNTS, st.just(True)), max_size=8)


@given(PARTS)
def test_a_ratio_is_rolled_up_from_its_parts_never_averaged(parts: list[Parts]) -> None:
    rolled = formulas.rolled_up(parts, is_ratio=True)

    unknown = any(part.numerator is None for part in parts) or not parts
    assert (rolled.numerator is None) == unknown
    if rolled.numerator is not None:
        assert rolled.numerator == sum(part.numerator or 0 for part in parts)


@given(AMOUNTS, AMOUNTS)
def test_without_a_denominator_there_is_no_figure(
    numerator: Decimal | None, denominator: Decimal | None
) -> None:
    value = Parts(numerator, denominator, True).value()

    assert (value is None) == (numerator is None or not denominator)


def test_a_figure_meets_its_target_by_the_targets_own_sign() -> None:
    sixty = Decimal(60)

    assert formulas.standing(sixty, sixty) == "met"
    assert formulas.standing(sixty, sixty, ">") == "behind"
    assert formulas.standing(None, sixty) == "unknown"
    assert formulas.standing(sixty, None) == "no_number"
