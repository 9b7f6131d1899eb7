"""What a drawing map is shown: one's own, and of others only the edges close by."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock, config
from foundation.errors import Invalid
from growing_areas import pasted, surroundings
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

TODAY = date(2026, 11, 22)
EAST_EDGE = 105.2855
"""Of the field of the factories; 0.0009 degrees are about 94 m there."""


def beside(metres_east: float) -> tuple[float, float, float, float]:
    west = EAST_EDGE + metres_east / 103_900
    return (west, 21.1219, west + 0.001, 21.123)


def test_neighbours_are_shown_within_100_metres_by_code_and_outline_only(
    session: Session, now: datetime
) -> None:
    neighbour = factories.make_approved_area(session, now)
    manager = people.make_member(session, factories.make_organisation(session, now), now)

    close = surroundings.around(session, manager, bbox=beside(80), on=TODAY)
    far = surroundings.around(session, manager, bbox=beside(130), on=TODAY)
    nowhere = surroundings.around(session, manager, bbox=None, on=TODAY)

    assert [code for code, _ in close.neighbours] == [neighbour.code]
    assert (far.neighbours, nowhere.neighbours) == ([], [])


def test_drafts_of_others_are_never_shown_and_ones_own_always(
    session: Session, now: datetime
) -> None:
    factories.make_area(session, now, name="Nháp người khác")
    organisation = factories.make_organisation(session, now)
    own = factories.make_area(session, now, organisation, name="Nháp mình")
    manager = people.make_member(session, organisation, now)

    found = surroundings.around(session, manager, bbox=beside(0), on=TODAY)
    without = surroundings.around(
        session, manager, bbox=beside(0), without_plot=own.plot_id, on=TODAY
    )

    assert found.neighbours == []
    assert [name for name, _ in found.own] == ["Nháp mình"]
    assert without.own == []
    assert found.unit is not None
    assert found.unit.square_metres == 360


def test_the_register_cannot_be_read_off_through_a_wide_rectangle(
    session: Session, now: datetime
) -> None:
    manager = people.make_member(session, factories.make_organisation(session, now), now)

    with pytest.raises(Invalid) as refusal:
        surroundings.around(session, manager, bbox=(105.0, 21.0, 105.1, 21.01), on=TODAY)

    assert refusal.value.findings[0].code == "area.bbox_too_wide"


def test_a_corner_is_read_in_the_system_of_the_land_certificate() -> None:
    lon, lat = pasted.read_corner("2336000 545000", "5897")

    assert (lon, lat) == pytest.approx((105.435, 21.118), abs=0.003)
    for bad in ("", "một hai", "1", "1 2 3", '{"type": "Point"}', "200 200", "1 2\n3 4"):
        with pytest.raises(Invalid):
            pasted.read_corner(bad)
    with pytest.raises(Invalid):
        pasted.read_corner("1 2", "1234")


def test_the_map_asks_over_the_web(client: FlaskClient, session: Session, now: datetime) -> None:
    neighbour = factories.make_approved_area(session, now)
    manager = people.make_member(session, factories.make_organisation(session, now), now)
    browser.sign_in_as(client, session, manager, clock.now())
    box = ",".join(map(str, beside(50)))

    shown = client.get(f"/workspace/areas/surroundings.geojson?bbox={box}").json
    placed = client.get("/workspace/areas/position.json?text=105.28+21.12&crs=4326")

    assert shown is not None
    told = [row["properties"] for row in shown["features"]]
    assert told == [{"kind": "neighbour", "name": neighbour.code}]
    assert shown["unit"] == {"name": "sào", "square_metres": 360}
    assert placed.status_code == 200
    assert client.get("/workspace/areas/position.json?text=x").status_code == 422


def test_images_from_elsewhere_only_on_drawing_pages_and_only_when_named(
    client: FlaskClient, session: Session, now: datetime, tmp_path: object
) -> None:
    manager = people.make_member(session, factories.make_organisation(session, now), now)
    browser.sign_in_as(client, session, manager, clock.now())
    plain = config.current()
    source = "https://anh.vidu.vn/{z}/{x}/{y}.jpg © Cục Bản đồ"

    before = client.get("/workspace/areas/new")
    config.use(config.read({"NGUON_DATA_DIR": str(tmp_path), "NGUON_MAP_TILES": source}))
    drawing, listing = client.get("/workspace/areas/new"), client.get("/workspace/areas")
    config.use(plain)

    assert "vidu.vn" not in before.headers["Content-Security-Policy"]
    assert (
        "img-src 'self' data: blob: https://anh.vidu.vn;"
        in (drawing.headers["Content-Security-Policy"])
    )
    assert "© Cục Bản đồ" in drawing.text
    assert "vidu.vn" not in listing.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "source",
    [
        "https://anh.vidu.vn/{z}/{x}/{y}.jpg",
        "http://anh.vidu.vn/{z}/{x}/{y}.jpg © Ai",
        "https://anh.vidu.vn/{z}/{x}.jpg © Ai",
        "https://anh.vidu.vn;script-src/{z}/{x}/{y} © Ai",
    ],
)
def test_a_source_of_images_that_is_not_whole_is_refused(source: str, tmp_path: object) -> None:
    with pytest.raises(Invalid) as refusal:
        config.read({"NGUON_DATA_DIR": str(tmp_path), "NGUON_MAP_TILES": source})

    assert refusal.value.findings[0].params["name"] == "NGUON_MAP_TILES"
