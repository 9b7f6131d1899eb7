"""Reading outlines: every fault with its place, nothing mended, never an exception."""

import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from growing_areas.geometry import read

FIELD = [
    (105.8000, 21.0000),
    (105.8042, 20.9996),
    (105.8061, 21.0012),
    (105.8055, 21.0041),
    (105.8021, 21.0049),
    (105.7996, 21.0030),
]


def polygon(*rings: list[tuple[float, float]]) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[list(p) for p in [*ring, ring[0]]] for ring in rings],
    }


def moved(
    ring: list[tuple[float, float]], lon: float = 0, lat: float = 0
) -> list[tuple[float, float]]:
    return [(x + lon, y + lat) for x, y in ring]


def codes(source: object) -> list[str]:
    return [finding.code for finding in read(source).findings]


def test_a_sound_field_is_measured_on_the_ellipsoid() -> None:
    reading = read(polygon(FIELD))

    lons, lats = zip(*FIELD, strict=True)
    expected = abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0])
    assert reading.findings == ()
    assert reading.measures is not None
    assert reading.measures.area_m2 == pytest.approx(expected, rel=1e-9)


def test_holes_are_taken_off_the_area() -> None:
    whole = read(polygon(FIELD)).measures
    pond = [(105.802, 21.001), (105.803, 21.001), (105.803, 21.002)]
    holed = read(polygon(FIELD, pond)).measures

    alone = read(polygon(pond)).measures
    assert whole
    assert holed
    assert alone
    assert holed.area_m2 == pytest.approx(whole.area_m2 - alone.area_m2, rel=1e-9)


def test_a_bow_tie_is_refused_naming_where_it_crosses() -> None:
    reading = read(polygon([(105.80, 21.00), (105.81, 21.01), (105.81, 21.00), (105.80, 21.01)]))

    assert [(f.code, f.coordinate) for f in reading.findings] == [
        ("area.self_intersects", (105.805, 21.005))
    ]
    assert reading.outline is None


def test_every_crossing_is_named_not_only_the_first() -> None:
    zigzag = [
        (105.800, 21.000), (105.808, 21.000), (105.808, 21.002), (105.806, 20.999),
        (105.804, 21.002), (105.802, 20.999), (105.800, 21.002),
    ]  # fmt: skip

    assert codes(polygon(zigzag)).count("area.self_intersects") == 4


def test_an_open_ring_is_named_with_its_last_corner() -> None:
    reading = read({"type": "Polygon", "coordinates": [[list(p) for p in FIELD]]})

    assert [(f.code, f.coordinate) for f in reading.findings] == [("area.not_closed", FIELD[-1])]


def test_swapped_axes_are_recognised() -> None:
    assert codes(polygon([(lat, lon) for lon, lat in FIELD])) == ["area.axes_swapped"]


def test_several_faults_are_found_in_one_reading() -> None:
    bow_tie = [(105.80, 21.00), (105.81, 21.01), (105.81, 21.00), (105.80, 21.01)]
    source = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[*p, 5.0] for p in [*moved(bow_tie, 10), moved(bow_tie, 10)[0]]]],
            [[list(p) for p in FIELD]],
        ],
    }

    assert set(codes(source)) == {
        "area.elevation_dropped",
        "area.outside_vietnam",
        "area.self_intersects",
        "area.not_closed",
    }


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ([(105.80, 21.00), (105.81, 21.01), (105.82, 21.02)], "area.degenerate"),
        ([(105.80, 21.00), (105.81, 21.01)], "area.too_few_points"),
        ([(105.80, 21.00)] * 4, "area.too_few_points"),
        ([(2.35, 48.85), (2.36, 48.85), (2.36, 48.86)], "area.outside_vietnam"),
        ([(1105.80, 21.0), (1105.81, 21.0), (1105.81, 21.01)], "area.out_of_range"),
        ([(579e3, 2.32e6), (58e4, 2.32e6), (58e4, 2.33e6)], "area.looks_projected"),
        ([(179.9, 16.0), (-179.9, 16.0), (-179.9, 16.1), (179.9, 16.1)], "area.antimeridian"),
        ([*FIELD[:2], FIELD[1], *FIELD[2:]], "area.duplicate_points"),
        ([*FIELD[:3], (105.83, 21.03), FIELD[2], *FIELD[3:]], "area.spike"),
        ([(105.800000, 21.0), (105.8000001, 21.0), (105.80, 21.0000001)], "area.degenerate"),
    ],
)  # fmt: skip
def test_faults_of_one_ring(ring: list[tuple[float, float]], code: str) -> None:
    assert code in codes(polygon(ring))


def test_a_ring_that_touches_itself_is_refused_with_the_place() -> None:
    hourglass = [
        (105.80, 21.00), (105.82, 21.00), (105.81, 21.01),
        (105.82, 21.02), (105.80, 21.02), (105.81, 21.01),
    ]  # fmt: skip
    reading = read(polygon(hourglass))

    assert [(f.code, f.coordinate) for f in reading.errors] == [
        ("area.self_touches", (105.81, 21.01))
    ]


def test_a_hole_outside_its_outline_is_refused() -> None:
    assert codes(polygon(FIELD, moved(FIELD, 0.1))) == ["area.hole_outside"]


def test_overlapping_parts_are_refused_and_parts_sharing_an_edge_told_apart() -> None:
    square = [(105.80, 21.00), (105.81, 21.00), (105.81, 21.01), (105.80, 21.01)]

    def parts(shift: float) -> dict[str, Any]:
        rings = [polygon(square)["coordinates"], polygon(moved(square, shift))["coordinates"]]
        return {"type": "MultiPolygon", "coordinates": rings}

    assert codes(parts(0.005)) == ["area.parts_overlap"]
    assert codes(parts(105.81 - 105.80)) in (["area.parts_share_edge"], ["area.parts_overlap"])
    assert codes(parts(0.02)) == []


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (None, "area.empty"),
        ("POLYGON", "area.not_geojson"),
        ([1, 2], "area.not_geojson"),
        ({}, "area.not_geojson"),
        ({"type": "Polygon"}, "area.empty"),
        ({"type": "Polygon", "coordinates": []}, "area.empty"),
        ({"type": "Polygon", "coordinates": [[]]}, "area.empty_part"),
        ({"type": "Polygon", "coordinates": [[[105, "21"]]]}, "area.bad_position"),
        ({"type": "Polygon", "coordinates": [[[True, 21]]]}, "area.bad_position"),
        ({"type": "Polygon", "coordinates": [[[float("nan"), 21]]]}, "area.bad_position"),
        ({"type": "Polygon", "coordinates": [[[10**400, 21]]]}, "area.bad_position"),
        ({"type": "LineString", "coordinates": [[105, 21]]}, "area.unsupported_type"),
        ({"type": "GeometryCollection", "geometries": []}, "area.unsupported_type"),
        ({"type": "FeatureCollection", "features": [{}, {}]}, "area.not_one_feature"),
        ({"type": "Feature", "geometry": None}, "area.empty"),
        ({"type": "Polygon", "coordinates": [[[105, 21]] * 5001]}, "area.too_many_points"),
        ({"type": "MultiPolygon", "coordinates": [[[[105, 21]]]] * 501}, "area.too_many_parts"),
    ],
)
def test_what_is_no_outline_is_named(source: object, code: str) -> None:
    assert codes(source) == [code]


def test_winding_is_normalised_without_a_word() -> None:
    forward, backward = read(polygon(FIELD)), read(polygon(FIELD[::-1]))

    assert forward.findings == backward.findings == ()
    assert forward.outline is not None
    assert forward.outline.exterior.is_ccw
    assert backward.outline is not None
    assert backward.outline.exterior.is_ccw


@st.composite
def fields(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Uneven fields anywhere in Vietnam's mainland: corners in order round a middle."""
    lon, lat = draw(st.floats(105.0, 108.0)), draw(st.floats(9.0, 22.0))
    reaches = draw(st.lists(st.floats(0.0004, 0.004), min_size=3, max_size=60))
    turn = 2 * math.pi / len(reaches)
    return [
        (lon + reach * math.cos(turn * at), lat + reach * math.sin(turn * at))
        for at, reach in enumerate(reaches)
    ]


@settings(max_examples=100, deadline=None)
@given(fields(), st.integers(0, 59), st.booleans())
def test_area_depends_on_neither_first_corner_nor_direction(
    field: list[tuple[float, float]], shift: int, backwards: bool
) -> None:
    at = shift % len(field)
    turned = (field[at:] + field[:at])[:: -1 if backwards else 1]

    found, straight = read(polygon(turned)), read(polygon(field))

    assert straight.measures
    assert found.measures
    assert found.measures.area_m2 == pytest.approx(straight.measures.area_m2, rel=1e-9)
    assert [f.code for f in found.findings] == [f.code for f in straight.findings]


numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(102, 110),
    st.floats(8, 24),
    st.integers(),
    st.sampled_from([105.8, 105.81, 21.0, 21.01, 0.0, -0.0, 1e308, 5e-324]),
)
positions = st.lists(numbers, min_size=2, max_size=3)
near = st.tuples(st.floats(105.80, 105.81), st.floats(21.00, 21.01)).map(list)
on_a_grid = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda at: [105.8 + at[0] / 1000, 21 + at[1] / 1000]
)
rings = st.one_of(
    st.lists(positions, max_size=12), st.lists(near, max_size=80), st.lists(on_a_grid, max_size=40)
).map(lambda ring: [*ring, ring[0]] if ring else ring)


@settings(max_examples=150, deadline=None)
@given(st.lists(rings, max_size=3))
def test_any_rings_give_findings_or_an_area_within_a_second(coordinates: list[Any]) -> None:
    started = time.process_time()
    reading = read({"type": "Polygon", "coordinates": coordinates})
    took = time.process_time() - started

    assert took < 1
    if reading.errors:
        assert reading.measures is None
    else:
        assert reading.outline is not None
        assert reading.outline.is_valid
        assert reading.measures is not None
        assert reading.measures.area_m2 >= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(
    json_values
    | st.fixed_dictionaries({"type": st.just("MultiPolygon"), "coordinates": json_values})
)
def test_any_json_gives_findings(source: object) -> None:
    assert read(source).findings


@pytest.mark.parametrize("kind", ["random", "zigzag", "comb"])
def test_hostile_rings_are_answered_within_a_second(kind: str) -> None:
    count = 4_990
    random = np.random.default_rng(7)
    if kind == "random":
        ring = [(105 + x, 20 + y) for x, y in random.random((count, 2)).tolist()]
    elif kind == "zigzag":
        ring = [(105 + i % 2 + i * 1e-7, 20 + i % 2 - i * 2e-7) for i in range(count)] + [(107, 19)]
    else:
        teeth = [
            (x, y)
            for i in range(count // 4)
            for x, y in ((i, 0), (i, 9), (i + 0.5, 9), (i + 0.5, 0))
        ]
        ring = [
            (105 + x * 1e-3 + y * 0.05, 12 + y * 0.05) for x, y in [*teeth, (2000, -1), (0, -1)]
        ]

    started = time.process_time()
    read(polygon(ring))

    assert time.process_time() - started < 1.0
