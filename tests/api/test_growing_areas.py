"""The growing-area calls of the API, as a program makes them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.models import Organisation
from accounts.permissions import Actor
from tests.accounts import factories as people
from tests.growing_areas import factories

Call = Callable[..., Any]


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def as_admin(client: FlaskClient, session: Session, now: datetime) -> Call:
    return caller(client, session, people.make_official(session, now, role="admin"), now)


def caller(client: FlaskClient, session: Session, actor: Actor, now: datetime) -> Call:
    bearer = tokens.create(session, actor, "thử", now=now).plain
    session.commit()

    def call(method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {bearer}", **kwargs.pop("headers", {})}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **kwargs)
        if answer.status_code in (201, 202) and "Location" in answer.headers:
            # What was made stands where the answer says.
            assert client.get(answer.headers["Location"], headers=headers).status_code == 200
        return answer

    return call


def body(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    return {
        "organisation": organisation.code,
        "name": "Vùng cà phê Thanh Thủy",
        "crop": "coffee",
        "commune_code": factories.COMMUNE,
        "geometry": factories.field(),
        "households": [{"name": "Trần Thị Bình", "phone": "0901 234 567", "area_ha": "1,5"}],
        **changes,
    }


def approved(call: Call, organisation: Organisation, **changes: Any) -> dict[str, Any]:
    made = call("POST", "/growing-areas", json=body(organisation, **changes))
    path = f"/growing-areas/{made.json['id']}"
    assert call("POST", f"{path}/submit").status_code == 200
    visit = {"passed": True, "inspected_on": "2026-11-20"}
    assert call("POST", f"{path}/inspections", json=visit).json["status"] == "inspected"
    answer = call("POST", f"{path}/approve")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_from_polygon_to_code(as_admin: Call, organisation: Organisation) -> None:
    made = as_admin("POST", "/growing-areas", json=body(organisation))

    assert made.status_code == 201
    assert made.json["status"] == "draft"
    assert made.json["area_ha"] == pytest.approx(24.75, abs=0.01)
    assert made.json["findings"] == []
    area = approved(as_admin, organisation, geometry=factories.field(0.05))
    assert area["status"] == "approved"
    assert area["code"] == "VN-25-08674-01-26"


def test_bad_geometry_names_rule_and_coordinate(as_admin: Call, organisation: Organisation) -> None:
    bow_tie = [[105.28, 21.12], [105.29, 21.13], [105.29, 21.12], [105.28, 21.13], [105.28, 21.12]]
    geometry = {"type": "Polygon", "coordinates": [bow_tie]}

    answer = as_admin("POST", "/growing-areas", json=body(organisation, geometry=geometry))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    (error,) = answer.json["errors"]
    assert (error["code"], error["field"]) == ("area.self_intersects", "geometry")
    assert error["coordinate"] == [105.285, 21.125]
    assert "tự cắt" in error["message"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"geometry": None}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [105, 21]}}, "geometry"),
        ({"plot": 2**63}, "plot"),
        ({"name": "a\x00b"}, "name"),
        ({"name": ""}, "name"),
        ({"market": "ZZZ"}, "market"),
        ({"unknown": 1}, "unknown"),
        ({"households": [{"name": "A", "phone": "x"}]}, "households.0.phone"),
        ({"commune_code": "99999"}, "commune_code"),
    ],
)
def test_wrong_input_names_the_field(
    as_admin: Call, organisation: Organisation, changes: dict[str, Any], field: str
) -> None:
    answer = as_admin("POST", "/growing-areas", json=body(organisation, **changes))

    assert answer.status_code == 422, answer.json
    assert field in [error.get("field") for error in answer.json["errors"]]


def test_a_missing_piece_answers_409_listing_it(
    as_admin: Call, session: Session, now: datetime
) -> None:
    bare = factories.make_organisation(session, now, representative=None)
    made = as_admin("POST", "/growing-areas", json=body(bare, households=[]))

    answer = as_admin("POST", f"/growing-areas/{made.json['id']}/submit")

    assert answer.status_code == 409
    assert [e["code"] for e in answer.json["errors"]] == ["dossier.no_representative"]


def test_an_overlap_answers_409_and_an_officers_reason_lets_it_stand(
    as_admin: Call, organisation: Organisation
) -> None:
    first = approved(as_admin, organisation)
    made = as_admin(
        "POST", "/growing-areas", json=body(organisation, geometry=factories.field(0.003))
    )
    path = f"/growing-areas/{made.json['id']}"
    as_admin("POST", f"{path}/submit")
    as_admin("POST", f"{path}/inspections", json={"passed": True, "inspected_on": "2026-11-20"})

    refused = as_admin("POST", f"{path}/approve")
    accepted = as_admin("POST", f"{path}/approve", json={"overlap_reason": "Xen canh"})

    assert [f["code"] for f in made.json["findings"]] == ["area.overlaps"]
    assert refused.status_code == 409
    assert first["code"] in refused.json["errors"][0]["message"]
    assert accepted.json["status"] == "approved"


def test_suspend_restore_revoke(as_admin: Call, organisation: Organisation) -> None:
    path = f"/growing-areas/{approved(as_admin, organisation)['id']}"

    assert as_admin("POST", f"{path}/suspend", json={}).status_code == 422
    reason = {"reason": "Dư lượng"}
    assert as_admin("POST", f"{path}/suspend", json=reason).json["status"] == "suspended"
    assert as_admin("POST", f"{path}/suspend", json=reason).status_code == 409
    assert as_admin("POST", f"{path}/restore").json["status"] == "approved"
    assert as_admin("POST", f"{path}/revoke", json=reason).json["status"] == "revoked"


def test_a_kml_file_is_imported_whole(as_admin: Call, organisation: Organisation) -> None:
    def mark(lon: float) -> str:
        corners = " ".join(f"{x + lon},{y},0" for x, y in [*factories.FIELD, factories.FIELD[0]])
        return (
            "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
            f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )

    pin = "<Placemark><name>Cổng</name><Point><coordinates>1,2</coordinates></Point></Placemark>"
    kml = f"<kml>{mark(0)}{mark(0.02)}{pin}</kml>"
    form = {
        "organisation": organisation.code, "crop": "pomelo", "commune_code": factories.COMMUNE,
        "file": (io.BytesIO(kml.encode()), "vung.kml"),
    }  # fmt: skip

    answer = as_admin("POST", "/growing-areas/import", data=form)

    assert answer.status_code == 201, answer.json
    assert [area["name"] for area in answer.json["created"]] == ["Vùng 1", "Vùng 2"]
    assert [f["code"] for f in answer.json["findings"]] == ["file.not_an_area"]


def test_one_bad_shape_keeps_the_whole_file_out(as_admin: Call, organisation: Organisation) -> None:
    shapes = [factories.field(), {"type": "Polygon", "coordinates": [[[105, 21], [105.1, 21]]]}]
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": s} for s in shapes],
    }
    form = {
        "organisation": organisation.code, "crop": "pomelo", "commune_code": factories.COMMUNE,
        "file": (io.BytesIO(json.dumps(document).encode()), "vung.geojson"),
    }  # fmt: skip

    answer = as_admin("POST", "/growing-areas/import", data=form)

    assert answer.status_code == 422
    assert {e["field"] for e in answer.json["errors"]} == {"features.2.geometry"}
    assert as_admin("GET", f"/growing-areas?organisation={organisation.code}").json["items"] == []


def test_lists_as_json_and_geojson(as_admin: Call, organisation: Organisation) -> None:
    area = approved(as_admin, organisation)
    query = f"/growing-areas?organisation={organisation.code}&status=approved&crop=coffee"

    plain = as_admin("GET", f"{query}&bbox=105.2,21.0,105.4,21.2")
    shapes = as_admin("GET", query, headers={"Accept": "application/geo+json"})

    assert [row["id"] for row in plain.json["items"]] == [area["id"]]
    assert shapes.content_type.startswith("application/geo+json")
    document = json.loads(shapes.text)
    assert document["type"] == "FeatureCollection"
    assert document["features"][0]["properties"]["code"] == area["code"]
    assert as_admin("GET", "/growing-areas?bbox=1,2,3").status_code == 422


def test_the_eudr_file_writes_six_decimals(as_admin: Call, organisation: Organisation) -> None:
    approved(as_admin, organisation)

    answer = as_admin("GET", f"/growing-areas/eudr.geojson?organisation={organisation.code}")

    feature = json.loads(answer.text)["features"][0]
    assert feature["properties"]["ProducerCountry"] == "VN"
    assert set(feature["properties"]) == {
        "ProducerName", "ProducerCountry", "ProductionPlace", "Area",
    }  # fmt: skip
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    numbers = re.findall(r"\d+\.\d+", answer.text.split('"coordinates"')[1])
    assert numbers
    assert all(len(number.split(".")[1]) == 6 for number in numbers)


def test_without_a_regulated_commodity_there_is_no_eudr_file(
    as_admin: Call, organisation: Organisation
) -> None:
    approved(as_admin, organisation, crop="pomelo")

    answer = as_admin("GET", f"/growing-areas/eudr.geojson?organisation={organisation.code}")

    assert (answer.status_code, answer.json["code"]) == (409, "eudr.nothing")


def test_diary_lines_are_written_read_and_corrected(
    as_admin: Call, organisation: Organisation
) -> None:
    made = as_admin("POST", "/growing-areas", json=body(organisation)).json
    path = f"/growing-areas/{made['id']}/diary"
    spray = {
        "activity": "spraying", "done_on": "2026-11-20", "product_name": "Trebon 10EC",
        "active_ingredient": "Etofenprox", "pre_harvest_days": 14, "dose": "20 ml / 16 l",
    }  # fmt: skip
    harvest = {
        "activity": "harvest", "done_on": "2026-11-21", "quantity": "1.234,5", "unit": "KGM",
    }  # fmt: skip

    first = as_admin("POST", path, json=spray)
    second = as_admin("POST", path, json=harvest)
    fixed = as_admin(
        "POST", f"/diary/{first.json['id']}/corrections",
        json={**spray, "pre_harvest_days": 1, "reason": "Đọc lại nhãn"},
    )  # fmt: skip

    assert (first.status_code, second.status_code, fixed.status_code) == (201, 201, 201)
    assert [f["code"] for f in second.json["findings"]] == ["diary.within_interval"]
    assert second.json["quantity"] == "1234.500"
    lines = as_admin("GET", path).json["items"]
    assert [line["id"] for line in lines] == [second.json["id"], fixed.json["id"]]


def test_one_cooperative_cannot_reach_anothers_areas(
    client: FlaskClient, session: Session, now: datetime, organisation: Organisation
) -> None:
    area = factories.make_area(session, now, organisation)
    stranger = people.make_member(session, factories.make_organisation(session, now), now)
    call = caller(client, session, stranger, now)

    assert call("GET", f"/growing-areas/{area.id}").status_code == 404
    assert call("POST", f"/growing-areas/{area.id}/submit").status_code == 404
    assert call("GET", f"/growing-areas/{area.id}/diary").status_code == 404
    assert call("POST", f"/growing-areas/{area.id}/approve").status_code == 403
    assert call("GET", "/growing-areas").json["items"] == []
    assert client.get(f"/api/v1/growing-areas/{area.id}").status_code == 401


def test_numbers_past_every_row_are_not_found(as_admin: Call) -> None:
    assert as_admin("GET", f"/growing-areas/{2**70}").status_code == 404
    assert as_admin("POST", f"/diary/{2**70}/corrections", json={
        "activity": "other", "done_on": "2026-11-01", "reason": "x",
    }).status_code == 404  # fmt: skip


def test_crops_are_listed_with_three_names(client: FlaskClient) -> None:
    listed = json.loads(client.get("/api/v1/crops").text)
    crops = {crop["code"]: crop for crop in listed["items"]}

    assert crops["rice"]["name_vi"] == "Lúa"
    assert crops["rice"]["name_en"] == "Rice"
    assert crops["rice"]["scientific_name"] == "Oryza sativa"
    assert len(crops) >= 40
