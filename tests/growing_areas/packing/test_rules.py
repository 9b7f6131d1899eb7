"""The wing's data: every row has source and dates; codes and their normal form."""

from datetime import date

import pytest

from growing_areas.packing import rules

TODAY = date(2026, 11, 21)


def test_every_row_has_a_source_and_a_span() -> None:
    validities = [
        *(code.validity for code in rules.house_codes()),
        *(point.validity for point in rules.every_point()),
        *(standard.validity for standard in rules.standards().values()),
    ]

    assert all(each.source for each in validities)
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in validities)


def test_points_have_two_names_and_keys_are_their_own() -> None:
    points = rules.checklist(TODAY)

    assert len({point.key for point in points}) == len(points) > 10
    assert all(point.name_vi and point.name_en for point in points)
    assert any(point.is_essential for point in points)


def test_our_own_code_never_looks_official() -> None:
    own = rules.own_template(TODAY)
    made = own.pattern.format(commune="08674", serial=1)
    official = rules.official_grammar(TODAY)

    assert made == "NDG.08674.0001"
    assert own.grammar.fullmatch(made)
    assert official is not None
    assert not official.grammar.fullmatch(made)


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("VNDTPH-0001", "VN-DTPH-0001"),
        ("VN-DTPH0001", "VN-DTPH-0001"),
        ("VNDTPH0001", "VN-DTPH-0001"),
        ("VN-DTOR-0001", None),
        ("DTPH-0001", None),
        ("VNDTPH-001", None),
    ],
)
def test_a_code_printed_without_its_hyphen_has_a_normal_form(
    printed: str, normal: str | None
) -> None:
    assert rules.normal_form(printed, TODAY) == normal
