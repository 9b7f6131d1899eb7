"""Pages of imports without a script: send a file, look, choose, store, undo."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import registration
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
    features = [
        {"type": "Feature", "properties": {"ten": f"Gò {n}"}, "geometry": shape}
        for n, shape in enumerate(shapes, start=1)
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    answer = browser.post(
        client,
        "/workspace/areas/import",
        crop="pomelo",
        commune_code="thanh thuy, phu tho",
        market="VN",
        act="check",
        file=(io.BytesIO(document), "vung.geojson"),
    )
    assert answer.status_code == 303, answer.text
    return answer.location


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
    done = browser.post(coop, address.split("?")[0], act="save", take=["1", "2"], **said)
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
    forced = browser.post(coop, address.split("?")[0], take=["1", "2"], **said)
    assert forced.status_code == 422
    assert stored(session) == []
    nothing = browser.post(coop, address.split("?")[0], **said)
    assert "Chưa chọn hình nào để ghi." in nothing.text


def test_names_come_from_a_column_of_choice_and_from_ones_own_words(
    coop: FlaskClient, session: Session
) -> None:
    address = upload(coop, factories.field(), factories.field(0.05)).split("?")[0]
    said = {"crop": "pomelo", "commune_code": factories.COMMUNE, "name_column": "ten"}

    looked = browser.post(coop, address, act="check", take="2", **said, **{"name-2": "Bãi <Bồi>"})
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
    accepted = browser.post(coop, address.split("?")[0], act="check", **said).text

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
