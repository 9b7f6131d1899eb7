"""Pages and API of packing houses: an operator's way to a code, and what everybody sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import tokens
from accounts.models import Organisation, RoleGrant
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas.packing import deliveries, houses, registration
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.models import PackingHouse
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories as land
from tests.growing_areas.packing import factories

TYPED = {
    "name": "Cơ sở đóng gói Cầu Mỡ", "commune_code": land.COMMUNE, "address": "Khu 3",
    "position": "105.2813, 21.1204", "crops": ["pomelo", "rice"], "markets": ["VN", "CN"],
    "capacity_kg": "12.500", "equipment": "Hai dây chuyền",
    "standards": "HACCP; HC-01; Quacert; 21/11/2027\nVietGAP; VG-2; Chi cục",
}  # fmt: skip


@pytest.fixture
def owner(session: Session, now: datetime) -> Organisation:
    return land.make_organisation(session, now)


@pytest.fixture
def coop(client: FlaskClient, session: Session, owner: Organisation, now: datetime) -> FlaskClient:
    browser.sign_in_as(client, session, people.make_member(session, owner, now), clock.now())
    return client


@pytest.fixture
def office(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    officer = people.make_official(session, now, scope=land.PROVINCE)
    browser.sign_in_as(client, session, officer, clock.now())
    return client


def stored(session: Session) -> PackingHouse:
    session.expire_all()
    page = houses.list_houses(session, SYSTEM, HouseQuery(), on=clock.today())
    found: PackingHouse = page.items[0]
    return found


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return browser.post(client, path, **fields)


def test_an_operator_describes_a_house_and_hands_it_in(coop: FlaskClient, session: Session) -> None:
    answer = post(coop, "/workspace/packing-houses/new", **TYPED)
    house = stored(session)
    page = coop.get(answer.location).text
    handed_in = post(coop, f"/workspace/packing-houses/{house.id}/submit")

    assert answer.status_code == handed_in.status_code == 303
    assert (house.lon, house.lat, str(house.capacity_kg)) == (105.2813, 21.1204, "12500.000")
    assert house.crops == ["pomelo", "rice"]
    assert house.markets == ["VN", "CN"]
    for words in ("HACCP: HC-01, Quacert, tới 21/11/2027", "VietGAP: VG-2", "12.500 kg", "Nháp"):
        assert words in page
    assert stored(session).status == "submitted"


def test_what_was_typed_wrong_comes_back_with_its_reason(
    coop: FlaskClient, session: Session
) -> None:
    answer = post(
        coop, "/workspace/packing-houses/new", **{**TYPED, "position": "đâu đó", "standards": "X"}
    )

    assert answer.status_code == 422
    assert "Vị trí ghi kinh độ rồi vĩ độ" in answer.text
    assert "Dòng 1 của tiêu chuẩn" in answer.text
    assert "Cơ sở đóng gói Cầu Mỡ" in answer.text
    assert '<option value="rice" selected>' in answer.text


def test_a_draft_is_edited_as_it_stands(
    coop: FlaskClient, session: Session, owner: Organisation, now: datetime
) -> None:
    house = factories.make_house(session, now, owner)
    path = f"/workspace/packing-houses/{house.id}/edit"

    form = coop.get(path).text
    saved = post(coop, path, **TYPED)

    assert "105.28137 21.12049" in form
    assert "HACCP; HC-01; Quacert; 01/05/2027" in form
    assert '<option value="pomelo" selected>' in form
    assert saved.status_code == 303
    assert stored(session).name == "Cơ sở đóng gói Cầu Mỡ"


def test_an_officer_inspects_and_approves_with_an_official_code(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    house = factories.make_house(session, now)
    post_submit(session, house, now)
    path = f"/office/packing-houses/{house.id}"
    points = {f"point.{key}": "met" for key in factories.all_met()}

    lacking = post(office, f"{path}/inspect", passed="true", inspected_on="20/11/2026")
    visited = post(office, f"{path}/inspect", passed="true", inspected_on="20/11/2026", **points)
    decision = {
        "official_code": "vndtph-0001", "decision_number": "77/QĐ-BVTV", "agency": "Cục BVTV",
        "decided_on": "01/06/2026", "valid_until": "31/12/2028",
    }  # fmt: skip
    offered = post(office, f"{path}/approve", **decision)
    approved = post(office, f"{path}/approve", **decision, in_normal_form="1")

    assert lacking.status_code == offered.status_code == 422
    assert "Chưa chọn kết quả cho mục" in lacking.text
    assert visited.status_code == approved.status_code == 303
    assert "dạng chuẩn là VN-DTPH-0001" in offered.text
    assert stored(session).code == "VN-DTPH-0001"
    assert "VNDTPH-0001" in office.get(path).text


def post_submit(session: Session, house: PackingHouse, now: datetime) -> None:
    registration.submit(session, SYSTEM, house.id, now=now)


def test_a_decision_asks_for_its_reason_first(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    house = factories.make_approved_house(session, now)
    path = f"/office/packing-houses/{house.id}"

    asked = office.get(f"{path}/suspend")
    silent = post(office, f"{path}/suspend", reason="")
    done = post(office, f"{path}/suspend", reason="Bẫy có ruồi")

    assert "không được đóng gói hàng mới" in asked.text
    assert (silent.status_code, done.status_code) == (422, 303)
    assert house.name in office.get("/office/packing-houses?status=suspended").text
    assert stored(session).status == "suspended"


def test_everybody_sees_a_house_without_its_gate(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    house = factories.make_approved_house(session, now)

    page = client.get(f"/packing-houses/{house.code}").text
    other = client.get(f"/packing-houses/{str(house.code).lower()}")

    for words in ("Đang hiệu lực", "Bưởi", "Khu 3, xã Thanh Thủy", "105,281; 21,12", "nội bộ"):
        assert words in page
    assert "105,28137" not in page
    assert "<script" not in page
    assert (other.status_code, other.location) == (301, f"/packing-houses/{house.code}")
    assert client.get("/packing-houses/NDG.00000.0001").status_code == 404


def test_a_household_s_house_is_coarse_in_public(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    household = land.make_organisation(session, now, kind="household")
    house = factories.make_approved_house(session, now, household)

    page = client.get(f"/packing-houses/{house.code}").text

    assert "Khu 3" not in page
    assert "105,28; 21,12" in page


def test_an_area_s_owner_is_asked_and_confirms(
    coop: FlaskClient, session: Session, owner: Organisation, now: datetime
) -> None:
    area = land.make_approved_area(session, now, owner)
    house = factories.make_approved_house(session, now)
    (told,) = deliveries.declare(session, SYSTEM, house.id, [str(area.code)], now=now)

    asked = coop.get("/workspace/packing-houses").text
    before = coop.get(f"/packing-houses/{house.code}").text
    post(coop, f"/workspace/packing-houses/deliveries/{told.id}/confirm")
    after = coop.get(f"/packing-houses/{house.code}").text

    assert "khai nhận hàng từ vùng trồng của bạn" in asked
    assert str(area.code) not in before
    assert str(area.code) in after


def test_programs_walk_the_whole_way(client: FlaskClient, session: Session, now: datetime) -> None:
    admin = people.make_person(session, now, name="Quản trị", email="qt@vidu.vn")
    session.add(RoleGrant(person_id=admin.id, role="admin", scope_unit_code=None, granted_at=now))
    session.flush()
    token = tokens.create(session, people.actor_of(session, admin), "Máy", now=now).plain
    owner = land.make_organisation(session, now)
    asked: Any = {"headers": {"Authorization": f"Bearer {token}"}}
    base = "/api/v1/packing-houses"

    made = client.post(base, json={
        "organisation": owner.code, "name": "Kho", "commune_code": land.COMMUNE,
        "address": "Khu 1", "lon": "105.28", "lat": 21.12, "crops": ["pomelo"],
        "capacity_kg": "900", "equipment": "Cân, bàn", "standards": [
            {"standard": "haccp", "certificate_number": "1", "certifier": "A"}],
    }, **asked)  # fmt: skip
    house = f"{base}/{made.get_json()['id']}"
    client.post(f"{house}/submit", **asked)
    visit = {"passed": True, "inspected_on": "2026-11-20", "answers": factories.all_met()}
    client.post(f"{house}/inspections", json=visit, **asked)
    approved = client.post(f"{house}/approve", json={"valid_until": "2030-01-01"}, **asked)
    held = client.post(f"{house}/suspend", json={"reason": "Mất điện kho lạnh"}, **asked)
    listed = client.get(f"{base}?status=suspended&crop=pomelo", **asked)

    assert made.status_code == 201
    assert approved.get_json()["code"] == "NDG.08674.0001"
    assert held.get_json()["status"] == "suspended"
    assert [row["id"] for row in listed.get_json()["items"]] == [made.get_json()["id"]]


def test_the_officers_list_leaves_as_a_table_under_its_filters(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    house = factories.make_inspected_house(session, now)
    session.commit()

    whole = office.get("/office/packing-houses/table?format=csv")
    none = office.get("/office/packing-houses/table?format=csv&status=revoked")
    moved = office.get(
        "/office/packing-houses", query_string={"commune_code": "thanh thuy, phu tho"}
    )

    assert house.name in whole.data.decode("utf-8-sig")
    assert none.headers["X-Row-Count"] == "0"
    assert moved.location.endswith(f"?commune_code={land.COMMUNE}")
