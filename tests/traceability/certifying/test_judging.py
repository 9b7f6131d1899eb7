"""A reading passes, fails, or cannot be judged; a doubt is never a pass."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.certifying import judging, lists
from traceability.certifying.judging import Reading

ON = date(2026, 11, 1)
AMOUNTS = st.decimals(0, 10_000, places=6, allow_nan=False)


def test_a_reading_is_held_to_the_limit_of_its_group_on_its_day() -> None:
    lead = Reading("lead", "mg/kg", Decimal("0.2"))

    assert judging.judge(lead, "leafy_vegetable", ON).outcome == "passed"
    assert judging.judge(lead, "fruit", ON).outcome == "failed"
    assert judging.judge(lead, "other", ON).outcome == "unjudged"
    assert judging.judge(lead, "fruit", date(2010, 1, 1)).outcome == "unjudged"


def test_units_of_one_measure_are_converted_and_others_are_not_judged() -> None:
    assert judging.judge(Reading("lead", "µg/kg", Decimal(99)), "fruit", ON).outcome == "passed"
    assert judging.judge(Reading("lead", "ppb", Decimal(101)), "fruit", ON).outcome == "failed"
    for stated in (None, Decimal(1)):
        strange = Reading("lead", "CFU/g", Decimal(0), stated_limit=stated)
        assert judging.judge(strange, "fruit", ON).outcome == "unjudged"


@pytest.mark.parametrize(
    ("detection_limit", "outcome"), [(None, "passed"), ("0.05", "passed"), ("0.5", "unjudged")]
)
def test_not_detected_passes_unless_the_method_is_too_coarse_to_tell(
    detection_limit: str | None, outcome: str
) -> None:
    seen_from = Decimal(detection_limit) if detection_limit else None
    reading = Reading("lead", "mg/kg", None, seen_from)

    assert judging.judge(reading, "fruit", ON).outcome == outcome


def test_where_nothing_may_be_found_only_nothing_passes() -> None:
    for value, outcome in ((None, "passed"), (Decimal(0), "passed"), (Decimal(1), "failed")):
        assert judging.judge(Reading("salmonella", "/25g", value), "meat", ON).outcome == outcome


def test_the_stricter_of_the_table_and_the_report_counts() -> None:
    told = judging.judge(
        Reading("lead", "mg/kg", Decimal("0.08"), stated_limit=Decimal("0.05")), "fruit", ON
    )
    law = judging.judge(
        Reading("lead", "mg/kg", Decimal("0.2"), stated_limit=Decimal(1)), "fruit", ON
    )
    unknown = judging.judge(
        Reading("Thuốc lạ", "mg/kg", Decimal(2), stated_limit=Decimal(1)), "fruit", ON
    )

    assert (told.outcome, told.limit, told.limit_source) == ("failed", Decimal("0.05"), None)
    assert (law.outcome, law.limit_source) == ("failed", "QCVN 8-2:2011/BYT")
    assert unknown.outcome == "failed"


@given(AMOUNTS, AMOUNTS)
def test_more_than_the_limit_fails_and_the_limit_itself_passes(
    value: Decimal, limit: Decimal
) -> None:
    judged = judging.judge(Reading("x", "mg/kg", value, stated_limit=limit), "other", ON)

    assert judged.outcome == ("failed" if value > limit else "passed")


@given(st.lists(st.sampled_from(judging.OUTCOMES), max_size=6))
def test_one_failure_fails_a_report_and_one_doubt_leaves_it_open(outcomes: list[str]) -> None:
    readings = {
        "passed": Reading("lead", "mg/kg", Decimal(0)),
        "failed": Reading("lead", "mg/kg", Decimal(9)),
        "unjudged": Reading("?", "mg/kg", Decimal(9)),
    }
    judged = judging.judge_all([readings[each] for each in outcomes], "fruit", ON)

    said = judging.verdict(judged)
    assert (said == "failed") is ("failed" in outcomes)
    assert (said == "passed") is (bool(outcomes) and set(outcomes) == {"passed"})


def test_the_tables_name_each_other_and_say_who_says_so() -> None:
    for limit in lists.limits():
        assert limit.parameter in lists.parameters()
        assert set(limit.groups) <= lists.food_groups().keys()
        unit = lists.parameters()[limit.parameter].unit
        assert judging.converted(limit.most, limit.unit, unit) is not None
        assert limit.most >= 0
    for panel in lists.panels().values():
        known = {each for each in panel.parameters if lists.limit_of(each, panel.group, ON)}
        assert known == set(panel.parameters)
    rules = [
        *(each.validity for each in lists.panels().values()),
        *(each.validity for each in lists.standards().values()),
        *(each.validity for each in lists.food_groups().values()),
        *(each.validity for each in lists.parameters().values()),
        *(each.validity for each in lists.limits()),
    ]
    assert all(rule.source for rule in rules)
    assert all(set(each.subjects) <= set(lists.SUBJECTS) for each in lists.standards().values())
    keys = [(limit.parameter, group) for limit in lists.limits() for group in limit.groups]
    assert len(keys) == len(set(keys))
