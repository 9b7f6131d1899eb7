"""The room's data: every row has its source and its dates, and says what it should."""

from datetime import date

import pytest

from foundation.errors import NotFound
from growing_areas import crops, rules
from growing_areas.models import ACTIVITIES

TODAY = date(2026, 11, 21)


def test_every_row_has_a_source_and_a_span() -> None:
    validities = [
        *(crop.validity for crop in crops.crops().values()),
        *(rule.validity for rule in rules.minimum_areas()),
        *(rule.validity for rule in rules.code_templates()),
        *(rule.validity for rule in rules.diary_rules()),
    ]

    assert all(each.source for each in validities)
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in validities)


def test_every_crop_has_three_names_and_a_known_kind() -> None:
    for crop in crops.crops().values():
        assert crop.name_vi
        assert crop.name_en
        assert crop.scientific_name
        assert crop.kind in rules.KINDS
        assert rules.diary_rule(crop.kind, TODAY)


def test_eudr_holds_exactly_the_regulated_commodities_we_list() -> None:
    assert {crop.code for crop in crops.crops().values() if crop.is_eudr} == {
        "coffee", "coffee_robusta", "coffee_arabica", "cocoa", "rubber", "soybean", "acacia",
        "cattle",
    }  # fmt: skip


def test_an_unknown_crop_is_not_found() -> None:
    with pytest.raises(NotFound):
        crops.get_crop("unicorn")


def test_codes_made_by_a_template_meet_its_grammar() -> None:
    for template in rules.code_templates():
        if template.pattern:
            code = template.pattern.format(
                province="25", district="233", commune="08674", serial=7, yy=26
            )
            assert template.grammar.fullmatch(code)


def test_our_own_codes_never_look_official() -> None:
    own = rules.code_template("JP", TODAY).pattern.format(commune="08674", serial=1)

    official = [rule for rule in rules.code_templates() if rule.kind != "internal"]
    assert not any(rule.grammar.fullmatch(own) for rule in official)


def test_the_template_follows_the_day() -> None:
    assert rules.code_template("VN", date(2024, 1, 1)).key == "domestic-2022"
    assert rules.code_template("VN", TODAY).key == "domestic-2025"


def test_diary_rules_name_activities_of_the_diary() -> None:
    assert {a for rule in rules.diary_rules() for a in rule.required} <= set(ACTIVITIES)


def test_minimum_areas_of_the_domestic_market() -> None:
    perennial = rules.find_minimum_area("perennial", "VN", TODAY)
    annual = rules.find_minimum_area("annual", "VN", TODAY)

    assert perennial
    assert annual
    assert (str(perennial.minimum_ha), str(annual.minimum_ha)) == ("1", "0.1")
    assert rules.find_minimum_area("livestock", "VN", TODAY) is None
