"""Rural-tourism places in a browser and for programs."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock, files
from foundation.config import Config
from tests.accounts import factories as accounts
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_official
from tests.products.test_pages import jpeg

FORM = {
    "name": "Vườn rau Bàu Tròn",
    "kind": "orchard",
    "commune": accounts.THANG_BINH,
    "position": "15.9060, 108.1052",
    "hours_all": "07:00-11:00",
    "hours_su": "nghỉ",
    "website": "https://bautron.vn",
    "to_buy": "Rau hái tại ruộng",
}


@pytest.fixture
def officer(session: Session, client: FlaskClient, test_config: Config) -> None:
    files.use(test_config.files_url)
    now = clock.now()
    sign_in_as(client, session, make_official(session, now, scope="48"), now)


def _entered(client: FlaskClient) -> str:
    return str(post(client, "/office/places/new", **FORM).headers["Location"])


@pytest.mark.usefixtures("officer")
def test_an_officer_enters_publishes_and_closes_a_place(client: FlaskClient) -> None:
    assert "Chưa có điểm du lịch nào" in client.get("/office/places").text
    address = _entered(client)
    added = post(client, f"{address}/photos", photo=(jpeg(), "vuon.jpg"), caption="Luống cải")
    assert added.status_code == 303
    assert client.get("/places/vuon-rau-bau-tron").status_code == 404

    post(client, f"{address}/publish")
    page = client.get("/places/vuon-rau-bau-tron").text

    assert "Thứ hai đến thứ bảy" in page
    assert "07:00–11:00" in page
    assert "geo:15.906,108.1052" in page
    assert "Luống cải" in page
    assert "https://bautron.vn" in page
    assert "Vườn rau Bàu Tròn" in client.get("/places?q=rau+hai").text
    assert "Không có điểm nào khớp" in client.get("/places?q=ca+phe").text
    post(client, f"{address}/close", reason="Mùa lũ")
    assert "Mùa lũ" in client.get("/places/vuon-rau-bau-tron").text
    assert "Vườn rau" not in client.get("/places").text


@pytest.mark.usefixtures("officer")
def test_a_wrong_form_comes_back_with_every_fault_and_its_words(client: FlaskClient) -> None:
    wrong = {**FORM, "hours_mo": "chiều tối", "position": "108", "website": "javascript:alert(1)"}

    answer = post(client, "/office/places/new", **{**wrong, "website": "https://bautron.vn"})
    refused_link = post(client, "/office/places/new", **wrong)

    assert answer.status_code == 422
    assert "Không hiểu giờ" in answer.text
    assert "Vị trí gồm vĩ độ và kinh độ" in answer.text
    assert "Rau hái tại ruộng" in answer.text
    assert refused_link.status_code == 422
    assert "bắt đầu bằng https://" in refused_link.text


@pytest.mark.usefixtures("officer")
def test_what_was_entered_stands_in_the_form_to_change_it(client: FlaskClient) -> None:
    address = _entered(client)

    form = client.get(f"{address}/edit").text

    assert 'value="15.906, 108.1052"' in form
    assert 'value="07:00-11:00"' in form
    post(client, f"{address}/edit", **{**FORM, "to_buy": "Rau và ớt"})
    assert "Rau và ớt" in client.get(address).text


def test_programs_enter_read_and_filter_places(session: Session, client: FlaskClient) -> None:
    def json_of(address: str) -> Any:
        return client.get(address).json

    now = clock.now()
    officer = make_official(session, now, scope="48")
    headers = {"Authorization": f"Bearer {tokens.create(session, officer, 'thử', now=now).plain}"}
    body = {
        "name": "Vườn rau", "kind": "orchard", "commune_code": accounts.THANG_BINH,
        "lon": "108.1052", "lat": "15.906", "opening_hours": {"mo": "07:00-11:00"},
    }  # fmt: skip

    made = client.post("/api/v1/places", json=body, headers=headers)
    told: Any = made.json
    assert made.status_code == 201
    code, slug = told["code"], told["slug"]
    assert client.get(f"/api/v1/places/{slug}").status_code == 404
    assert client.post(f"/api/v1/places/{code}/publish", headers=headers).status_code == 200
    again = client.post(f"/api/v1/places/{code}/publish", headers=headers)

    assert again.status_code == 409
    assert json_of("/api/v1/places?kind=orchard")["items"][0]["opening_hours"] == ["Mo 07:00-11:00"]
    assert json_of("/api/v1/places?kind=farm")["items"] == []
    half = client.post("/api/v1/places", json={**body, "lat": None}, headers=headers)
    assert half.status_code == 422
    bad = client.post(
        "/api/v1/places", json={**body, "opening_hours": {"mo": "sáng"}}, headers=headers
    )
    assert "place.bad_hours" in bad.text
