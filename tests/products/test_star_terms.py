"""How long a recognition lasts."""

from datetime import date

import pytest

from products import ocop_groups, star_terms


@pytest.mark.parametrize(
    ("given", "until"),
    [
        (date(2024, 5, 10), date(2027, 5, 10)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2024, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_recognition_lasts_thirty_six_months(given: date, until: date) -> None:
    assert star_terms.valid_until(given) == until


def test_the_mark_is_for_three_stars_and_more() -> None:
    assert star_terms.term("shown_from_stars", date(2026, 11, 21)) == 3


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        star_terms.term("nothing", date(2026, 1, 1))


def test_there_are_six_groups_and_every_kind_belongs_to_one() -> None:
    groups = ocop_groups.groups()

    assert len(ocop_groups.main_groups()) == 6
    assert all(group.parent in groups for group in groups.values() if group.parent)
    assert all(
        code.startswith(f"{group.parent}.") for code, group in groups.items() if group.parent
    )
    assert [group.code for group in groups.values() if group.is_service] == ["tourism"]
