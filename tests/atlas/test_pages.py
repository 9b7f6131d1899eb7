"""The public map: coarse places, filters, open data, with and without boundaries."""

import json
from datetime import datetime

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from growing_areas import areas
from growing_areas.models import GrowingArea
from tests.territory.factories import feature, import_features, square
from tests.traceability.factories import grow


@pytest.fixture
def area(client: FlaskClient, session: Session, now: datetime) -> GrowingArea:
    made = grow(session, now).area
    session.flush()
    return made


def test_areas_and_their_cooperatives_are_on_the_map(
    client: FlaskClient, area: GrowingArea
) -> None:
    page = client.get(f"/map?province={area.province_code}").text

    assert f'href="/areas/{area.code}"' in page
    assert '<circle class="area"' in page
    assert '<circle class="point"' in page
    assert "Quảng Ngãi" in page


def test_the_country_shows_a_circle_for_each_province_and_both_archipelagos(
    client: FlaskClient, area: GrowingArea
) -> None:
    page = client.get("/map").text

    assert page.count('<circle class="bubble"') == 1
    assert "Phú Thọ: 1 vùng trồng" in page
    assert f'href="/map?province={area.province_code}"' in page
    assert "Quần đảo Hoàng Sa" in page
    assert "Quần đảo Trường Sa" in page


def test_filters_narrow_what_is_shown(client: FlaskClient, area: GrowingArea) -> None:
    inside = client.get(f"/map?province={area.province_code}&crop={area.crop_code}").text
    outside = client.get("/map?province=04").text

    assert str(area.code) in inside
    assert str(area.code) not in outside
    assert "Chưa có vùng trồng nào có mã số ở đây" in outside


@pytest.mark.parametrize("query", ["province=99", "province=999", "crop=nonsense", "crop=%00"])
def test_unknown_codes_are_named(client: FlaskClient, query: str) -> None:
    assert client.get(f"/map?{query}").status_code == 422


def test_the_open_data_is_coarse_and_whole(client: FlaskClient, area: GrowingArea) -> None:
    answer = client.get("/api/v1/maps/areas.geojson")

    told = json.loads(answer.data)
    assert answer.mimetype == "application/geo+json"
    assert told["row_count"] == len(told["features"]) == 1
    (feature,) = told["features"]
    exact = areas.outline_of(area.version)
    cell = shapely.geometry.shape(feature["geometry"])
    assert cell.contains(exact)
    assert all(round(value * 100, 6).is_integer() for value in cell.bounds)
    assert feature["properties"]["code"] == area.code


def test_land_is_drawn_once_boundaries_are_loaded(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    assert '<path class="land"' not in client.get("/map").text
    square_of_it = square(108.5, 14.8, 0.4)
    import_features(session, now, feature(area.commune_code, square_of_it))
    session.flush()

    assert '<path class="land"' in client.get("/map").text
    assert '<path class="land"' in client.get(f"/map?province={area.province_code}").text
