"""A manager opens a batch from the diary's harvest, releases it and prints its labels."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock, files
from foundation.jobs import Unobserved
from growing_areas import diary
from growing_areas.diary import Work
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.traceability.factories import GTIN, Grown, grow, make_batch, spray
from traceability import jobs
from traceability.models import Batch, LabelJob


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    files.use(f"file://{tmp_path}/files")


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now, gtin=GTIN, shelf_life_days=60)


@pytest.fixture
def browser(client: FlaskClient, session: Session, now: datetime, grown: Grown) -> FlaskClient:
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    return client


def form(grown: Grown, **changes: str) -> dict[str, str]:
    return {
        "product": grown.product.code,
        "growing_areas": grown.area_code,
        "quantity": "1.234,5",
        "unit": "KGM",
        "produced_on": "12/11/2026",
        "lot": "BUOI-26A",
        **changes,
    }


def test_a_batch_is_opened_from_a_harvest_and_released(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    work = Work("harvest", date(2026, 11, 11), quantity=Decimal("1234.5"), unit="KGM")
    diary.record(session, SYSTEM, grown.area.id, work, now=now)
    session.commit()
    offered = browser.get("/workspace/batches/new").text
    assert "harvested_on=2026-11-11" in offered
    assert "quantity=1.234,5" in offered or "quantity=1.234%2C5" in offered

    made = post(browser, "/workspace/batches", **form(grown, harvested_on="2026-11-11"))

    assert made.status_code == 303
    page = text_of(browser.get(made.location))
    assert "Đã mở lô BUOI-26A" in page
    assert "1.234,5" in page
    assert "Lô chưa được xuất bán" in page
    released = post(browser, made.location + "/release")
    assert released.status_code == 303
    batch = session.scalars(select(Batch)).one()
    assert (batch.state, batch.quantity) == ("released", Decimal("1234.500"))
    assert batch.harvested_on == date(2026, 11, 11)


@pytest.mark.parametrize(
    ("typed", "language", "kept"),
    [
        ("1.200", "vi", "1200.000"),
        ("1.200", "en", "1.200"),
        ("1,200", "en", "1200.000"),
        ("2 tạ", "vi", "200.000"),
        ("1.234,5 kg", "vi", "1234.500"),
    ],
)
def test_a_quantity_is_read_as_people_here_write_it(
    browser: FlaskClient, session: Session, grown: Grown, typed: str, language: str, kept: str
) -> None:
    session.commit()

    made = post(browser, f"/workspace/batches?lang={language}", **form(grown, quantity=typed))

    assert made.status_code == 303
    batch = session.scalars(select(Batch)).one()
    assert batch.quantity == Decimal(kept)
    assert batch.unit == "KGM"


def test_a_wrong_form_comes_back_with_its_input_and_every_fault(
    browser: FlaskClient, session: Session, grown: Grown
) -> None:
    session.commit()

    answer = post(
        browser,
        "/workspace/batches",
        **form(grown, quantity="nhiều", produced_on="31/02/2026", lot="Chè"),
    )

    assert answer.status_code == 422
    assert 'value="nhiều"' in answer.text
    assert 'value="31/02/2026"' in answer.text
    assert "f-quantity" in answer.text
    assert "Cần là ngày" in answer.text
    assert session.scalars(select(Batch)).all() == []


def test_a_harvest_too_early_is_held_and_the_page_says_why_and_what_next(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    spray(session, grown, date(2026, 11, 1), 14, now=now)
    session.commit()

    made = post(browser, "/workspace/batches", **form(grown))
    page = text_of(browser.get(made.location))
    refused = post(browser, made.location + "/release")

    assert made.status_code == 303
    assert "chỉ được thu hoạch từ 15/11/2026" in page
    assert "sửa dòng ấy" in page
    assert refused.status_code == 409
    assert "chỉ được thu hoạch từ 15/11/2026" in refused.text


def test_labels_are_previewed_ordered_and_fetched(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now, lot="BUOI-26A")
    session.commit()
    path = f"/workspace/batches/{batch.code}/labels"
    looked = post(browser, path, layout="a4-65", serialised="1", count="100", act="preview")
    assert looked.status_code == 200
    assert "Tem 38,1 × 21,2" in looked.text
    assert 'value="100"' in looked.text
    assert session.scalars(select(LabelJob)).all() == []
    drawn = browser.get(f"/workspace/batches/{batch.code}/label.svg?layout=a4-65&serialised=1")
    assert drawn.mimetype == "image/svg+xml"
    assert "BUOI-26A" in drawn.text

    ordered = post(browser, path, layout="a4-65", count="70", serialised="1", start="3")

    assert ordered.status_code == 303
    waiting = browser.get(ordered.location).text
    assert "Đang chờ" in waiting
    assert "cancel" in waiting
    job = session.scalars(select(LabelJob)).one()
    jobs.render_labels({"label_job": job.id}, Unobserved())
    sheet = browser.get(ordered.location + "/file")
    assert sheet.data.startswith(b"%PDF-")
    assert "attachment" in sheet.headers["Content-Disposition"]


def test_a_wrong_order_comes_back_with_its_input(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    session.commit()

    answer = post(
        browser, f"/workspace/batches/{batch.code}/labels", layout="a4-24", count="0", start="1"
    )

    assert answer.status_code == 422
    assert "f-count" in answer.text


def test_a_cancelled_order_says_so(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    session.commit()
    ordered = post(
        browser, f"/workspace/batches/{batch.code}/labels", layout="a4-24", count="5", start="1"
    )

    cancelled = post(browser, ordered.location + "/cancel")

    assert cancelled.status_code == 303
    assert "Đã hủy" in browser.get(ordered.location).text


def test_batches_are_listed_by_state_in_both_languages(
    browser: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    make_batch(session, grown, now, lot="BUOI-26A")
    session.commit()

    assert "BUOI-26A" in browser.get("/workspace/batches").text
    assert "BUOI-26A" not in browser.get("/workspace/batches?state=held").text
    assert "Released" in browser.get("/workspace/batches?lang=en").text


def test_another_cooperative_finds_nothing_at_these_addresses(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    other = grow(session, now)
    sign_in_as(client, session, make_member(session, other.organisation, now), now)

    for path in ("", "/labels", "/label.svg"):
        assert client.get(f"/workspace/batches/{batch.code}{path}").status_code == 404
    assert post(client, f"/workspace/batches/{batch.code}/release").status_code == 404
    assert client.get("/workspace/label-jobs/1").status_code == 404


def test_a_newcomer_is_shown_the_way(client: FlaskClient, session: Session, now: datetime) -> None:
    grown = grow(session, now)
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)

    assert "Mở lô đầu tiên" in client.get("/workspace/batches").text
    assert client.get("/workspace/batches/new").status_code == 200
