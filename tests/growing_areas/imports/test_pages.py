"""Pages of imports without a script: send a file, look, choose, store, undo."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.permissions import SYSTEM
from foundation import clock, jobs
from growing_areas import registration
from growing_areas.imports import previews
from growing_areas.imports.jobs import preview_upload
from growing_areas.imports.models import AreaUpload
from growing_areas.registration import AreaQuery
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

BOW = {"type": "Polygon", "coordinates": [[[105.28, 21.12], [105.29, 21.13],
       [105.29, 21.12], [105.28, 21.13], [105.28, 21.12]]]}  # fmt: skip


@pytest.fixture
def coop(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    organisation = factories.make_organisation(session, now)
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, clock.now())
    return client


def upload(client: FlaskClient, *shapes: Any) -> str:
    """Send a file; the address of its preview."""
    answer = send(client, *shapes)
    assert answer.status_code == 303, answer.text
    return answer.location


def send(client: FlaskClient, *shapes: Any) -> TestResponse:
    features = [
        {"type": "Feature", "properties": {"ten": f"Gò {n}"}, "geometry": shape}
        for n, shape in enumerate(shapes, start=1)
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return browser.post(
        client,
        "/workspace/areas/import",
        crop="pomelo",
        commune_code="thanh thuy, phu tho",
        market="VN",
        act="check",
        file=(io.BytesIO(document), "vung.geojson"),
    )


def stored(session: Session) -> list[str]:
    rows = registration.list_areas(session, SYSTEM, AreaQuery()).items
    return sorted(area.name for area in rows)


def test_a_file_is_looked_at_stored_and_undone(coop: FlaskClient, session: Session) -> None:
    address = upload(coop, factories.field(), factories.field(0.05))

    shown = coop.get(address)
    assert shown.status_code == 200
    assert "2 trong 2 hình dùng được." in shown.text
    assert shown.text.count('fill-rule="evenodd"') == 2
    assert stored(session) == []
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE, "market": "VN"}
    done = browser.post(coop, address, act="save", take=["1", "2"], **said)
    assert done.status_code == 303, done.text
    assert stored(session) == ["Gò 1", "Gò 2"]

    page = coop.get(done.location)
    assert "vung.geojson" in page.text
    assert "Gò 2" in page.text
    assert "vung.geojson" in coop.get("/workspace/areas/imports").text
    undone = browser.post(coop, f"{done.location}/undo")
    assert undone.status_code == 303
    assert stored(session) == []
    assert "Đã hoàn tác" in coop.get("/workspace/areas/imports").text
    assert browser.post(coop, f"{done.location}/undo").status_code == 409


def test_a_faulty_shape_says_why_and_cannot_be_chosen(coop: FlaskClient, session: Session) -> None:
    address = upload(coop, factories.field(), BOW)

    shown = coop.get(address).text
    assert "1 trong 2 hình dùng được." in shown
    assert "Đường bao tự cắt ở 105,285; 21,125." in shown
    assert 'name="take" value="1" checked' in shown
    assert 'name="take" value="2"' not in shown
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE, "act": "save"}
    forced = browser.post(coop, address, take=["1", "2"], **said)
    assert forced.status_code == 422
    assert stored(session) == []
    nothing = browser.post(coop, address, **said)
    assert "Chưa chọn hình nào để ghi." in nothing.text


def test_names_come_from_a_column_of_choice_and_from_ones_own_words(
    coop: FlaskClient, session: Session
) -> None:
    address = upload(coop, factories.field(), factories.field(0.05)).split("?")[0]
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE, "name_column": "ten"}

    told = {**said, "name-2": "Bãi <Bồi>"}
    looked = coop.get(browser.post(coop, address, act="check", take="2", **told).location)
    assert "1. Gò 1" in looked.text
    assert "2. Bãi &lt;Bồi&gt;" in looked.text
    assert 'value="2" checked' in looked.text
    assert 'value="1" checked' not in looked.text
    browser.post(coop, address, act="save", take="2", **said, **{"crop-2": "Lúa"})

    (area,) = registration.list_areas(session, SYSTEM, AreaQuery()).items
    assert (area.name, area.crop_code) == ("Gò 2", "rice")


def test_repairs_are_offered_and_accepted(coop: FlaskClient, session: Session) -> None:
    (ring,) = factories.field()["coordinates"]
    swapped = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in ring]]}
    address = upload(coop, swapped)

    offered = coop.get(address).text
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE, "repairs": "swap_axes"}
    accepted = coop.get(browser.post(coop, address, act="check", **said).location).text

    assert 'value="swap_axes"' in offered
    assert "0 trong 1 hình dùng được." in offered
    assert "1 trong 1 hình dùng được." in accepted


def test_what_cannot_be_read_shows_the_form_again(coop: FlaskClient) -> None:
    answer = browser.post(
        coop, "/workspace/areas/import", crop="pomelo", commune_code=factories.COMMUNE,
        file=(io.BytesIO(b"{"), "vung.geojson"),
    )  # fmt: skip

    assert answer.status_code == 422
    assert 'name="file"' in answer.text
    assert coop.get(f"/workspace/areas/import/{'0' * 64}").status_code == 404


def work_off(session: Session) -> None:
    """Let a worker do what pages of imports have asked for."""
    for upload in session.scalars(select(AreaUpload)):
        preview_upload({"person": upload.person_id, "digest": upload.digest}, jobs.Unobserved())
    session.expire_all()


def test_a_large_file_is_read_and_weighed_by_a_worker(
    coop: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "READ_AT_ONCE", 100)
    monkeypatch.setattr(previews, "JUDGED_AT_ONCE", 1)
    address = upload(coop, factories.field(), BOW, factories.field(0.05))

    waiting = coop.get(address).text
    work_off(session)
    shown = coop.get(address).text

    assert "data-poll" in waiting
    assert "2 trong 3 hình dùng được." in shown
    assert "data-poll" not in shown
    (kept,) = session.scalars(select(AreaUpload))
    assert kept.content is None
    work_off(session)
    assert "2 trong 3 hình dùng được." in coop.get(address).text


def test_a_worker_that_cannot_read_a_file_says_why(
    coop: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "READ_AT_ONCE", 100)
    point = {"type": "Point", "coordinates": [105.28, 21.12]}
    address = upload(coop, point, point)

    work_off(session)

    shown = coop.get(address).text
    assert "Chưa đọc được tệp này" in shown
    assert "data-poll" not in shown


def test_what_was_ticked_and_said_is_remembered_from_page_to_page(
    coop: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PAGE", 2)
    fields = [factories.field(0.03 * n) for n in range(4)]
    address = upload(coop, *fields, BOW)
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE}

    first = coop.get(address).text
    told = {**said, "name-1": "Gò Giữa", "take": ["1"], "turn": "2"}
    second = coop.get(browser.post(coop, address, page="1", **told).location).text
    back = browser.post(coop, address, page="2", take=["3", "4"], turn="1", **said)
    again = coop.get(back.location).text
    faulty = browser.post(coop, address, page="1", take="1", act="see_faulty", **said)

    assert "1. Gò 1" in first
    assert "3. Gò 3" not in first
    assert "3. Gò 3" in second
    assert "Trang 2 trên 3. Đang chọn 3 hình ở mọi trang." in second
    assert 'value="1" checked' in again
    assert 'value="2" checked' not in again
    assert 'value="Gò Giữa"' in again
    only_faulty = coop.get(faulty.location).text
    assert "5. Gò 5" in only_faulty
    assert "1. Gò 1" not in only_faulty
    browser.post(coop, address, page="1", take="1", act="save", **{**said, "name-1": "Gò Giữa"})
    assert stored(session) == ["Gò 3", "Gò 4", "Gò Giữa"]


def test_all_sound_shapes_are_stored_whatever_is_ticked(
    coop: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PAGE", 1)
    address = upload(coop, factories.field(), BOW, factories.field(0.05))
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE}

    assert "Ghi cả 2 hình dùng được" in coop.get(address).text
    browser.post(coop, address, act="save_all", **said)

    assert stored(session) == ["Gò 1", "Gò 3"]


def test_the_limits_stand_on_the_page_before_one_sends(coop: FlaskClient) -> None:
    page = coop.get("/workspace/areas/import").text

    assert "10 MB, 5.000 hình, 200.000 điểm" in page
