"""Designs and papers at the desk: filled in, seen before they are kept, ordered by."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock, files
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from traceability.labels.designs.models import LabelDesign, LabelDesignUse
from traceability.labels.papers.models import LabelPaper
from traceability.models import Batch, LabelJob

NEW = {
    "name": "Mẫu siêu thị",
    "facts": ["lot", "expires_on", "note"],
    "order": ["lot", "expires_on", "note"],
    "note": "Giữ mát",
    "least_pt": "4,5",
    "title_pt": "12",
    "second_language": "en",
}
PAPER = {
    "name": "Giấy nhà in", "page_width_mm": "210", "page_height_mm": "297", "columns": "3",
    "rows": "7", "label_width_mm": "63,5", "label_height_mm": "38,1", "left_mm": "7,2",
    "top_mm": "15,1", "gap_x_mm": "2,5", "padding_mm": "3",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    files.use(f"file://{tmp_path}/files")


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now, gtin=GTIN)


@pytest.fixture
def batch(session: Session, now: datetime, grown: Grown) -> Batch:
    return make_batch(session, grown, now, lot="BUOI-26A")


@pytest.fixture
def browser(client: FlaskClient, session: Session, now: datetime, batch: Batch) -> FlaskClient:
    sign_in_as(client, session, make_member(session, batch.organisation, now), now)
    return client


def order_of(page: str) -> list[str]:
    return re.findall(r'name="order" value="(\w+)"', page)


def test_a_design_is_kept_made_usual_copied_and_set_aside(
    browser: FlaskClient, session: Session, grown: Grown, batch: Batch
) -> None:
    begun = browser.get("/workspace/labels/designs/new").text
    assert "data:image/png;base64," in begun
    assert post(browser, "/workspace/labels/designs/new", **NEW).status_code == 303
    row = session.scalars(select(LabelDesign)).one()
    here = f"/workspace/labels/designs/{row.id}"
    assert (row.content["least_pt"], row.content["facts"]) == (4.5, NEW["facts"])

    for path, sent in (
        ("uses", {"product": grown.product.code, "layout": "a4-40"}),
        ("copy", {"name": "Mẫu chợ"}),
    ):
        assert post(browser, f"{here}/{path}", **sent).status_code == 303
    listed = browser.get("/workspace/labels/designs").text
    assert "Mẫu chợ" in listed
    assert "Giấy A4, 40 tem" in listed
    use = session.scalars(select(LabelDesignUse)).one()
    assert post(browser, f"{here}/uses/{use.id}/drop").status_code == 303
    assert post(browser, f"{here}/archive").status_code == 303
    assert "Mẫu siêu thị" in browser.get("/workspace/labels/designs?archived=1").text
    assert post(browser, f"{here}/restore").status_code == 303

    changed = post(browser, here, **{**NEW, "facts": ["note", "lot"], "name": ""})
    assert changed.status_code == 422
    assert post(browser, here, **{**NEW, "facts": ["note", "lot"]}).status_code == 303
    session.refresh(row)
    assert (row.version, row.content["facts"]) == (2, ["note", "lot"])


def test_a_fact_is_moved_and_a_label_looked_at_without_keeping_anything(
    browser: FlaskClient, session: Session
) -> None:
    moved = post(browser, "/workspace/labels/designs/new", **NEW, act="up:note")
    first = order_of(moved.text)
    top = post(browser, "/workspace/labels/designs/new", **{**NEW, "order": first}, act="up:lot")
    unknown = post(browser, "/workspace/labels/designs/new", **NEW, act="up:nothing")
    # Typed into the page: the address its script asks shows the same.
    shown = browser.get("/workspace/labels/designs/new", query_string={**NEW, "name": ""})
    narrow = {**NEW, "layout": "roll-30x20", "note": "Ăn ngon " * 15}
    too_much = browser.get("/workspace/labels/designs/new", query_string=narrow)
    pale = browser.get("/workspace/labels/designs/new", query_string={**NEW, "ink": "#ffffff"})

    assert first[:3] == ["lot", "note", "expires_on"]
    assert order_of(top.text)[:2] == ["lot", "note"]
    assert unknown.status_code == shown.status_code == 200
    assert 'src="data:image/png' in shown.text
    assert "không đủ chỗ cho “Lời thêm”" in too_much.text
    assert "không quét được" in pale.text
    assert session.scalars(select(LabelDesign)).all() == []


def test_labels_are_ordered_by_the_usual_design_on_a_paper_of_one_s_own(
    browser: FlaskClient, session: Session, batch: Batch
) -> None:
    assert post(browser, "/workspace/labels/papers/new", **PAPER).status_code == 303
    paper = session.scalars(select(LabelPaper)).one()
    post(browser, "/workspace/labels/designs/new", **NEW)
    design = session.scalars(select(LabelDesign)).one()
    post(browser, f"/workspace/labels/designs/{design.id}/uses", product="", layout="")
    desk = f"/workspace/batches/{batch.code}/labels"

    asked = browser.get(desk, query_string={"layout": paper.layout_code, "start": "20"}).text
    sent = {"count": "30", "layout": paper.layout_code, "start": "20", "design": ""}
    ordered = post(browser, desk, **sent)
    off = post(browser, desk, **{**sent, "start": "22"})

    assert "Mẫu: Mẫu siêu thị." in asked
    assert 'value="20" checked' in asked
    assert 'value="22"' not in asked.split('id="sheet-places"')[1].split("</fieldset>")[0]
    assert ordered.status_code == 303
    job = session.scalars(select(LabelJob)).one()
    assert (job.design_id, job.design_version, job.start_place) == (design.id, 1, 20)
    assert job.printed is not None
    assert job.printed["text"]["facts"][-1] == ["", "Giữ mát"]
    assert off.status_code == 422
    assert "Giấy nhà in" in browser.get(ordered.headers["Location"]).text


def test_a_paper_is_drawn_while_it_is_measured_and_its_test_page_fetched(
    browser: FlaskClient, session: Session
) -> None:
    wide = browser.get("/workspace/labels/papers/new", query_string={**PAPER, "columns": "4"}).text
    refused = post(browser, "/workspace/labels/papers/new", **{**PAPER, "columns": "4"})
    looked = post(browser, "/workspace/labels/papers/new", **PAPER, act="preview")
    post(browser, "/workspace/labels/papers/new", **PAPER)
    paper = session.scalars(select(LabelPaper)).one()
    here = f"/workspace/labels/papers/{paper.id}"
    test_page = browser.get(f"/workspace/labels/papers/{paper.layout_code}/test.pdf")
    narrower = post(browser, here, **{**PAPER, "columns": "2"})

    assert "paper-out" in wide
    assert "dư 58,7" in wide
    assert refused.status_code == 422
    assert looked.text.count("paper-label") == 21
    assert test_page.mimetype == "application/pdf"
    assert test_page.data.startswith(b"%PDF-")
    assert narrower.status_code == 303
    assert "14 tem" in browser.get("/workspace/labels/papers").text
    assert post(browser, f"{here}/archive").status_code == 303
    assert "Giấy nhà in" in browser.get("/workspace/labels/papers?archived=1").text
    assert post(browser, f"{here}/restore").status_code == 303
    assert browser.get("/workspace/labels/papers/own-999/test.pdf").status_code == 404
