"""Tiles hold what was put in: sound polygons, wound as asked, clipped, with their attributes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas import mvt, tiles
from atlas.tiles import Tile
from tests.atlas.decoding import decode, polygon, signed_area

TILE = Tile(12, *tiles.tile_at(105.3, 21.1, 12))
WEST, SOUTH, EAST, NORTH = TILE.box()


def star(lon: float, lat: float, size: float, arms: int, ragged: list[float]) -> shapely.Polygon:
    angles = [2 * math.pi * arm / arms for arm in range(arms)]
    return shapely.Polygon(
        [
            (lon + size * far * math.cos(angle), lat + size * far * math.sin(angle))
            for angle, far in zip(angles, ragged, strict=False)
        ]
    )


def made(outlines: list[shapely.Geometry], tile: Tile = TILE) -> list[tuple[str, shapely.Geometry]]:
    shapes, left = tiles.drawn(np.array(outlines, dtype=object), tile)
    names = [f"VN-{place}" for place in left]
    layer = decode(mvt.polygon_layer("areas", shapes, {"code": names})).get("areas")
    if layer is None:
        return []
    assert (layer.extent, layer.version) == (4096, 2)
    return [(told["code"], polygon(rings)) for _kind, rings, told in layer.features]


@st.composite
def outlines(draw: st.DrawFn) -> shapely.Polygon:
    arms = draw(st.integers(3, 40))
    ragged = draw(st.lists(st.floats(0.1, 1.0), min_size=arms, max_size=arms))
    size = draw(st.sampled_from([1e-6, 1e-4, 1e-3, 0.02, 0.2]))
    lon, lat = draw(st.floats(WEST, EAST)), draw(st.floats(SOUTH, NORTH))
    return star(lon, lat, size, arms, ragged)


@settings(max_examples=150, deadline=None)
@given(st.lists(outlines(), min_size=1, max_size=6))
def test_what_is_read_back_is_valid_clipped_and_where_it_was(found: list[shapely.Polygon]) -> None:
    margin = shapely.box(-tiles.BUFFER, -tiles.BUFFER, 4096 + tiles.BUFFER, 4096 + tiles.BUFFER)

    for name, read in made(found):
        exact = shapely.transform(found[int(name[3:])], TILE.units).intersection(margin)

        assert read.is_valid
        assert margin.covers(read)
        # Snapped to whole units and thinned by one: nothing is further off than that.
        assert read.hausdorff_distance(exact) < 4 or exact.area < 40
        assert abs(read.area - exact.area) <= 2.5 * exact.length + 4


@settings(max_examples=60, deadline=None)
@given(st.lists(outlines(), min_size=1, max_size=4))
def test_outer_rings_have_positive_area_and_no_ring_repeats_a_point(
    found: list[shapely.Polygon],
) -> None:
    shapes, _left = tiles.drawn(np.array(found, dtype=object), TILE)
    layer = decode(mvt.polygon_layer("areas", shapes, {})).get("areas")
    for _kind, rings, _told in layer.features if layer else []:
        assert signed_area(rings[0]) > 0
        for ring in rings:
            assert len(ring) >= 3
            assert all(one != two for one, two in zip(ring, [*ring[1:], ring[0]], strict=True))


def test_a_hole_is_wound_the_other_way_and_parts_stay_together() -> None:
    middle = ((WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    outer = shapely.box(*middle, middle[0] + 0.02, middle[1] + 0.02)
    hole = shapely.box(middle[0] + 0.005, middle[1] + 0.005, middle[0] + 0.01, middle[1] + 0.01)
    far = shapely.box(middle[0] - 0.02, middle[1] - 0.02, middle[0] - 0.01, middle[1] - 0.01)

    shapes, left = tiles.drawn(
        np.array([shapely.MultiPolygon([outer.difference(hole), far])], dtype=object), TILE
    )
    ((kind, rings, _told),) = decode(mvt.polygon_layer("a", shapes, {}))["a"].features

    assert (kind, left.tolist(), len(rings)) == (3, [0], 3)
    assert [signed_area(ring) > 0 for ring in rings].count(False) == 1
    whole = shapely.transform(outer, TILE.units).area + shapely.transform(far, TILE.units).area
    inside = shapely.transform(hole, TILE.units).area
    assert polygon(rings).area == pytest.approx(whole - inside, rel=0.01)


def test_attributes_of_every_kind_come_back() -> None:
    points = np.array([[0, 0], [4095, 4095], [-64, 12]])
    columns: dict[str, Any] = {
        "crop": ["rice", "rice", "pomelo"],
        "areas": [1, 300, 1_000_000],
        "exact": [True, False, True],
        "name": ["Vùng bưởi", "", "Đoan Hạ"],
    }

    layer = decode(mvt.point_layer("clusters", points, columns))["clusters"]

    assert [rings[0][0] for _kind, rings, _told in layer.features] == [
        (0, 0),
        (4095, 4095),
        (-64, 12),
    ]
    assert [told for *_rest, told in layer.features] == [
        {name: column[place] for name, column in columns.items()} for place in range(3)
    ]


corner = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


@settings(max_examples=400, deadline=None)
@given(st.lists(corner, min_size=3, max_size=9), st.booleans())
def test_a_ring_that_goes_round_once_is_sound(corners: list[tuple[int, int]], turned: bool) -> None:
    if turned:
        corners = sorted(corners, key=lambda place: math.atan2(place[1], place[0]))
    ring = np.array([*corners, corners[0]], dtype=np.float64)
    starts = np.array([0, len(ring)])
    ground = tiles.Ground(ring, starts, np.arange(2), np.arange(1))

    (is_known,) = tiles.goes_round_once(ground)

    assert shapely.is_valid(ground.shapes[0]) or not is_known


def test_a_pentagram_goes_round_twice_and_a_pentagon_once() -> None:
    def ring(step: int) -> tiles.Ground:
        angles = [0.4 * math.pi * step * corner for corner in range(6)]
        points = np.array([(100 * math.cos(a), 100 * math.sin(a)) for a in angles]).round()
        return tiles.Ground(points, np.array([0, 6]), np.arange(2), np.arange(1))

    assert tiles.goes_round_once(ring(1)).tolist() == [True]
    assert tiles.goes_round_once(ring(2)).tolist() == [False]


def test_nothing_to_draw_is_an_empty_tile() -> None:
    elsewhere = shapely.box(WEST - 2, SOUTH, WEST - 1, NORTH)
    speck = shapely.box(WEST + 0.01, SOUTH + 0.01, WEST + 0.01 + 1e-8, SOUTH + 0.01 + 1e-8)

    assert made([elsewhere, speck]) == []


@given(st.integers(0, 18), st.floats(102, 118), st.floats(7, 24))
def test_a_tile_holds_the_place_it_was_found_for(zoom: int, lon: float, lat: float) -> None:
    tile = Tile(zoom, *tiles.tile_at(lon, lat, zoom))

    west, south, east, north = tile.box()
    assert tile.exists
    assert west < lon < east
    assert south < lat < north


@settings(max_examples=60, deadline=None)
@given(st.lists(outlines(), min_size=0, max_size=5), st.booleans())
def test_outlines_read_from_their_bytes_are_drawn_the_same(
    found: list[shapely.Polygon], with_hole: bool
) -> None:
    middle = shapely.Point((WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    holed = [middle.buffer(0.01).difference(middle.buffer(0.005))] if with_hole else []
    shapes = np.array([*found, *holed], dtype=object)

    from_shapes, left = tiles.drawn(shapes, TILE)
    stored = [shapely.to_wkb(each) for each in shapes]
    from_bytes, left_of_bytes = tiles.drawn_wkb(b"".join(stored), [*map(len, stored)], TILE)

    assert left.tolist() == left_of_bytes.tolist()
    for one, other in zip(vars(from_shapes).values(), vars(from_bytes).values(), strict=True):
        assert one.tolist() == other.tolist()
