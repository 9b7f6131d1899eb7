"""A manager enters papers, an officer decides: the pages and calls they do it by."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock, files
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official
from tests.traceability.factories import Grown, grow, make_batch
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.models import Batch
from traceability.quality.models import BatchHold

REPORT = {
    "laboratory": "TT Kiểm nghiệm 1", "number": "KN-7", "sampled_on": "12/11/2026",
    "food_group": "fruit", "parameter.0": "lead", "value.0": "0,3", "unit.0": "mg/kg",
    "parameter.1": "cadmium", "value.1": "KPH", "unit.1": "mg/kg",
}  # fmt: skip


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
