"""Land in the unit its own people reckon in."""

import itertools
from datetime import date

import pytest

from foundation.i18n import set_language
from growing_areas import labels, local_units

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("commune", "told"),
    [
        ("08674", "0,72\u00a0ha (20\u00a0sào)"),  # Thanh Thủy, Phú Thọ: 360 m²
        ("20854", "0,72\u00a0ha (14,4\u00a0sào)"),  # Quảng Nam: 500 m²
        ("29242", "0,72\u00a0ha (7,2\u00a0công)"),  # Trà Vinh: 1.000 m²
        ("24133", "0,72\u00a0ha"),  # Đắk Lắk: a sào means three things there
        ("99999", "0,72\u00a0ha"),
        (None, "0,72\u00a0ha"),
    ],
)
def test_an_area_is_told_in_the_local_unit(commune: str | None, told: str) -> None:
    assert labels.area_told(7_200, commune, TODAY) == told


def test_an_english_reader_gets_english_figures() -> None:
    set_language("en")

    assert labels.area_told(125_000, "08674", TODAY) == "12.5\u00a0ha (347\u00a0sào)"


def test_stretches_of_codes_do_not_overlap() -> None:
    units = local_units.land_units()

    assert len(units) == 70
    assert all(a.last_commune < b.first_commune for a, b in itertools.pairwise(units))
    assert all(unit.source for unit in units)
    assert {unit.square_metres for unit in units} == {360, 500, 1000, None}


def test_a_commune_knows_its_former_province() -> None:
    assert local_units.former_province("08674") == "Phú Thọ"
    assert local_units.former_province("08707") == "Vĩnh Phúc"
    assert local_units.former_province("99999") is None
