"""Pages of parcels and households: what a cooperative does with them without a script."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyproj import Transformer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import GrowingArea
from growing_areas.parcels import households, parcels, versions
from growing_areas.proposals import Household
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels, strip


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def area(session: Session, organisation: Organisation, now: datetime) -> GrowingArea:
    return factories.make_approved_area(session, now, organisation)


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, clock.now())
    return client


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return browser.post(client, path, **fields)


def collection(*places: int) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"ten": f"Ruộng {place}", "Chu ho": "Tran Thi Binh"},
            "geometry": strip(place),
        }
        for place in places
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_parcel_is_listed_shown_and_taken_off_with_undo(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    path = f"/workspace/areas/{area.id}/parcels"
    assert "Chưa chia thửa" in coop.get(path).text
    send(coop, f"{path}/new", label="Ruộng Trên", area_ha="0,25")
    send(coop, f"{path}/new", label="Ruộng Dưới", geometry=json.dumps(strip(0)))
    shown = coop.get(path).text
    assert "Ruộng Trên" in shown
    assert "<svg" in shown

    first, _second = parcels.of_plot(session, area.plot_id)
    done = send(coop, f"{path}/many", act="remove", parcels=str(first.id))
    after = coop.get(done.location).text
    assert "Ruộng Trên" not in after

    undo = re.search(r'action="([^"]*/parcels/restore/\d+)"', after)
    assert undo is not None
    send(coop, undo[1])
    assert "Ruộng Trên" in coop.get(path).text


def test_a_parcel_beyond_the_area_is_shown_again_with_its_outline(
    coop: FlaskClient, area: GrowingArea
) -> None:
    far = json.dumps(strip(9))

    answer = send(coop, f"/workspace/areas/{area.id}/parcels/new", label="Xa", geometry=far)

    assert answer.status_code == 422
    assert "lấn ra ngoài đường bao" in answer.text
    assert "105.2" in answer.text


def sent(coop: FlaskClient, area: GrowingArea, content: bytes, **fields: Any) -> str:
    """A file of parcels sent; answers the address of its preview."""
    path = f"/workspace/areas/{area.id}/parcels/import"
    answer = send(coop, path, file=(io.BytesIO(content), "thua.geojson"), **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_file_of_parcels_is_seen_before_it_is_kept_and_taken_back_whole(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    preview = sent(coop, area, collection(0, 1))

    seen = coop.get(preview).text

    assert "2 trong 2 hình dùng được" in seen
    assert "Chu ho" in seen, "columns of the file are offered"
    assert "coordinates" not in seen, "the outlines stay on the server"
    assert parcels.of_plot(session, area.plot_id) == []
    done = send(coop, preview, act="save", take=["1", "2"])
    made = parcels.of_plot(session, area.plot_id)
    assert [parcel.label for parcel in made] == ["Ruộng 0", "Ruộng 1"]
    assert {parcel.household.name for parcel in made if parcel.household} == {"Trần Thị Bình"}

    undo = re.search(r'action="([^"]*/parcels/import/undo/\d+)"', coop.get(done.location).text)
    assert undo is not None
    send(coop, undo[1])
    assert parcels.of_plot(session, area.plot_id) == []
    assert coop.get(preview).status_code == 404, "forgotten once stored"


def test_of_two_shapes_over_each_other_one_may_be_taken(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    preview = sent(coop, area, collection(0, 0))
    assert "1 trong 2 hình dùng được" in coop.get(preview).text

    both = send(coop, preview, act="save", take=["1", "2"])
    assert both.status_code == 422
    assert parcels.of_plot(session, area.plot_id) == []

    assert "Ruộng 0" in send(coop, preview, act="check", take=["2"]).text
    send(coop, preview, act="save", take=["2"])
    assert len(parcels.of_plot(session, area.plot_id)) == 1


def test_the_column_chosen_names_the_parcels(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    preview = sent(coop, area, collection(0))

    seen = send(coop, preview, act="check", take=["1"], label_column="Chu ho").text

    assert "1. Tran Thi Binh" in seen
    send(coop, preview, act="save", take=["1"], label_column="Chu ho")
    assert [each.label for each in parcels.of_plot(session, area.plot_id)] == ["Tran Thi Binh"]


def test_an_import_the_diary_wrote_upon_is_not_undone(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    preview = sent(coop, area, collection(0))
    done = send(coop, preview, act="save", take=["1"])
    undo = re.search(r'action="([^"]*/parcels/import/undo/\d+)"', coop.get(done.location).text)
    (made,) = parcels.of_plot(session, area.plot_id)
    work = Work("weeding", clock.today(), parcels=(made.id,))
    diary.record(session, SYSTEM, area.id, work, now=clock.now())

    assert undo is not None
    answer = send(coop, undo[1])

    assert answer.status_code == 409
    assert len(parcels.of_plot(session, area.plot_id)) == 1


def in_zone(place: int) -> str:
    """A strip as a land certificate of Phú Thọ lists it: number, X (north), Y (east)."""
    way = Transformer.from_crs("EPSG:4326", "EPSG:9208", always_xy=True)
    ring = strip(place)["coordinates"][0][:-1]
    places = [way.transform(lon, lat) for lon, lat in ring]
    return "\n".join(f"{n} {y:.2f} {x:.2f}" for n, (x, y) in enumerate(places, start=1))


def test_a_land_certificates_corners_are_looked_at_then_kept(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    path = f"/workspace/areas/{area.id}/parcels/new"

    puzzled = send(coop, path, act="check", label="Thửa 12", geometry=in_zone(0))
    assert puzzled.status_code == 422
    assert re.search(r'<option value="9208" selected', puzzled.text), "the commune's zone, chosen"
    seen = send(coop, path, act="check", label="Thửa 12", geometry=in_zone(0), crs="9208")

    assert seen.status_code == 200
    assert "Hình dùng được" in seen.text
    assert "<svg" in seen.text
    assert parcels.of_plot(session, area.plot_id) == []
    send(coop, path, act="save", label="Thửa 12", geometry=in_zone(0), crs="9208")
    (made,) = parcels.of_plot(session, area.plot_id)
    assert made.area_m2 == pytest.approx(19_300, rel=0.02)


def test_swapped_corners_are_offered_the_swap(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    ring = [[lat, lon] for lon, lat in strip(0)["coordinates"][0]]
    text = json.dumps({"type": "Polygon", "coordinates": [ring]})
    path = f"/workspace/areas/{area.id}/parcels/new"

    offered = send(coop, path, act="save", geometry=text)
    assert offered.status_code == 422
    assert 'value="swap_axes"' in offered.text

    mended = send(coop, path, repair="swap_axes", geometry=text)
    assert mended.status_code == 200
    assert parcels.of_plot(session, area.plot_id) == []


def test_a_parcel_is_edited_from_the_outline_it_has(
    coop: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    (made,) = make_parcels(session, area, now, count=1)
    path = f"/workspace/areas/{area.id}/parcels/{made.id}/edit"
    shown = html.unescape(coop.get(path).text)
    text = re.search(r'<textarea[^>]*name="geometry"[^>]*>\s*(\{.*?\})\s*</textarea>', shown, re.S)

    assert text is not None
    send(coop, path, act="save", label="Ruộng Trũng", geometry=text[1])

    drawn = versions.of_parcel(session, made.id)
    assert [(each.kind, each.label) for each in drawn] == [
        ("renamed", "Ruộng Trũng"), ("first", "Thửa 1"),
    ]  # fmt: skip
    assert "Các lần vẽ" in coop.get(path).text


def test_households_come_from_a_sheet_agree_and_are_erased(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    path = f"/workspace/areas/{area.id}/households"
    table = "name,phone,area_ha,parcel\nLê Văn Cường,0901 222 333,0.3,Đồng Trũng\n".encode()
    seen = send(coop, f"{path}/import", file=(io.BytesIO(table), "ho.csv"))
    assert seen.status_code == 303
    assert "Lê Văn Cường" in coop.get(seen.location).text

    send(coop, f"{seen.location}/apply")
    listed = households.of_plot(session, area.plot_id)
    assert [row.name for row in listed] == ["Trần Thị Bình", "Lê Văn Cường"]
    assert [each.label for each in parcels.of_plot(session, area.plot_id)] == ["Đồng Trũng"]

    ids = [str(row.id) for row in listed]
    send(coop, f"{path}/agree", households=ids, agreed_on="20/11/2026", agreed_how="in_person")
    assert "2 trong 2 hộ đã đồng ý" in coop.get(path).text

    assert "Xóa dữ liệu của Trần Thị Bình" in coop.get(f"{path}/{ids[0]}/erase").text
    send(coop, f"{path}/{ids[0]}/erase")
    assert "Trần Thị Bình" not in coop.get(path).text


def test_a_taken_in_sheet_is_undone_whole(
    coop: FlaskClient, session: Session, area: GrowingArea
) -> None:
    path = f"/workspace/areas/{area.id}/households"
    table = "name,area_ha,parcel\nLê Văn Cường,0.3,Đồng Trũng\n".encode()
    seen = send(coop, f"{path}/import", file=(io.BytesIO(table), "ho.csv"))
    send(coop, f"{seen.location}/apply")

    send(coop, f"{seen.location}/undo")

    session.expire_all()
    assert [row.name for row in households.of_plot(session, area.plot_id)] == ["Trần Thị Bình"]
    assert parcels.of_plot(session, area.plot_id) == []


def test_the_diary_names_parcels_and_yields_follow(
    coop: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    (row,) = households.of_plot(session, area.plot_id)
    first, second = make_parcels(session, area, now)
    parcels.assign(session, SYSTEM, area.id, [first.id], row.id)
    diary = f"/workspace/areas/{area.id}/diary"
    assert "Thửa 1 · Trần Thị Bình" in coop.get(diary).text
    harvest = {"activity": "harvest", "done_on": clock.today().isoformat(), "unit": "KGM"}

    send(coop, diary, **harvest, quantity="300", parcels=str(first.id))
    send(coop, diary, **harvest, quantity="100", parcels=[str(first.id), str(second.id)])

    assert "Thửa 2" in coop.get(diary).text
    shown = coop.get(f"/workspace/areas/{area.id}/yields").text
    assert "350\u00a0kg" in shown
    assert "Ước theo diện tích" in shown
    file = coop.get(f"/workspace/areas/{area.id}/yields/export?format=csv").text
    assert "Thửa 1,Trần Thị Bình,1.9" in file


def test_an_officer_sees_parcels_but_no_names(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    (row,) = households.of_plot(session, area.plot_id)
    (parcel,) = make_parcels(session, area, now, 1)
    parcels.assign(session, SYSTEM, area.id, [parcel.id], row.id)
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, clock.now())

    shown = client.get(f"/workspace/areas/{area.id}/parcels")

    assert "có hộ" in shown.text
    assert "Trần Thị Bình" not in shown.text
    assert client.get(f"/workspace/areas/{area.id}/households").status_code == 403


def test_an_undone_sheet_gives_parcels_back_to_whom_they_belonged(
    coop: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    (parcel,) = make_parcels(session, area, now, count=1)
    before = households.enter(session, SYSTEM, area.id, Household("Lê Văn Cả"), now=now)
    parcels.assign(session, SYSTEM, area.id, [parcel.id], before.id)
    path = f"/workspace/areas/{area.id}/households"
    rows = ["Tên hộ,Diện tích (ha),Thửa", f"Ngô Thị Đào,,{parcel.label}", "Vũ Văn Em,0.2,Gò Dưới"]
    table = "\n".join(rows).encode()
    seen = send(coop, f"{path}/import", file=(io.BytesIO(table), "ho.csv"))
    send(coop, f"{seen.location}/apply")
    session.refresh(parcel)
    names = {row.name: row for row in households.of_plot(session, area.plot_id)}
    assert parcel.household_id == names["Ngô Thị Đào"].id
    households.erase(session, SYSTEM, area.id, names["Vũ Văn Em"].id)

    undone = send(coop, f"{seen.location}/undo")

    assert undone.status_code == 303
    session.expire_all()
    assert parcel.household_id == before.id
    assert [row.id for row in parcels.list_parcels(session, SYSTEM, area.id)] == [parcel.id]
