"""Outlines as SVG: inside the frame, faults marked, the public map coarse."""

import re

import shapely

from growing_areas.geometry import read
from growing_areas.shapes import drawing

BOW_TIE = [[105.80, 21.00], [105.81, 21.01], [105.81, 21.00], [105.80, 21.01], [105.80, 21.00]]
FIELD = [[105.801, 21.001], [105.809, 21.002], [105.806, 21.008], [105.801, 21.001]]


def test_faults_are_marked_where_they_are() -> None:
    reading = read({"type": "Polygon", "coordinates": [BOW_TIE]})

    sketch = drawing.sketch(reading.rings, reading.findings)

    assert sketch is not None
    assert [(mark.number, mark.x, mark.y) for mark in sketch.marks] == [(1, 320.0, 210.0)]


def test_the_outline_stays_inside_the_frame() -> None:
    sketch = drawing.sketch(read({"type": "Polygon", "coordinates": [FIELD]}).rings)

    assert sketch is not None
    places = [tuple(map(float, p.split(","))) for p in re.findall(r"[\d.]+,[\d.]+", sketch.path)]
    assert all(0 <= x <= sketch.width and 0 <= y <= sketch.height for x, y in places)


def test_the_public_outline_holds_the_field_but_shows_only_cells() -> None:
    field = shapely.Polygon(FIELD)

    coarse = drawing.coarsened(field)

    assert coarse.covers(field)
    assert coarse.bounds == (105.8, 21.0, 105.81, 21.01)


def test_nothing_to_draw_gives_no_sketch() -> None:
    assert drawing.sketch(()) is None
