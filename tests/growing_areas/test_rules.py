"""The room's data: every row has its source and its dates, and says what it should."""

import re
from datetime import date

import pytest

from foundation.errors import NotFound
from growing_areas import crops, kinds, rules
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
    trees = kinds.crop_codes("forest")
    assert {crop.code for crop in crops.crops().values() if crop.is_eudr} == {
        "coffee", "coffee_robusta", "coffee_arabica", "coffee_liberica", "cocoa", "rubber",
        "soybean", "oil_palm", "cattle", *(tree for tree in trees if "bamboo" not in tree),
    } - {"rattan"}  # fmt: skip


def test_what_is_raised_in_vietnam_is_listed_under_three_kinds_of_registration() -> None:
    listed = crops.crops()

    assert len(listed) >= 120
    assert kinds.of_crop("rice") == kinds.of_crop("cinnamon") == "growing"
    assert kinds.of_crop("pangasius") == kinds.of_crop("pig") == "farming"
    assert kinds.of_crop("acacia") == kinds.of_crop("teak") == "forest"
    assert sum(len(kinds.crop_codes(kind)) for kind in kinds.AREA_KINDS) == len(listed)


def test_eppo_codes_are_five_signs_with_a_source_and_stand_for_one_species() -> None:
    species: dict[str, set[str]] = {}
    for row in rules.rows("crops"):
        code = row["eppo_code"]
        assert bool(code) == bool(row["eppo_source"])
        assert re.fullmatch(r"([A-Z]{5}|1[A-Z]{4})?", code)
        if code:
            species.setdefault(code, set()).add(row["scientific_name"])

    assert {code: names for code, names in species.items() if len(names) > 1} == {}


def test_scientific_names_begin_with_a_genus() -> None:
    odd = [
        crop.scientific_name
        for crop in crops.crops().values()
        if not re.fullmatch(r"[A-Z][a-z]+( [x×])?( [A-Z]?[a-z.-]+)*", crop.scientific_name)
    ]

    assert odd == []


def test_the_domestic_pattern_is_for_growing_areas_alone() -> None:
    assert rules.code_template("VN", TODAY, "farming").key == "internal"
    assert rules.code_template("VN", TODAY, "forest").key == "internal"
    assert rules.official_grammar("VN", TODAY, "forest") is None


def test_domestic_serials_have_two_digits_or_more_and_no_district() -> None:
    grammar = rules.code_template("VN", TODAY).grammar

    assert grammar.fullmatch("VN-25-08674-01-26")
    assert grammar.fullmatch("VN-25-08674-123-26")
    assert not grammar.fullmatch("VN-25-08674-1-26")
    assert not grammar.fullmatch("VN-25-233-08674-01-26")


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
