"""Administrative units for programs."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.territory.factories import feature, import_features, square


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(f"/api/v1/units{address}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_name_finds_its_commune(client: FlaskClient) -> None:
    found = get(client, "?q=ve giang&level=commune")

    assert found["next"] is None
    assert found["items"][0]["code"] == "21238"
    assert found["items"][0]["label"] == "Xã Vệ Giang, Quảng Ngãi"


def test_units_below_a_province_come_page_by_page(client: FlaskClient) -> None:
    codes: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(client, f"?parent=51&limit=40&cursor={cursor}")
        codes += [item["code"] for item in page["items"]]
        cursor = page["next"]

    assert len(codes) == len(set(codes)) == 96


def test_a_code_is_read_on_a_day(client: FlaskClient) -> None:
    today = get(client, "/21238")
    before = get(client, "/21238?on=2025-06-30")

    assert today["full_name"] == "Xã Vệ Giang"
    assert today["valid_to"] is None
    assert {old["label"].split(",")[0] for old in today["predecessors"]} == {
        "Xã Nghĩa Hiệp",
        "Xã Nghĩa Phương",
        "Thị trấn Sông Vệ",
    }
    assert before["full_name"] == "Thị trấn Sông Vệ"
    assert before["valid_to"] == "2025-07-01"
    assert [new["code"] for new in before["successors"]] == ["21238"]
    assert before["predecessors"] == []


def test_a_point_finds_its_commune(client: FlaskClient, session: Session, now: datetime) -> None:
    import_features(session, now, feature("21238", square(108.8, 15.0)))
    session.flush()

    assert get(client, "/at?lon=108.85&lat=15.05")["code"] == "21238"
    nowhere = client.get("/api/v1/units/at?lon=1&lat=1")
    assert nowhere.status_code == 404
    assert nowhere.json is not None
    assert nowhere.json["code"] == "territory.nowhere"


def test_a_unit_in_force_speaks_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/api/v1/units/21238", headers={"Accept-Language": "en"})

    assert answer.json is not None
    assert answer.json["label"] == "Ve Giang Commune, Quang Ngai"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/99999", 404),
        ("/" + "9" * 300, 404),
        ("/%00", 404),
        ("/21238?on=yesterday", 422),
        ("/21238?on=30/6/2025", 422),
        ("?level=village", 422),
        ("?limit=0", 422),
        ("?limit=99999999999999999999", 422),
        ("?cursor=%00", 422),
        ("?cursor=WyJhIl0", 422),
        ("?q=a%00", 422),
        ("?parent=123456", 422),
        ("/at", 422),
        ("/at?lon=x&lat=1", 422),
        ("/at?lon=nan&lat=1", 422),
        ("/at?lon=181&lat=1", 422),
        ("/at?lon=1&lat=inf", 422),
    ],
)
def test_wrong_input_is_refused_as_a_problem(
    client: FlaskClient, address: str, status: int
) -> None:
    answer = client.get(f"/api/v1/units{address}")

    assert answer.status_code == status, answer.text
    assert answer.content_type.startswith("application/problem+json")
