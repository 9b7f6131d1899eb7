"""Provinces are as far from one another as a map shows, give or take their size."""

import csv
from importlib import resources

import pytest

from territory import distances

HANOI, BAC_NINH, DA_NANG, CAN_THO = "01", "24", "48", "92"


@pytest.mark.parametrize(
    ("one", "other", "apart_km"),
    [(HANOI, BAC_NINH, 80), (HANOI, DA_NANG, 650), (HANOI, CAN_THO, 1260), (HANOI, HANOI, 0)],
)
def test_middles_lie_as_far_apart_as_on_a_map(one: str, other: str, apart_km: float) -> None:
    assert distances.apart_km(one, other) == pytest.approx(apart_km, abs=20)
    assert distances.apart_km(other, one) == distances.apart_km(one, other)


def test_what_lies_between_is_never_more_than_from_edge_to_edge() -> None:
    assert distances.least_km(HANOI, BAC_NINH) == 0
    assert distances.least_km(HANOI, HANOI) == 0
    # Along the roads some 1,700 km; the nearest corners of both are over 1,000 km from each other.
    assert 1_000 < (distances.least_km(HANOI, CAN_THO) or 0) < 1_260


def test_a_code_of_no_province_in_force_lies_nowhere() -> None:
    # Quảng Nam until July 2025.
    assert distances.apart_km("49", HANOI) is None
    assert distances.least_km(HANOI, "49") is None
    assert distances.least_km("49", "49") is None


def test_every_province_in_force_has_a_middle_within_the_country() -> None:
    table = resources.files("territory").joinpath("data/province_centres.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))

    assert len(distances.middles()) == len(rows) == 34
    assert all(row["source"] and row["valid_from"] for row in rows)
    assert all(
        102 < each.lon < 110 and 8 < each.lat < 24 and 30 <= each.reach_km <= 150
        for each in distances.middles().values()
    )
