"""The plans' numbers, checked against a table made by hand from their texts."""

from datetime import date
from decimal import Decimal

import pytest

from foundation.errors import NotFound
from indicators import definitions, plans

# Quảng Nam, Trà Vinh, Phú Thọ, Vệ Giang, Tứ Kỳ; None = not in the plan, "aim" = no number.
NUMBERS: dict[str, tuple[object, ...]] = {
    "gov.docs.prov": (90, 90, 90, None, None),
    "gov.docs.dist": (80, 80, 90, None, 80),
    "gov.docs.comm": (60, 60, 60, None, 70),
    "gov.tthc.prov": (None, None, 85, None, None),
    "gov.tthc.dist": (None, None, 80, None, None),
    "gov.tthc.comm": (None, None, 75, None, None),
    "gov.ntm8_4": (97, 100, 100, None, 100),
    "gov.ntma8_4": (50, 70, 50, None, 60),
    "gov.ntma15_2": (50, 70, 50, None, 60),
    "gov.dist9_5": ({100, 60}, 100, 60, None, 100),
    "gov.dista6_5": (50, 33, 25, None, None),
    "gov.dista9_2": ({90, 25}, 33, 25, None, None),
    "gov.trained": (100, 100, 100, None, 100),
    "eco.link_comm": (70, 70, 70, None, 70),
    "eco.link_dist": (70, 70, 70, None, None),
    "eco.link_digital": (50, 50, 50, "aim", 20),
    "eco.link_coops": (None, None, None, 2, None),
    "eco.ocop_green": (30, None, None, None, None),
    "eco.ocop_channel": (50, None, None, None, None),
    "soc.feedback": (40, 40, 40, "aim", 50),
    "soc.smartphone": ("aim", "aim", "aim", "aim", "aim"),
    "soc.address": ("aim", None, None, None, None),
    "smart.village_kieumau": (100, None, None, None, None),
    "smart.village_dist": (3, None, None, None, None),
    "smart.commune": (1, 1, 1, 1, "aim"),
    "smart.village_pilot": (None, None, None, "aim", None),
    "smart.data_pilot": (None, None, None, 1, None),
}


@pytest.mark.parametrize("code", NUMBERS)
def test_every_number_of_every_plan_is_in(code: str) -> None:
    for slug, expected in zip(plans.SLUGS, NUMBERS[code], strict=True):
        values = {target.value for target in plans.get_plan(slug).targets_of(code)}
        assert values == _as_set(expected), slug


def _as_set(expected: object) -> set[Decimal | None]:
    if expected is None:
        return set()
    if isinstance(expected, set):
        return {Decimal(number) for number in expected}
    return {None} if expected == "aim" else {Decimal(str(expected))}


def test_no_plan_holds_an_indicator_that_the_table_does_not() -> None:
    for plan in plans.plans().values():
        assert {target.indicator.code for target in plan.targets} <= set(NUMBERS)


def test_contradictions_of_quang_nam_are_kept_and_flagged() -> None:
    found = plans.get_plan("quang-nam").targets_of("gov.dist9_5")

    assert [(t.value, t.section, t.conflict) for t in found] == [
        (Decimal(100), "III.2", True),
        (Decimal(60), "VII.2d", True),
    ]


def test_all_plans_ended_with_2025() -> None:
    for plan in plans.plans().values():
        assert plan.state(date(2025, 12, 31)) == "in_force"
        assert plan.state(date(2026, 1, 1)) == "expired"
        assert {target.deadline for target in plan.targets} == {date(2025, 12, 31)}


def test_over_sixty_means_more_than_sixty() -> None:
    (target,) = plans.get_plan("tu-ky").targets_of("gov.ntma8_4")

    assert target.op == ">"


def test_computed_indicators_say_how_and_ratios_what_they_divide_by() -> None:
    for indicator in definitions.indicators().values():
        assert (indicator.measure is not None) == (indicator.source == "computed")
        if indicator.measure is not None:
            assert indicator.measure.is_ratio == bool(indicator.denominator_vi)
        assert bool(indicator.denominator_vi) == bool(indicator.denominator_en)
        assert bool(indicator.reading_vi) == bool(indicator.reading_en)


def test_unknown_plans_and_indicators_are_not_found() -> None:
    with pytest.raises(NotFound):
        plans.get_plan("hue")
    with pytest.raises(NotFound):
        plans.get_indicator(plans.get_plan("ve-giang"), "eco.ocop_channel")
