"""Batches and labels as a program opens, prints and watches them."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock, codes, files
from foundation.jobs import Unobserved
from tests.accounts import factories as people
from tests.api.test_growing_areas import caller
from tests.traceability.factories import GTIN, Grown, grow, spray
from traceability import jobs
from traceability.models import Serial

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    files.use(f"file://{tmp_path}/files")


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    made = grow(session, now, gtin=GTIN, shelf_life_days=60)
    session.commit()
    return made


@pytest.fixture
def manager(client: FlaskClient, session: Session, now: datetime, grown: Grown) -> Call:
    actor = people.make_member(session, grown.organisation, now)
    return caller(client, session, actor, now)


@pytest.fixture
def staff(client: FlaskClient, session: Session, now: datetime, grown: Grown) -> Call:
    actor = people.make_member(session, grown.organisation, now, role="staff")
    return caller(client, session, actor, now)


def body(grown: Grown, **changes: Any) -> dict[str, Any]:
    return {
        "product": grown.product.code,
        "growing_areas": [grown.area_code],
        "quantity": "1200.000",
        "unit": "KGM",
        "produced_on": "2026-11-12",
        **changes,
    }


def test_a_manager_s_batch_is_open_and_released_in_one_call(manager: Call, grown: Grown) -> None:
    answer = manager("POST", "/batches", json=body(grown))

    assert answer.status_code == 201
    made = answer.json
    assert codes.is_valid(made["code"])
    assert made["lot"] == "261112-1"
    assert made["trace_url"].endswith(f"/01/{GTIN}/10/261112-1")
    assert made["state"] == "released"
    assert made["quantity"] == "1200.000"
    assert made["harvested_on"] == "2026-11-12"
    assert made["expires_on"] == "2027-01-11"
    assert manager("GET", f"/batches/{made['code']}").json == made
    assert manager("GET", "/batches").json == {"items": [made], "next": None}


def test_field_staff_open_a_batch_and_a_manager_releases_it(
    staff: Call, manager: Call, grown: Grown
) -> None:
    made = staff("POST", "/batches", json=body(grown)).json
    assert made["state"] == "open"

    assert staff("POST", f"/batches/{made['code']}/release").status_code == 403
    assert manager("POST", f"/batches/{made['code']}/release").json["state"] == "released"
    assert manager("POST", f"/batches/{made['code']}/hold").json["state"] == "held"
    again = manager("POST", f"/batches/{made['code']}/hold")
    assert (again.status_code, again.json["code"]) == (409, "batch.not_holdable")


def test_a_harvest_inside_the_interval_answers_409_naming_the_spray(
    session: Session, now: datetime, manager: Call, grown: Grown
) -> None:
    spray(session, grown, date(2026, 11, 1), 14, now=now)
    session.commit()

    answer = manager("POST", "/batches", json=body(grown))

    assert answer.status_code == 409
    assert answer.json["code"] == "batch.pre_harvest_interval"
    told = str(answer.json)
    assert "Abamec 1.8EC" in told
    assert "15/11/2026" in told
    assert answer.json["errors"][0]["code"] == "batch.sprayed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1e30"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"produced_on": "2026-02-30"}, "produced_on"),
        ({"growing_areas": "VN-1"}, "growing_areas"),
        ({"growing_areas": ["a\u0000b"]}, "growing_areas.0"),
        ({"lot": "x" * 21}, "lot"),
        ({"lot": "Chè"}, "lot"),
        ({"unit": "furlong"}, "unit"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_wrong_input_is_a_422_naming_the_field(
    manager: Call, grown: Grown, changes: dict[str, Any], field: str
) -> None:
    answer = manager("POST", "/batches", json=body(grown, **changes))

    assert answer.status_code == 422
    assert field in {error.get("field") for error in answer.json["errors"]}


def test_strangers_and_the_public_learn_nothing(
    client: FlaskClient, session: Session, now: datetime, manager: Call, grown: Grown
) -> None:
    made = manager("POST", "/batches", json=body(grown)).json
    other = grow(session, now)
    stranger = caller(client, session, people.make_member(session, other.organisation, now), now)

    assert stranger("GET", f"/batches/{made['code']}").status_code == 404
    assert stranger("POST", "/batches", json=body(grown)).status_code == 404
    assert stranger("GET", "/batches").json["items"] == []
    order = {"batch": made["code"], "count": 1, "layout": "a4-24", "serialised": False}
    assert stranger("POST", "/label-jobs", json=order).status_code == 404
    assert client.get("/api/v1/batches").status_code == 401


def test_labels_are_ordered_watched_and_fetched(
    session: Session, manager: Call, grown: Grown
) -> None:
    made = manager("POST", "/batches", json=body(grown)).json
    order = {"batch": made["code"], "count": 30, "layout": "a4-24", "serialised": True}

    answer = manager("POST", "/label-jobs", json=order)

    assert answer.status_code == 202
    location = answer.headers["Location"].removeprefix("/api/v1")
    watched = manager("GET", location).json
    assert (watched["state"], watched["done"], watched["total"]) == ("queued", 0, 30)
    waiting = manager("GET", location + "/file")
    assert (waiting.status_code, waiting.json["code"]) == (409, "label.file_not_ready")

    jobs.render_labels({"label_job": watched["id"]}, Unobserved())
    session.expire_all()

    done = manager("GET", location).json
    assert (done["state"], done["done"]) == ("done", 30)
    sheet = manager("GET", location + "/file")
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF-")
    finished = manager("POST", location + "/cancel")
    assert (finished.status_code, finished.json["code"]) == (409, "label.job_finished")


def test_a_cancelled_order_prints_nothing(session: Session, manager: Call, grown: Grown) -> None:
    made = manager("POST", "/batches", json=body(grown)).json
    order = {"batch": made["code"], "count": 30, "layout": "a4-24", "serialised": True}
    location = manager("POST", "/label-jobs", json=order).headers["Location"]

    cancelled = manager("POST", location.removeprefix("/api/v1") + "/cancel")

    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert session.scalars(select(Serial)).all() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 2**63}, "count"),
        ({"layout": "a3"}, "layout"),
        ({"start": 25}, "start"),
        ({"serialised": "perhaps"}, "serialised"),
        ({"language": "fr"}, "language"),
    ],
)
def test_a_wrong_order_is_a_422_naming_the_field(
    manager: Call, grown: Grown, changes: dict[str, Any], field: str
) -> None:
    made = manager("POST", "/batches", json=body(grown)).json
    order = {"batch": made["code"], "count": 5, "layout": "a4-24", "serialised": True, **changes}

    answer = manager("POST", "/label-jobs", json=order)

    assert answer.status_code == 422
    assert field in {error.get("field") for error in answer.json["errors"]}


def test_layouts_are_public(client: FlaskClient) -> None:
    found = client.get("/api/v1/label-layouts").get_json()

    assert {row["code"] for row in found["items"]} >= {"a4-24", "a4-40", "a4-65", "roll-50x30"}
    assert {row["code"]: row["per_page"] for row in found["items"]}["a4-65"] == 65
