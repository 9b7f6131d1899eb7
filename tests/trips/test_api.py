"""The main job through the API alone, as CONTRACT promises it to outsiders."""

from __future__ import annotations

import io
import json
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from openpyxl import load_workbook
from PIL import Image

from app.demo import fields
from foundation import clock
from tests.trips.conftest import House

TODAY = clock.today().isoformat()


@dataclass
class Answer:
    """What the house answered."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Caller:
    """A program with a token."""

    house: House
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One call; errors are answers too."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **headers}
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else f"{self.house.url}/api/v1{path}"
        request = urllib.request.Request(url, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def post(self, path: str, body: Any, expected: int = 201, **headers: str) -> Any:
        """A write that must succeed."""
        answer = self.call("POST", path, body, **headers)
        assert answer.status == expected, (path, answer.status, answer.body[:800])
        return answer.json


@pytest.fixture(scope="module")
def admin(house: House) -> Caller:
    """The platform's administrator, by a token made on the command line."""
    return Caller(house, house.nguon("token", "create", "--email", "admin@demo.nguon.vn").strip())


@pytest.fixture(scope="module")
def organisation(admin: Caller) -> str:
    made = admin.post(
        "/organisations",
        {"name": "HTX Cà phê Thử Nghiệm", "kind": "cooperative", "commune_code": "20854"},
    )
    return str(made["code"])


def _field(place: int = 0) -> dict[str, Any]:
    centre = fields.beside((108.3397, 15.5104), place, 3.0)
    return fields.polygon(centre, 3.0, f"api{place}")


@pytest.fixture(scope="module")
def area(admin: Caller, organisation: str) -> str:
    """A coded growing area, by the contract's steps."""
    made = admin.post(
        "/growing-areas",
        {
            "organisation": organisation,
            "name": "Rẫy Đá Dựng",
            "crop": "coffee",
            "commune_code": "20854",
            "geometry": _field(),
            "households": [{"name": "Nguyễn Văn Thử"}],
        },
    )
    assert made["status"] == "draft"
    assert float(made["area_ha"]) == pytest.approx(3.0, rel=0.01)
    step = f"/growing-areas/{made['id']}"
    assert admin.post(f"{step}/submit", {}, 200)["status"] == "submitted"
    visit = {"passed": True, "inspected_on": TODAY}
    assert admin.post(f"{step}/inspections", visit, 200)["status"]
    approved = admin.post(f"{step}/approve", {}, 200)
    assert approved["code"]
    admin.post(
        f"{step}/diary",
        {"activity": "fertilising", "done_on": TODAY, "product_name": "Phân hữu cơ"},
    )
    return str(approved["code"])


@pytest.fixture(scope="module")
def product(admin: Caller, organisation: str) -> str:
    made = admin.post(
        "/products",
        {
            "organisation": organisation,
            "name": "Cà phê rang Đá Dựng",
            "gtin": "8930001000094",
            "ocop_group": "drinks",
            "unit": "KGM",
            "shelf_life_days": 365,
        },
    )
    return str(made["code"])


@pytest.fixture(scope="module")
def batch(admin: Caller, area: str, product: str) -> dict[str, Any]:
    made: dict[str, Any] = admin.post(
        "/batches",
        {
            "product": product,
            "growing_areas": [area],
            "lot": "DD/01",
            "quantity": "120.000",
            "unit": "KGM",
            "produced_on": TODAY,
        },
    )
    return made


def test_a_bow_tie_is_refused_naming_rule_and_coordinate(admin: Caller, organisation: str) -> None:
    ring = [[108.30, 15.50], [108.31, 15.51], [108.31, 15.50], [108.30, 15.51], [108.30, 15.50]]
    answer = admin.call(
        "POST",
        "/growing-areas",
        {
            "organisation": organisation,
            "name": "Nơ",
            "crop": "rice",
            "commune_code": "20854",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
    )

    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = [e for e in answer.json["errors"] if e["code"] == "area.self_intersects"]
    assert found
    assert found[0]["coordinate"] == pytest.approx([108.305, 15.505])


def test_an_area_in_force_is_listed_as_geojson(admin: Caller, area: str) -> None:
    answer = admin.call(
        "GET", "/growing-areas?crop=coffee&status=approved", Accept="application/geo+json"
    )

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    assert area in answer.body.decode()


def test_an_early_harvest_is_refused_naming_the_spray(
    admin: Caller, organisation: str, product: str
) -> None:
    made = admin.post(
        "/growing-areas",
        {
            "organisation": organisation,
            "name": "Rẫy Mới Phun",
            "crop": "coffee",
            "commune_code": "20854",
            "geometry": _field(1),
            "households": [{"name": "Trần Thị Thử"}],
        },
    )
    step = f"/growing-areas/{made['id']}"
    admin.post(f"{step}/submit", {}, 200)
    admin.post(f"{step}/inspections", {"passed": True, "inspected_on": TODAY}, 200)
    code = admin.post(f"{step}/approve", {}, 200)["code"]
    spray = {"activity": "spraying", "done_on": TODAY, "product_name": "Confidor 100SL"}
    admin.post(f"{step}/diary", spray | {"active_ingredient": "x", "pre_harvest_days": 14})

    answer = admin.call(
        "POST",
        "/batches",
        {
            "product": product,
            "growing_areas": [code],
            "quantity": "1.000",
            "unit": "KGM",
            "produced_on": TODAY,
        },
    )

    assert answer.status == 409
    assert answer.json["code"] == "batch.pre_harvest_interval"
    assert "Confidor 100SL" in answer.body.decode()


def test_labels_are_printed_with_progress_and_decode(
    admin: Caller, batch: dict[str, Any], tmp_path: Path
) -> None:
    asked = {"batch": batch["code"], "count": 30, "layout": "a4-24", "serialised": True}
    answer = admin.call("POST", "/label-jobs", asked)
    assert answer.status == 202
    location = answer.headers["Location"]
    job = location if location.startswith("http") else admin.house.url + location
    deadline = time.monotonic() + 60
    while (state := admin.call("GET", job).json)["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    assert (state["state"], state["done"], state["total"]) == ("done", 30, 30)

    sheet = admin.call("GET", f"{job}/file")
    assert sheet.headers["Content-Type"] == "application/pdf"
    (tmp_path / "sheet.pdf").write_bytes(sheet.body)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", tmp_path / "sheet.pdf", tmp_path / "page"], check=True
    )
    codes = [
        found.text
        for page in sorted(tmp_path.glob("page*.png"))
        for found in zxingcpp.read_barcodes(Image.open(page))
    ]
    assert len(set(codes)) == 30
    assert all(
        code.startswith(f"{admin.house.url}/01/08930001000094/10/DD%2F01/21/") for code in codes
    )
    page = urllib.request.urlopen(codes[0], timeout=60)
    text = page.read().decode()
    assert page.status == 200
    assert "Cà phê rang Đá Dựng" in text


def test_the_trace_tells_where_it_comes_from(
    admin: Caller, batch: dict[str, Any], area: str
) -> None:
    answer = admin.call("GET", f"/trace/{batch['code']}")

    assert answer.status == 200
    assert area in answer.body.decode()
    assert "Nguyễn Văn Thử" not in answer.body.decode()


def test_the_last_pack_is_sold_once_and_shortage_is_told(
    admin: Caller, batch: dict[str, Any], product: str
) -> None:
    offer = admin.post("/offers", {"product": product, "price_vnd": 185000})
    buyer = {
        "name": "Người Mua",
        "phone": "0905123456",
        "address": "1 Lê Lợi",
        "commune_code": "20500",
    }
    order = {
        "lines": [{"offer": offer["code"], "quantity": 2}],
        "buyer": buyer,
        "payment": "cod",
    }
    key = {"Idempotency-Key": "trip-order-1"}

    first = admin.post("/orders", order, 201, **key)
    again = admin.post("/orders", order, 201, **key)
    short = admin.call(
        "POST", "/orders", order | {"lines": [{"offer": offer["code"], "quantity": 900}]}
    )

    assert first["code"] == again["code"]
    assert first["total_vnd"] >= 370000
    assert first["lines"][0]["lots"]
    assert short.status == 409
    assert short.json["code"] == "stock.short"


def test_figures_open_and_export(admin: Caller) -> None:
    plans = admin.call("GET", "/plans").json["items"]
    assert {plan["slug"] if "slug" in plan else plan["code"] for plan in plans} >= {
        "quang-nam",
        "tra-vinh",
        "phu-tho",
        "ve-giang",
        "tu-ky",
    }
    plan = admin.call("GET", "/plans/quang-nam").json
    codes = {indicator["code"] for indicator in plan["indicators"]}
    assert {"eco.link_digital", "eco.ocop_channel", "gov.docs.prov"} <= codes
    export = admin.call("GET", "/plans/quang-nam/export?period=2026&format=xlsx")
    assert export.status == 200
    book = load_workbook(io.BytesIO(export.body))
    assert any(
        "eco.ocop_channel" in str(cell.value) for sheet in book for row in sheet for cell in row
    )


@pytest.mark.parametrize(
    "path",
    ["/growing-areas", "/batches", "/organisations", "/label-jobs"],
)
def test_nothing_is_written_without_a_token(house: House, path: str) -> None:
    answer = Caller(house, "ngu_wrong").call("POST", path, {})

    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_openapi_document_holds_every_call_of_the_contract(admin: Caller) -> None:
    paths = admin.call("GET", "/openapi.json").json["paths"]
    wanted = {
        "/api/v1/organisations": "post",
        "/api/v1/growing-areas": "post",
        "/api/v1/growing-areas/import": "post",
        "/api/v1/growing-areas/eudr.geojson": "get",
        "/api/v1/products": "post",
        "/api/v1/batches": "post",
        "/api/v1/label-jobs": "post",
        "/api/v1/label-layouts": "get",
        "/api/v1/crops": "get",
        "/api/v1/offers": "post",
        "/api/v1/orders": "post",
        "/api/v1/plans": "get",
    }

    assert {path for path, method in wanted.items() if method not in paths.get(path, {})} == set()
