"""Tiles of the register: what they show, to whom, and that they never show the past."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from atlas import area_tiles
from atlas.area_tiles import KeptTile, TileCache
from atlas.tiles import Tile, tile_at
from growing_areas import areas
from growing_areas.dossiers import approval, certificates
from growing_areas.models import GrowingArea
from tests.atlas.decoding import Layer, decode, polygon
from tests.growing_areas import factories
from tests.traceability.factories import grow, make_batch

PLACE = (105.2825, 21.122)


@pytest.fixture
def area(client: FlaskClient, session: Session, now: datetime) -> GrowingArea:
    area_tiles.kept.clear()
    made = factories.make_approved_area(session, now)
    session.flush()
    return made


def address(zoom: int, query: str = "") -> str:
    x, y = tile_at(*PLACE, zoom)
    return f"/tiles/areas/{zoom}/{x}/{y}.mvt{query}"


def layers(client: FlaskClient, zoom: int, query: str = "") -> dict[str, Layer]:
    answer = client.get(address(zoom, query))
    assert answer.status_code == 200
    return decode(answer.data)


def test_near_a_tile_tells_what_everybody_may_know(client: FlaskClient, area: GrowingArea) -> None:
    ((_kind, _rings, told),) = layers(client, 13)["areas"].features

    assert told == {
        "code": area.code,
        "crop": "pomelo",
        "kind": "perennial",
        "status": "approved",
        "organisation": area.organisation.name,
        "exact": False,
    }


def test_the_outline_is_coarse_until_its_owner_shows_it(
    client: FlaskClient, session: Session, area: GrowingArea
) -> None:
    tile = Tile(13, *tile_at(*PLACE, 13))
    exact = shapely.transform(areas.outline_of(area.version), tile.units)

    ((_kind, rings, _told),) = layers(client, 13)["areas"].features
    assert polygon(rings).area > 2 * exact.area

    area.outline_public = True
    session.flush()
    ((_kind, rings, told),) = layers(client, 13)["areas"].features
    assert told["exact"] is True
    assert polygon(rings).area == pytest.approx(exact.area, rel=0.02)


@pytest.mark.parametrize("zoom", [0, 3, 5, 6, 8, 9])
def test_far_out_a_tile_counts(client: FlaskClient, area: GrowingArea, zoom: int) -> None:
    ((_kind, ((point,),), told),) = layers(client, zoom)["clusters"].features

    assert told == {"areas": 1, "area_ha": round(area.version.area_m2) // 10_000}
    assert all(0 <= value < 4096 for value in point)


def test_between_far_and_near_a_tile_draws_few_areas_and_counts_many(
    client: FlaskClient, area: GrowingArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(layers(client, 10)) == ["areas"]

    area_tiles.kept.clear()
    monkeypatch.setattr(area_tiles, "FEW", 0)

    assert list(layers(client, 10)) == ["clusters"]


def test_filters_narrow_a_tile(client: FlaskClient, area: GrowingArea) -> None:
    for zoom, layer in ((8, "clusters"), (13, "areas")):
        assert layer in layers(client, zoom, "?crop=pomelo&status=approved")
        assert layers(client, zoom, "?crop=tea") == {}
        assert layers(client, zoom, "?status=suspended") == {}


def test_a_standard_and_a_place_narrow_a_tile_as_they_do_the_list(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    paper = certificates.Certified("pgs", "1", "PGS", date(2026, 1, 1), date(2099, 1, 1))
    for zoom, layer in ((8, "clusters"), (13, "areas")):
        assert layers(client, zoom, "?standard=organic") == {}
        assert layer in layers(client, zoom, "?province=25&commune=08674&kind=growing")
        assert layers(client, zoom, "?province=01") == {}
        assert layers(client, zoom, "?kind=farming") == {}

    certificates.record(session, SYSTEM, area.id, paper, now=now)

    for zoom, layer in ((8, "clusters"), (13, "areas")):
        assert len(layers(client, zoom, "?standard=organic")[layer].features) == 1
        assert layers(client, zoom, "?standard=vietgap") == {}


def test_a_product_narrows_a_tile(client: FlaskClient, session: Session, now: datetime) -> None:
    area_tiles.kept.clear()
    grown = grow(session, now)
    x, y = tile_at(grown.area.version.centroid_lon, grown.area.version.centroid_lat, 9)
    address = f"/tiles/areas/9/{x}/{y}.mvt?product={grown.product.code}"
    assert client.get(address).data == b""

    make_batch(session, grown, now)
    session.flush()

    ((_kind, _point, told),) = decode(client.get(address).data)["clusters"].features
    assert told["areas"] == 1


@pytest.mark.parametrize("zoom", [4, 8, 13])
def test_a_change_is_in_the_very_next_tile(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime, zoom: int
) -> None:
    before = client.get(address(zoom))
    again = client.get(address(zoom), headers={"If-None-Match": before.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert before.headers["Cache-Control"] == "public, max-age=60"

    approval.revoke(session, SYSTEM, area.id, "Bỏ trồng", now=now)
    session.flush()

    after = client.get(address(zoom), headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.data) == (200, b"")


def test_an_area_over_the_edge_is_in_both_tiles(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    area_tiles.kept.clear()
    tile = Tile(14, *tile_at(*PLACE, 14))
    west, south, _east, north = Tile(14, tile.x + 1, tile.y).box()
    middle = (south + north) / 2
    across = shapely.box(west - 0.002, middle, west + 0.003, middle + 0.002)
    made = factories.make_approved_area(
        session, now, geometry=shapely.geometry.mapping(across), commune_code=factories.COMMUNE
    )
    made.outline_public = True
    session.flush()

    for x in (tile.x, tile.x + 1):
        answer = client.get(f"/tiles/areas/14/{x}/{tile.y}.mvt")
        assert len(decode(answer.data)["areas"].features) == 1


@pytest.mark.parametrize("path", ["19/0/0", "3/8/0", "3/0/8", "0/0/1", "1/99999999999/0"])
def test_tiles_the_world_does_not_have_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/tiles/areas/{path}.mvt").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "crop=nonsense",
        "status=draft",
        "status=submitted",
        "standard=nonsense",
        "product=NONSENSE",
    ],
)
def test_unknown_wishes_are_refused(client: FlaskClient, query: str) -> None:
    assert client.get(address(8, f"?{query}")).status_code == 422


def test_the_cache_stays_within_its_budget() -> None:
    cache = TileCache(most_bytes=5_000)
    for number in range(100):
        cache.keep(number, 1, 0.0, KeptTile(b"x" * 600, str(number)))

    kept = [number for number in range(100) if cache.find(number, 1, 1.0)]
    assert kept == [95, 96, 97, 98, 99]
    assert cache.find(99, 2, 1.0) is None
    assert cache.find(99, 1, area_tiles.FRESH_FOR_S + 1) is None
