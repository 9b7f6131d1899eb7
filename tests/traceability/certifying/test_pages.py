"""A manager enters papers, an officer decides: the pages and calls they do it by."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import tokens
from foundation import clock, files
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official, make_organisation
from tests.traceability.factories import Grown, grow, make_batch
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.models import Batch
from traceability.quality.models import BatchHold

REPORT = {
    "laboratory": "TT Kiểm nghiệm 1", "number": "KN-7", "sampled_on": "12/11/2026",
    "food_group": "fruit", "parameter.0": "lead", "value.0": "0,3", "unit.0": "mg/kg",
    "parameter.1": "cadmium", "value.1": "KPH", "unit.1": "mg/kg",
}  # fmt: skip


def picture(colour: str) -> bytes:
    """A small picture."""
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "PNG")
    return content.getvalue()


PNG, OTHER_PNG = picture("#3a7d44"), picture("#7d443a")


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    files.use(f"file://{tmp_path}/files")


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now)


@pytest.fixture
def batch(session: Session, now: datetime, grown: Grown) -> Batch:
    return make_batch(session, grown, now)


def test_a_failed_report_typed_in_holds_its_batch_until_an_officer_decides(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    assert batch.lot in client.get("/workspace/laboratory/new").text

    made = post(client, "/workspace/laboratory", subject=f"batch:{batch.code}", **REPORT)

    assert made.status_code == 303
    listed = text_of(client.get(made.location))
    assert "Đã ghi kết quả không đạt" in listed
    assert "KN-7" in listed
    row = session.scalars(select(LaboratoryResult)).one()
    page = text_of(client.get(f"/workspace/laboratory/{row.id}"))
    assert "0,3 mg/kg" in page
    assert "0,1 mg/kg" in page
    assert "KPH" in page
    assert "không đạt: Chì (Pb)" in text_of(client.get(f"/workspace/batches/{batch.code}"))
    table = client.get("/workspace/laboratory/table?format=csv")
    assert table.headers["X-Row-Count"] == "2"
    assert client.get("/office/holds").status_code == 403


def test_an_officer_sees_what_is_held_and_decides_with_evidence(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    sign_in_as(
        client,
        session,
        make_official(session, now, scope=grown.organisation.province_code),
        now,
    )
    post(client, f"/office/holds/{batch.code}/place", reason="Kiểm tra đột xuất")
    hold = session.scalars(select(BatchHold).where(BatchHold.batch_id == batch.id)).one()
    assert batch.lot in text_of(client.get("/office/holds?reason=manual"))
    assert "Không có lô nào bị giữ" in client.get("/office/holds?reason=laboratory").text
    path = f"/office/holds/{batch.code}/{hold.id}/lift"

    bare = post(client, path, reason="Đã kiểm")
    done = post(client, path, reason="Đã kiểm", evidence="Biên bản 9")

    assert bare.status_code == 422
    assert "Hãy ghi căn cứ" in bare.text
    assert done.status_code == 303
    # Samples are taken of areas of the territory, too.
    offered = client.get("/workspace/laboratory/new").text
    assert f'value="area:{grown.area.id}"' in offered
    page = text_of(client.get(done.location))
    assert "Biên bản 9" in page
    assert "Cán bộ cho bỏ tạm giữ" in page
    assert client.get("/office/holds/table?format=csv&show=ended").headers["X-Row-Count"] == "1"


def test_a_certificate_is_entered_seen_and_withdrawn(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    form = {
        "subject": f"product:{grown.product.code}", "standard": "haccp", "number": "HA-9",
        "issuer": "Quacert", "valid_from": "01/01/2026", "valid_to": "31/12/2026",
    }  # fmt: skip

    wrong = post(client, "/workspace/certificates", **{**form, "valid_to": "31/12/2025"})
    made = post(client, "/workspace/certificates", **form)
    row = session.scalars(select(GoodsCertificate)).one()
    listed = text_of(client.get(made.location))
    taken = post(
        client, f"/workspace/certificates/{row.id}/withdraw", withdrawn_on="12/11/2026", reason="X"
    )

    assert (wrong.status_code, made.status_code, taken.status_code) == (422, 303, 303)
    assert "HA-9" in listed
    assert "Sắp hết hạn" in listed
    assert "Bị thu hồi từ 12/11/2026" in text_of(client.get(taken.location))
    assert "HACCP số HA-9" in text_of(client.get(f"/workspace/batches/{batch.code}"))


def test_programs_enter_papers_and_read_holds(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    member = make_member(session, grown.organisation, now)
    secret = tokens.create(session, member, "Máy", now=now).plain
    session.commit()
    call = {"headers": {"Authorization": f"Bearer {secret}"}}
    report = {
        "batch": batch.code, "laboratory": "TT 1", "number": "1", "sampled_on": "2026-11-12",
        "food_group": "fruit", "readings": [{"parameter": "lead", "value": "3", "unit": "mg/kg"}],
    }  # fmt: skip

    made = client.post("/api/v1/laboratory-results", json=report, **call)
    held = client.get("/api/v1/holds", **call).get_json()["items"]

    assert made.status_code == 201
    assert made.get_json()["outcome"] == "failed"
    assert [(each["batch"], each["reason"]) for each in held] == [(batch.code, "laboratory")]


def test_a_panel_fills_the_form_and_lines_are_added_without_losing_what_was_typed(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    first = client.get("/workspace/laboratory/new").text
    panel = client.get("/workspace/laboratory/new?panel=leafy_microbes").text
    typed = {**REPORT, "subject": f"batch:{batch.code}", "lines": "3", "method.0": "AOAC 999.11"}

    more = post(client, "/workspace/laboratory", act="more", **typed)

    assert first.count('name="parameter.') == 3
    assert 'value="Salmonella"' in panel
    assert '<option value="leafy_vegetable" selected>' in panel
    assert more.status_code == 200
    assert more.text.count('name="parameter.') == 7
    assert 'value="AOAC 999.11"' in more.text
    assert session.scalars(select(LaboratoryResult)).all() == []


def test_a_parameter_of_no_table_is_kept_in_its_own_words_and_judged_by_the_reports_limit(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    typed = {
        **REPORT, "subject": f"batch:{batch.code}",
        "parameter.0": "chi (pb)", "value.0": "0,05", "unit.0": "", "method.0": "AOAC 999.11",
        "parameter.1": "Thiếc (Sn)", "value.1": "3", "stated_limit.1": "250",
        "parameter.2": "Bo", "value.2": "1", "unit.2": "mg/kg",
        "parameter.3": "Cadimi (Cd)", "value.3": "",
    }  # fmt: skip

    wrong = post(client, "/workspace/laboratory", **{**typed, "value.2": "một", "parameter.4": "",
                                                     "value.4": "7"})  # fmt: skip
    made = post(client, "/workspace/laboratory", **typed)

    assert wrong.status_code == 422
    assert 'id="f-value-2-error"' in wrong.text or "value.2" in wrong.text
    assert made.status_code == 303
    row = session.scalars(select(LaboratoryResult)).one()
    page = text_of(client.get(f"/workspace/laboratory/{row.id}"))
    assert row.outcome == "unjudged"
    assert "AOAC 999.11" in page
    assert page.count("ngoài bảng chỉ tiêu") == 2
    assert "chưa có giới hạn" in page
    assert "250 mg/kg" in page
    assert "Cadimi" not in page


def test_programs_put_files_to_papers_and_strangers_are_turned_away_before_they_are_read(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, batch: Batch
) -> None:
    member = make_member(session, grown.organisation, now)
    stranger = make_member(session, make_organisation(session, now), now)
    own, other = (
        {"Authorization": f"Bearer {tokens.create(session, each, 'Máy', now=now).plain}"}
        for each in (member, stranger)
    )
    session.commit()
    told = {
        "product": grown.product.code, "standard": "haccp", "number": "HA-1", "issuer": "Quacert",
        "valid_from": "2026-01-01", "valid_to": "2027-12-31",
    }  # fmt: skip
    paper = client.post("/api/v1/certificates", json=told, headers=own).get_json()
    path = f"/api/v1/certificates/{paper['id']}/file"

    def send(headers: dict[str, str], **files: bytes) -> TestResponse:
        data = {name: (BytesIO(content), "giay.png") for name, content in files.items()}
        return client.post(path + "s", data=data, headers=headers)

    empty, bad = send(own), send(own, file=b"no picture")
    turned_away = send(other, file=b"no picture")
    kept = send(own, file=PNG, public_file=PNG)
    again = send(own, public_file=OTHER_PNG)

    assert (empty.status_code, bad.status_code, turned_away.status_code) == (422, 422, 404)
    assert (kept.status_code, paper["has_file"]) == (200, False)
    assert kept.get_json()["has_file"] is True
    assert client.get(path, headers=own).data.startswith(b"RIFF")
    assert client.get(path, headers=other).status_code == 404
    assert client.get(kept.get_json()["public_file"]).status_code == 404
    assert client.get(again.get_json()["public_file"]).data.startswith(b"RIFF")
