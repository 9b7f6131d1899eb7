"""Open data: written when it changed, whole in every format, nobody in it, catalogued."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Organisation
from atlas.published import catalogue, contents, datasets, publishing
from atlas.published.contents import Moment, Row
from atlas.published.datasets import LICENCE_URL, Dataset, get_dataset
from foundation import clock, config, files, jobs
from foundation.operator_contact import Operator
from growing_areas import areas
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import PlotHousehold
from tests.growing_areas import factories

BASE = "https://nguon.vidu.vn"
AREAS = get_dataset("growing-areas")
PERSON, PHONE = "Lò Thị Bí Mật", "+84987654321"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    made = factories.make_approved_area(session, now, name="=Đồi chè Ưu Việt", crop="tea")
    session.add(PlotHousehold(plot_id=made.plot_id, name=PERSON, phone=PHONE))
    session.flush()
    return made


def publish(session: Session, dataset: Dataset, now: datetime) -> publishing.Outcome:
    return publishing.publish(session, dataset, base_url=BASE, now=now)


def publish_all(session: Session, now: datetime) -> None:
    for dataset in datasets.datasets().values():
        publish(session, dataset, now)
    session.commit()


def content(session: Session, dataset: Dataset, format_: str) -> bytes:
    kept = publishing.get_file(session, dataset.code, None, format_)
    with publishing.shelf().open(kept.digest) as file:
        return file.read()


def test_a_new_version_comes_only_when_rows_changed(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    first = publish(session, AREAS, now)
    again = publish(session, AREAS, now + timedelta(days=1))
    area.outline_public = True
    session.flush()
    shown = publish(session, AREAS, now + timedelta(days=2))

    assert (first.version, first.is_new, first.row_count) == (1, True, 1)
    assert (again.version, again.is_new) == (1, False)
    assert (shown.version, shown.is_new) == (2, True)
    current, old = publishing.list_versions(session, AREAS.code)
    assert old.checked_at == now + timedelta(days=1)
    assert old.superseded_at == current.issued_at == now + timedelta(days=2)
    assert {file.format for file in current.files} == set(AREAS.formats)


def test_outlines_are_cells_unless_the_owner_shows_them(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    exact = areas.outline_of(area.version)
    publish(session, AREAS, now)
    (coarse,) = json.loads(content(session, AREAS, "geojson"))["features"]
    area.outline_public = True
    session.flush()
    publish(session, AREAS, now)
    (shown,) = json.loads(content(session, AREAS, "geojson"))["features"]

    cell = shapely.geometry.shape(coarse["geometry"])
    assert coarse["properties"]["precision"] == "cell"
    assert all(abs(value * 100 - round(value * 100)) < 1e-6 for value in cell.bounds)
    assert cell.covers(exact)
    assert shown["properties"]["precision"] == "exact"
    assert shapely.geometry.shape(shown["geometry"]).equals_exact(exact, 1e-8)


def test_a_households_name_stays_out(session: Session, area: GrowingArea, now: datetime) -> None:
    moment = Moment(clock.business_day(now), BASE)
    owner = session.get_one(Organisation, area.organisation_id)
    (named,) = contents.rows(session, AREAS.code, moment)
    owner.kind, owner.name = "household", f"Hộ {PERSON}"
    session.flush()
    (nameless,) = contents.rows(session, AREAS.code, moment)

    assert named.cells["org_name"]
    assert nameless.cells["org_name"] is None


def test_no_file_tells_of_a_person(session: Session, area: GrowingArea, now: datetime) -> None:
    corners = {f"{value:.5f}" for place in factories.FIELD for value in place}
    publish_all(session, now)

    for dataset in datasets.datasets().values():
        for format_ in dataset.formats:
            told = readable(content(session, dataset, format_))
            assert PERSON not in told
            assert PHONE[3:] not in told
            assert "Nguyễn Văn An" not in told
            assert not corners & set(re.findall(r"\d{2,3}\.\d{5}", told))


def readable(body: bytes) -> str:
    if not body.startswith(b"PK\x03\x04"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_format_holds_every_row(
    session: Session, now: datetime, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = get_dataset("tourism-places")

    def rows(*_: Any) -> Iterator[Row]:
        for number in range(count):
            place = shapely.Point(105.5, 21.0) if number else None
            yield Row(f'=1+1 Vườn "Ổi" {number}', {"code": f"DL{number}"}, place)

    monkeypatch.setattr(contents, "rows", rows)
    publish(session, dataset, now)
    told = {
        file.format: file.row_count
        for version in publishing.list_versions(session, dataset.code)
        for file in version.files
    }

    placed = max(0, count - 1)
    assert told == dict.fromkeys(dataset.map_formats, placed) | dict.fromkeys(
        dataset.table_formats, count
    )
    assert len(json.loads(content(session, dataset, "geojson"))["features"]) == placed
    assert len(json.loads(content(session, dataset, "json"))["items"]) == count
    text = content(session, dataset, "csv").decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == count + 2
    assert not re.search(r'(^|,)"?=', text, re.M)
    book = openpyxl.load_workbook(io.BytesIO(content(session, dataset, "xlsx")))
    assert book.worksheets[0].max_row == count + 2


def test_missing_files_are_written_again_and_old_ones_let_go(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    publish(session, AREAS, now)
    lost = publishing.get_file(session, AREAS.code, None, "kml").digest
    publishing.discard([lost])
    publish(session, AREAS, now)
    assert content(session, AREAS, "kml")

    area.name = "Tên khác"
    session.flush()
    second = publish(session, AREAS, now + timedelta(days=1))
    kept = publish(session, AREAS, now + timedelta(days=1) + datasets.KEPT)
    gone = publish(session, AREAS, now + timedelta(days=2) + datasets.KEPT)

    assert second.spent == kept.spent == ()
    assert lost in gone.spent
    publishing.discard(gone.spent)
    assert [version.number for version in publishing.list_versions(session, AREAS.code)] == [2]
    assert publishing.first_issued(session)[AREAS.code] == now
    assert jobs.registered()[publishing.JOB].cron


def test_pages_lead_to_files_whose_checksum_and_size_are_true(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    publish_all(session, now)

    page = client.get("/open-data").text
    assert 'type="application/ld+json" href="/open-data/catalog.jsonld"' in page
    for code, dataset in datasets.datasets().items():
        assert f'href="/open-data/{code}"' in page
        shown = client.get(f"/open-data/{code}").text
        assert all(f">{column.code}<" in shown for column in dataset.columns)
        assert LICENCE_URL in shown
        for format_ in dataset.formats:
            href = f"/open-data/{code}/{code}{dataset.suffix(format_)}"
            answer = client.get(href)
            assert f'href="{href}"' in shown
            assert answer.status_code == 200
            assert hashlib.sha256(answer.data).hexdigest() in shown
            again = client.get(href, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304
    versioned = client.get("/open-data/growing-areas/growing-areas-v1.geojson")
    assert "immutable" in versioned.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing", "growing-areas/growing-areas-v2.csv", "growing-areas/cooperatives.csv",
        "growing-areas/growing-areas.xlsx", "growing-areas/growing-areas-v0.csv",
        "growing-areas/..%2F..%2Fsecret", "cooperatives/cooperatives-v99999999999.csv",
    ],
)  # fmt: skip
def test_what_is_not_published_is_not_there(
    client: FlaskClient, session: Session, now: datetime, path: str
) -> None:
    publish_all(session, now)

    assert client.get(f"/open-data/{path}").status_code == 404


def test_before_the_first_night_the_pages_say_so(client: FlaskClient) -> None:
    assert "bản đầu đang được làm" in client.get("/open-data").text
    assert "Bản đầu đang được làm" in client.get("/open-data/cooperatives").text
    told: Any = client.get("/open-data/catalog.jsonld").json
    assert told["dcat:dataset"] == []


def test_the_operator_is_told_where_named_and_no_contact_is_made_up(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    publish_all(session, now)
    silent: Any = client.get("/open-data/catalog.jsonld").json
    named = Operator("Sở Nông nghiệp và Môi trường", "mo@tinh.gov.vn", "https://mo.tinh.gov.vn/")
    monkeypatch.setattr(config, "_current", replace(config.current(), operator=named))
    told: Any = client.get("/open-data/catalog.jsonld").json
    page = client.get("/open-data/growing-areas").text

    assert all("dcat:contactPoint" not in found for found in silent["dcat:dataset"])
    assert silent["dct:publisher"]["foaf:name"] == "Nguồn"
    assert told["dct:publisher"]["foaf:name"] == named.name
    assert told["dcat:dataset"][0]["dcat:contactPoint"] == {
        "@type": "vcard:Organization",
        "vcard:fn": named.name,
        "vcard:hasEmail": {"@id": "mailto:mo@tinh.gov.vn"},
        "vcard:hasURL": {"@id": "https://mo.tinh.gov.vn/"},
    }
    assert page.count('href="mailto:mo@tinh.gov.vn"') == 2
    spec: Any = client.get("/api/v1/openapi.json").json
    assert spec["info"]["contact"]["email"] == "mo@tinh.gov.vn"


def test_the_catalogue_is_dcat_ap_and_agrees_with_the_files(
    client: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    publish_all(session, now)

    answer = client.get("/open-data/catalog.jsonld")
    told: Any = json.loads(answer.data)

    assert answer.mimetype == catalogue.MEDIA_TYPE == "application/ld+json"
    assert told["@type"] == "dcat:Catalog"
    for key in ("dct:title", "dct:description", "dct:publisher", "dct:license", "dct:modified"):
        assert told[key]
    assert len(told["dcat:dataset"]) == len(datasets.datasets())
    for found in told["dcat:dataset"]:
        code = found["dct:identifier"]
        assert {word["@language"] for word in found["dct:title"]} == {"vi", "en"}
        assert found["dct:title"][0]["@value"] != found["dct:title"][1]["@value"]
        assert found["dct:spatial"]["@id"].endswith("/country/VNM")
        assert found["dct:issued"]["@value"] <= found["dct:modified"]["@value"]
        for distribution in found["dcat:distribution"]:
            assert distribution["dct:license"]["@id"] == LICENCE_URL
            path = distribution["dcat:downloadURL"]["@id"].split("/", 3)[3]
            body = client.get(f"/{path}")
            sent = distribution["dcat:mediaType"]["@id"].split("media-types/")[1]
            checksum = distribution["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert body.mimetype == sent, code
            assert int(distribution["dcat:byteSize"]["@value"]) == len(body.data)
            assert hashlib.sha256(body.data).hexdigest() == checksum


def test_a_new_house_publishes_before_its_first_night(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    before = jobs.counts(session).get("queued", 0)
    publishing.order_first(session)
    publishing.order_first(session)
    ordered = jobs.counts(session)["queued"]
    publish_all(session, now)
    publishing.order_first(session)

    assert ordered == jobs.counts(session)["queued"] == before + 1


def test_crawlers_are_shown_open_data_and_kept_from_desks(client: FlaskClient) -> None:
    told = client.get("/robots.txt")

    assert told.mimetype == "text/plain"
    assert "Allow: /open-data" in told.text
    assert "Disallow: /workspace" in told.text


def test_every_dataset_can_stand_in_every_format_it_names() -> None:
    for dataset in datasets.datasets().values():
        codes = [column.code for column in dataset.columns]
        assert len(codes) == len(set(codes))
        assert all(len(code) <= 10 for code in codes)
        assert not set(codes) & {"name", "wkt"}
        assert not set(dataset.map_formats) & set(dataset.table_formats)
