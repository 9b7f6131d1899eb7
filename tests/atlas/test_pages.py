"""The public map: coarse places, filters, open data, with and without boundaries."""

import json
from datetime import date, datetime
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import areas
from growing_areas.dossiers import certificates
from growing_areas.mapping import listing
from growing_areas.mapping.listing import ListWish
from growing_areas.models import GrowingArea
from growing_areas.raw_materials import grouping, membership
from growing_areas.raw_materials.grouping import RawMaterialTold
from tests.growing_areas import factories
from tests.territory.factories import feature, import_features, square
from tests.traceability.factories import grow, make_batch


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
    assert '<path class="point"' in page
    assert "Quảng Ngãi" in page


def test_the_country_shows_a_circle_for_each_province_and_both_archipelagos(
    client: FlaskClient, area: GrowingArea
) -> None:
    page = client.get("/map").text

    assert page.count('class="count"') == 1
    assert "Phú Thọ: 1 mã số vùng trồng" in page
    assert f'href="/map?province={area.province_code}"' in page
    assert "Quần đảo Hoàng Sa" in page
    assert "Quần đảo Trường Sa" in page


def test_filters_narrow_what_is_shown(client: FlaskClient, area: GrowingArea) -> None:
    inside = client.get(f"/map?province={area.province_code}&crop={area.crop_code}").text
    outside = client.get("/map?province=04").text

    assert str(area.code) in inside
    assert str(area.code) not in outside
    assert "Chưa có vùng trồng nào có mã số ở đây" in outside


@pytest.mark.parametrize(
    "query",
    [
        "province=99",
        "province=999",
        "crop=nonsense",
        "crop=%00",
        "standard=nonsense",
        "product=NONSENSE",
    ],
)
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


def test_open_data_goes_on_page_by_page_and_is_not_sent_twice(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    other = factories.make_approved_area(session, now)
    session.flush()

    first = client.get("/api/v1/maps/areas.geojson?limit=1")
    following = json.loads(first.data)["next"]
    second = client.get(following)
    again = client.get(
        "/api/v1/maps/areas.geojson?limit=1", headers={"If-None-Match": first.headers["ETag"]}
    )
    last = client.get(json.loads(second.data)["next"])

    told = [json.loads(answer.data)["features"][0]["id"] for answer in (first, second)]
    assert sorted(told) == sorted([str(area.code), str(other.code)])
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    assert json.loads(last.data)["features"] == []
    assert again.status_code == 304


def test_a_near_frame_draws_outlines_and_leads_around(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    made = factories.make_approved_area(session, now)
    session.flush()
    coarse = client.get("/map?bbox=105.2,21.05,105.4,21.25").text
    made.outline_public = True
    session.flush()
    exact = client.get("/map?bbox=105.2,21.05,105.4,21.25").text

    assert 'class="area area-cell" fill-rule' in coarse
    assert 'class="area area-cell" fill-rule' not in exact
    assert f"<title>{made.code}</title>" in exact
    assert "/map?bbox=105.2500,21.1000,105.3500,21.2000" in exact


def test_a_far_frame_counts_and_each_circle_leads_closer(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    for number in range(3):
        factories.make_approved_area(session, now, geometry=factories.field(0.012 * number))
    session.flush()

    page = client.get("/map?bbox=103,19,107,23").text

    assert 'aria-label="Xem gần 3 mã số vùng trồng"' in page
    assert page.count('class="count"') == 1


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=VN-25", True),
        ("q=vung+buoi", True),
        ("q=htx", True),
        ("q=khong-co", False),
        ("kind=growing", True),
        ("kind=farming", False),
        ("status=suspended", False),
        ("commune=08674&province=25", True),
        ("commune=00004&province=01", False),
        ("kind=farming&crop=pomelo", False),
        ("bbox=105.2,21,105.4,21.3", True),
        ("bbox=108,14,108.3,14.3", False),
    ],
)
def test_every_filter_narrows_the_list(
    client: FlaskClient, session: Session, now: datetime, query: str, *, is_found: bool
) -> None:
    made = factories.make_approved_area(session, now)
    session.flush()

    page = client.get(f"/map?{query}").text

    assert (f'href="/areas/{made.code}"' in page) is is_found


@pytest.mark.parametrize("query", ["bbox=1,2,3", "bbox=nan,1,2,3", "layer=x", "status=draft"])
def test_wishes_nobody_can_have_are_named(client: FlaskClient, query: str) -> None:
    assert client.get(f"/map?{query}").status_code == 422


@pytest.mark.parametrize(
    "layer", ["areas", "materials", "cooperatives", "packing", "ocop", "places"]
)
def test_each_layer_stands_alone(client: FlaskClient, area: GrowingArea, layer: str) -> None:
    page = client.get(f"/map?province={area.province_code}&layer={layer}").text

    assert ('<path class="point"' in page) is (layer == "cooperatives")
    assert (f'href="/areas/{area.code}"' in page) is (layer == "areas")


def certify(session: Session, area: GrowingArea, standard: str, until: date, now: datetime) -> None:
    paper = certificates.Certified(standard, "01", "Quacert", date(2026, 1, 1), until)
    certificates.record(session, SYSTEM, area.id, paper, now=now)


def test_a_standard_shows_those_with_a_certificate_valid_today_everywhere(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    held = factories.make_approved_area(session, now)
    ended = factories.make_approved_area(session, now, geometry=factories.field(0.006))
    certify(session, held, "organic_vn", date(2099, 1, 1), now)
    certify(session, ended, "organic_vn", date(2026, 1, 2), now)
    session.flush()
    frame = "bbox=105.2,21.05,105.4,21.25"

    for query in ("", f"{frame}&", "bbox=103,19,107,23&", "province=25&", "q=VN-25&"):
        for standard in ("organic", "organic_vn"):
            page = client.get(f"/map?{query}standard={standard}").text
            assert f'href="/areas/{held.code}"' in page, query
            assert f'href="/areas/{ended.code}"' not in page, query
        assert str(held.code) not in client.get(f"/map?{query}standard=vietgap").text
    country = client.get("/map?standard=organic").text
    near = client.get(f"/map?{frame}&standard=organic").text
    assert "Phú Thọ: 1 mã số vùng trồng" in country
    assert f"<title>{held.code}</title>" in near
    assert "standard=organic" in near.partition("Tải GeoJSON")[0].rpartition("areas.geojson")[2]


def test_a_product_shows_the_areas_its_labels_tell_of(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown, other = grow(session, now), grow(session, now)
    make_batch(session, grown, now)
    session.flush()

    page = client.get(f"/map?product={grown.product.code}").text
    near = client.get(f"/map?province={grown.area.province_code}&product={grown.product.code}").text
    nothing = client.get(f"/map?product={other.product.code}").text

    for told in (page, near):
        assert f'href="/areas/{grown.area.code}"' in told
        assert str(other.area.code) not in told
    assert f'<option value="{grown.product.code}" selected>' in page
    assert "Chưa có vùng trồng nào có mã số ở đây" in nothing
    geojson = client.get(f"/api/v1/maps/areas.geojson?product={grown.product.code}").json
    assert geojson is not None
    assert [each["id"] for each in geojson["features"]] == [grown.area.code]


@pytest.mark.parametrize("query", ["standard=nonsense", "product=NONSENSE"])
def test_open_data_names_what_it_does_not_know(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/maps/areas.geojson?{query}").status_code == 422


def test_open_data_holds_what_a_standard_picks_today(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    held = factories.make_approved_area(session, now)
    factories.make_approved_area(session, now, geometry=factories.field(0.006))
    address = "/api/v1/maps/areas.geojson?standard=vietgap"
    before = client.get(address)
    certify(session, held, "vietgap", date(2099, 1, 1), now)
    session.flush()

    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert json.loads(before.data)["features"] == []
    assert [each["id"] for each in json.loads(after.data)["features"]] == [held.code]


def test_raw_material_areas_are_drawn_round_their_members_and_listed(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    home = factories.make_organisation(session, now)
    area = factories.make_approved_area(session, now, home)
    told = RawMaterialTold("Vùng bưởi Đất Tổ", ["pomelo"])
    made = grouping.open_area(session, factories.manager(home), home.code, told, now=now)
    membership.invite(session, factories.manager(home), made.code, [str(area.code)], now=now)
    session.flush()

    country = client.get("/map").text
    near = client.get("/map?bbox=105.2,21.05,105.4,21.25").text
    elsewhere = client.get("/map?bbox=108,14,108.3,14.3&layer=materials").text
    of_tea = client.get("/map?province=25&layer=materials&crop=tea").text

    assert f'href="/raw-material-areas/{made.code}"' in country
    assert '<path class="material"' not in country.partition("legend")[0]
    assert '<path class="material" fill-rule' in near
    for empty in (elsewhere, of_tea):
        assert made.code not in empty
        assert "Chưa có vùng nguyên liệu nào ở đây" in empty


def test_the_list_of_a_wide_frame_goes_on_in_the_order_of_codes(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    home = factories.make_organisation(session, now)
    made = [
        factories.make_approved_area(
            session,
            now,
            home,
            geometry=factories.field(0.006 * number),
            crop="tea" if number % 3 == 0 else "pomelo",
        )
        for number in range(6)
    ]
    away = factories.make_approved_area(session, now, home, geometry=factories.field(0.5))
    session.flush()
    codes = sorted(str(area.code) for area in made)
    frame = (105.2, 21.0, 105.5, 21.3)

    def pages(**changes: Any) -> list[str]:
        found, cursor = [], None
        while True:
            page = listing.list_public(
                session, ListWish(bbox=frame, **changes), cursor=cursor, size=2
            )
            found += [area.code for area in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    assert pages() == codes
    assert away.code not in pages()
    assert pages(crop_codes=("tea",)) == sorted(str(area.code) for area in made[::3])
    assert pages(statuses=("suspended",)) == []
    assert pages(province_code="01") == []
