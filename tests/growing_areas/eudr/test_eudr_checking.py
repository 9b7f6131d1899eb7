"""What the EU system would refuse: every reason at once, and nothing sound is refused."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from growing_areas import crops
from growing_areas.eudr import checking, document, rules
from growing_areas.eudr.document import PlotFeature

DAY = date(2026, 11, 22)
RULES = rules.rules_on(DAY)
SQUARE = [(105.1, 21.1), (105.11, 21.1), (105.11, 21.11), (105.1, 21.11), (105.1, 21.1)]
HOLE = [(105.104, 21.104), (105.106, 21.104), (105.106, 21.106), (105.104, 21.104)]
BOW = [(105.1, 21.1), (105.11, 21.11), (105.11, 21.1), (105.1, 21.11), (105.1, 21.1)]
NEAR = [*SQUARE[:2], (105.11 + 2e-8, 21.1 + 2e-8), *SQUARE[2:]]
# Two sides nearer to each other than the sixth decimal can tell.
SLIT = [
    (105.1, 21.1), (105.11, 21.1), (105.11, 21.11), (105.1050002, 21.11),
    (105.1050001, 21.102), (105.1049999, 21.11), (105.1, 21.11), (105.1, 21.1),
]  # fmt: skip
TINY = [(105.1, 21.1), (105.1 + 1e-8, 21.1), (105.1, 21.1 + 1e-8), (105.1, 21.1)]
LINE = [(105.1, 21.1), (105.11, 21.1), (105.12, 21.1), (105.1, 21.1)]


def moved(ring: list[tuple[float, float]], lon: float) -> list[tuple[float, float]]:
    return [(x + lon, y) for x, y in ring]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def codes(geometry: dict[str, Any]) -> set[str]:
    return {fault.code.removeprefix("eudr.") for fault in checking.faults(geometry, RULES)}


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (polygon(SQUARE), set()),
        ({"type": "Point", "coordinates": (105.1, 21.1)}, set()),
        ({"type": "MultiPoint", "coordinates": [(105.1, 21.1)]}, set()),
        (polygon(SQUARE, HOLE), {"has_hole"}),
        (polygon(BOW), {"crosses_when_rounded"}),
        (polygon(SQUARE[:-1]), {"ring_open"}),
        (polygon(NEAR), {"doubled_corner"}),
        (polygon(SLIT), {"doubled_corner"}),
        (polygon(TINY), {"doubled_corner", "too_few_corners"}),
        (polygon(LINE), {"too_few_corners"}),
        (polygon(SQUARE[:2]), {"ring_open", "too_few_corners"}),
        (polygon([(181.0, 21.1), *SQUARE]), {"out_of_range"}),
        (polygon([(math.nan, 21.1), *SQUARE]), {"out_of_range"}),
        (polygon([(179.9, 1), (-179.9, 1), (-179.9, 2), (179.9, 1)]), {"antimeridian"}),
        ({"type": "Point", "coordinates": (21.1, 105.1)}, {"out_of_range"}),
        ({"type": "LineString", "coordinates": SQUARE}, {"geometry_type"}),
        ({"type": "GeometryCollection", "geometries": []}, {"geometry_type"}),
        ({"type": "MultiPolygon", "coordinates": []}, {"geometry_type"}),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 0.02)]]}, set()),
        (
            {"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 0.005)]]},
            {"parts_overlap"},
        ),
        (
            {"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 0.01)]]},
            {"parts_overlap"},
        ),
        (
            {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [moved(BOW, 1)], [SQUARE]]},
            {"has_hole", "crosses_when_rounded"},
        ),
    ],
)
def test_every_reason_is_found(geometry: dict[str, Any], expected: set[str]) -> None:
    assert codes(geometry) == expected


def test_every_place_is_named() -> None:
    twice = [(0, 0), (2, 2), (4, 0), (6, 2), (6, 0), (4, 2), (2, 0), (0, 2), (0, 0)]

    places = {fault.place for fault in checking.faults(polygon(twice), RULES)}

    assert {(1.0, 1.0), (3.0, 1.0), (5.0, 1.0)} <= places


def test_only_cattle_may_be_a_point_at_any_size() -> None:
    assert RULES.takes_point("coffee", Decimal("4.0000"))
    assert not RULES.takes_point("coffee", Decimal("4.0001"))
    assert RULES.takes_point("cattle", Decimal(400))


coordinates = st.floats(-180, 180), st.floats(-90, 90)
geometries = st.one_of(
    st.builds(
        lambda *place: {"type": "Point", "coordinates": place}, *coordinates
    ),
    st.lists(
        st.lists(st.tuples(*coordinates), min_size=1, max_size=12), min_size=1, max_size=3
    ).map(lambda rings: {"type": "Polygon", "coordinates": rings}),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(geometries)
def test_any_ring_gets_faults_or_is_taken_never_an_exception(geometry: dict[str, Any]) -> None:
    found = checking.faults(geometry, RULES)

    for fault in found:
        assert fault.code.startswith("eudr.")
        assert all(math.isfinite(value) for value in fault.place)
    if not found and geometry["type"] == "Polygon":
        rounded = [checking.rounded(corner, 6) for corner in geometry["coordinates"][0]]
        assert shapely.Polygon(rounded).is_valid


names = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=' "\\'))
features = st.lists(
    st.builds(
        PlotFeature, names, st.just("VN"), names,
        st.decimals(0, 10**6, places=6), geometries,
    ),
    max_size=4,
)  # fmt: skip
NUMBER = re.compile(r"-?\d{1,3}\.\d{6}")


@settings(max_examples=100, deadline=None)
@given(features)
def test_the_file_reads_back_with_six_decimals_kept_as_text(written: list[PlotFeature]) -> None:
    text = document.write(written, decimals=6)

    told = json.loads(text, parse_float=str)
    assert set(told) == {"type", "features"}
    assert len(told["features"]) == len(written)
    for found, feature in zip(told["features"], written, strict=True):
        assert list(found["properties"]) == [
            "ProducerName", "ProducerCountry", "ProductionPlace", "Area",
        ]  # fmt: skip
        assert found["properties"]["ProducerName"] == feature.producer
        assert found["properties"]["ProductionPlace"] == feature.place
        assert re.fullmatch(r"\d+\.\d{4}", found["properties"]["Area"])
        flat = list(_numbers(found["geometry"]["coordinates"]))
        assert all(NUMBER.fullmatch(number) for number in flat)
        assert "-0.000000" not in flat
        exact = list(_numbers(feature.geometry["coordinates"]))
        assert all(abs(float(a) - b) <= 5.1e-7 for a, b in zip(flat, exact, strict=True))


def _numbers(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from _numbers(inner)
    else:
        yield value


def test_every_rule_and_commodity_has_a_source_and_a_span() -> None:
    validities = [
        *(rule.validity for rule in rules.table()),
        *(found.validity for found in rules.commodities()),
    ]

    assert all(each.source for each in validities)
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in validities)


def test_commodities_are_exactly_the_crops_marked_as_regulated() -> None:
    told = [crop for found in rules.commodities_on(DAY).values() for crop in found.crop_codes]

    assert len(told) == len(set(told))
    assert set(told) == {crop.code for crop in crops.crops().values() if crop.is_eudr}


def test_the_rules_of_the_day_are_read() -> None:
    assert (RULES.decimals, RULES.most_bytes) == (6, 25_000_000)
    assert RULES.applies_from == date(2026, 12, 30)
    assert RULES.applies_from_small == date(2027, 6, 30)
    assert rules.rules_on(date(2020, 1, 1)).decimals == 6
