"""The diary on pages: written in a few taps on many areas, undone, photos, printed, exported."""

import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Organisation
from foundation import clock, files
from growing_areas.fieldbook.models import DiaryEntry, DiaryPhoto
from growing_areas.models import GrowingArea
from growing_areas.proposals import Household
from growing_areas.slips.models import BuyingSlip
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


@pytest.fixture
def areas(session: Session, client: FlaskClient, now: datetime) -> list[int]:
    """Two areas of the cooperative whose manager is signed in."""
    organisation = factories.make_organisation(session, now)
    manager = people.make_member(session, organisation, now)
    made = [
        factories.make_area(session, now, organisation, geometry=factories.field(lon))
        for lon in (0.0, 0.05)
    ]
    browser.sign_in_as(client, session, manager, clock.now())
    return [area.id for area in made]


def post(client: FlaskClient, path: str, fields: dict[str, Any]) -> TestResponse:
    return browser.post(client, path, **fields)


def photo() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "#3a7d44").save(content, "JPEG")
    return io.BytesIO(content.getvalue()), "anh.jpg"


def test_one_form_writes_many_areas_and_one_tap_takes_it_back(
    session: Session, client: FlaskClient, areas: list[int]
) -> None:
    form = client.get("/workspace/diary/new").get_data(as_text=True)
    key = re.search(r'name="work_key" value="([^"]+)"', form)
    work = {
        "areas": [str(each) for each in areas], "activity": "spraying", "done_on": "20/11/2026",
        "product_name": "Trebon", "dose_amount": "20", "dose_unit": "MLT", "dose_per": "LTR",
        "dose_per_amount": "16", "worker": "Lê Văn Tám", "work_key": key[1] if key else "",
        "photo": photo(),
    }  # fmt: skip

    done = post(client, "/workspace/diary/new", work)

    assert done.status_code == 303
    entries = session.scalars(select(DiaryEntry).order_by(DiaryEntry.id)).all()
    assert [entry.area_id for entry in entries] == areas
    page = client.get("/workspace/diary").get_data(as_text=True)
    assert page.count("Lê Văn Tám") == 2
    assert "20\u00a0ml / 16\u00a0lít nước" in page
    line = client.get(f"/workspace/diary/{entries[0].id}").get_data(as_text=True)
    assert f"/workspace/diary/photos/{session.scalar(select(DiaryPhoto.id))}" in line
    offered = client.get("/workspace/diary/new").get_data(as_text=True)
    tap = re.search(r'/repeat".*?name="work_key" value="([^"]+)"', offered, re.DOTALL)
    for _ in range(2):
        told = {"work_key": tap[1] if tap else ""}
        again = post(client, f"/workspace/diary/{entries[0].id}/repeat", told)
        assert again.status_code == 303
    assert session.scalar(select(func.count()).select_from(DiaryEntry)) == 2 + 2
    newest = session.scalar(select(func.max(DiaryEntry.id)))
    assert post(client, f"/workspace/diary/{newest}/undo", {}).status_code == 303
    left = client.get("/workspace/diary/export.csv").get_data(as_text=True)
    assert len(left.strip().splitlines()) == 2 + 2


def test_a_mistyped_day_keeps_what_was_typed_and_the_photo(
    session: Session, client: FlaskClient, areas: list[int]
) -> None:
    form = client.get(f"/workspace/areas/{areas[0]}/diary").get_data(as_text=True)
    key = re.search(r'name="work_key" value="([^"]+)"', form)
    work = {
        "activity": "weeding", "done_on": "31/02/2026", "notes": "Cỏ tranh",
        "work_key": key[1] if key else "", "photo": photo(),
    }  # fmt: skip

    page = post(client, f"/workspace/areas/{areas[0]}/diary", work)

    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "Cỏ tranh" in text
    assert f"photos/{session.scalar(select(DiaryPhoto.id))}" in text
    right = {**work, "done_on": "20/11/2026", "photo": (io.BytesIO(b""), "")}
    assert post(client, f"/workspace/areas/{areas[0]}/diary", right).status_code == 303


def test_the_book_prints_exports_and_filters(client: FlaskClient, areas: list[int]) -> None:
    for activity, more in (
        ("fertilising", {"product_name": "Urê", "quantity": "12,5", "unit": "KGM"}),
        ("harvest", {"quantity": "3", "unit": "DTN"}),
        ("waste", {"waste_kind": "packaging", "disposal": "Bể thu gom"}),
    ):
        work = {"areas": str(areas[0]), "activity": activity, "done_on": "19/11/2026", **more}
        assert post(client, "/workspace/diary/new", work).status_code == 303

    printed = client.get(f"/workspace/diary/print.pdf?area={areas[0]}")
    found = client.get("/workspace/diary?activity=harvest").get_data(as_text=True)
    book = client.get("/workspace/diary/export.xlsx")

    assert printed.data.startswith(b"%PDF")
    assert "3\u00a0tạ" in found
    assert "Urê" not in found
    assert book.headers["X-Row-Count"] == "3"


def test_a_slip_takes_a_household_and_a_weight(
    session: Session, client: FlaskClient, areas: list[int]
) -> None:
    chooser = client.get("/workspace/slips/new").get_data(as_text=True)
    tapped = re.search(r'href="([^"]*household=\d+)"', chooser)
    assert tapped is not None
    form = client.get(tapped[1].replace("&amp;", "&")).get_data(as_text=True)
    fields = dict(re.findall(r'name="(area|work_key)" value="([^"]+)"', form))
    slip = {
        **fields, "quantity": "120", "unit": "KGM", "price_vnd": "15.000",
        "bought_on": "20/11/2026", "buyer": "Nguyễn Thị Hoa",
    }  # fmt: skip

    done = post(client, "/workspace/slips/new", slip)

    row = session.scalars(select(BuyingSlip)).one()
    assert done.headers["Location"].endswith(f"/workspace/slips/{row.id}")
    assert row.amount_vnd == 1_800_000
    for address in ("", "/paper.pdf", "/paper.pdf?size=80mm", "/correct"):
        assert client.get(f"/workspace/slips/{row.id}{address}").status_code == 200
    assert "1.800.000" in client.get("/workspace/slips").get_data(as_text=True)
    newer = {**slip, "quantity": "100", "reason": "Cân lại"}
    assert post(client, f"/workspace/slips/{row.id}/correct", newer).status_code == 409
    newer.pop("work_key")
    assert post(client, f"/workspace/slips/{row.id}/correct", newer).status_code == 303


def test_many_households_stand_behind_the_first_five(
    session: Session, client: FlaskClient, areas: list[int], now: datetime
) -> None:
    first = session.get_one(GrowingArea, areas[0])
    own = session.get_one(Organisation, first.organisation_id)
    sellers = tuple(Household(f"Hộ số {number}") for number in range(1, 8))
    factories.make_area(session, now, own, geometry=factories.field(0.1), households=sellers)

    page = client.get("/workspace/slips/new").get_data(as_text=True)

    open_part, folded = page.split("Còn 2 hộ nữa")
    assert "Hộ số 5" in open_part
    assert "Hộ số 6" not in open_part
    assert "Hộ số 7" in folded
