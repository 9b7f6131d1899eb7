"""Areas of many outlines at once, against the geodesic area one by one."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate

from growing_areas.shapes.authalic import areas_m2
from growing_areas.shapes.measure import area_m2

GEOD = Geod(ellps="WGS84")


def star(lon: float, lat: float, size: float, corners: int, turn: float = 0.0) -> Polygon:
    steps = [turn + 2 * math.pi * step / corners for step in range(corners)]
    reach = [size * (1 if step % 2 else 0.6) for step in range(corners)]
    return Polygon(
        [
            (lon + r * math.cos(angle), lat + r * math.sin(angle))
            for angle, r in zip(steps, reach, strict=True)
        ]
    )


stars = st.builds(
    star, st.floats(102.5, 117), st.floats(7, 23), st.floats(0.0005, 0.2), st.integers(3, 40),
    st.floats(0, 6),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(stars, min_size=1, max_size=5))
def test_fields_and_communes_are_within_a_hundred_thousandth(outlines: list[Polygon]) -> None:
    true = [area_m2(outline) for outline in outlines]

    assert areas_m2(outlines) == pytest.approx(true, rel=1e-6)


@given(stars, st.integers(0, 39), st.booleans())
def test_first_corner_and_direction_do_not_matter(
    outline: Polygon, shift: int, backward: bool
) -> None:
    ring = list(outline.exterior.coords)[:-1]
    turned = ring[shift % len(ring) :] + ring[: shift % len(ring)]
    again = Polygon(turned[::-1] if backward else turned)

    assert areas_m2([again])[0] == pytest.approx(areas_m2([outline])[0], rel=1e-9)
    assert area_m2(again) == pytest.approx(area_m2(outline), rel=1e-9)


def test_holes_parts_and_empty_outlines_stand_in_one_list() -> None:
    outer, pond = star(105, 21, 0.01, 9), star(105, 21, 0.002, 5)
    holed = Polygon(outer.exterior, [pond.exterior])
    parts = MultiPolygon([holed, translate(outer, 0.1), translate(pond, 0.2)])
    outlines = [parts, outer, Polygon(), holed, MultiPolygon(), pond]

    found = areas_m2(outlines)

    assert found[2] == found[4] == 0
    for place in (0, 1, 3, 5):
        assert found[place] == pytest.approx(area_m2(outlines[place]), rel=1e-6)
    assert len(areas_m2([])) == 0


def test_blocks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    outlines = [star(105 + i / 10, 21, 0.01, 7) for i in range(20)]
    whole = areas_m2(outlines)

    monkeypatch.setattr("growing_areas.shapes.authalic.BLOCK", 5)

    assert np.array_equal(areas_m2(outlines), whole)


def test_sides_of_thirty_kilometres_stay_exact() -> None:
    triangle = Polygon([(105.0, 21.0), (105.3, 21.05), (105.1, 21.3)])

    true = abs(GEOD.geometry_area_perimeter(triangle)[0])

    assert areas_m2([triangle])[0] == pytest.approx(true, rel=1e-7)
