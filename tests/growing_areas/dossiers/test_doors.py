"""Dossiers through their doors: uploads, the visit form on a phone, a change under review."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock, erasure
from foundation.models import StoredFile
from growing_areas import registration
from growing_areas.dossiers import (
    amendments,
    approval,
    certificates,
    inspection,
    papers,
    visit_photos,
)
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.certificates import Certified
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.uploads import Judged
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.dossiers.factories import submitted

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF"
JUDGED = Judged("application/pdf", PDF, None, None)
INBOX = "/office/areas"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, now)
    return client


@pytest.fixture
def office(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, now)
    return client


def photo(*, gps: bool = True) -> bytes:
    """A small JPEG, as a phone writes it: with the place where it was taken."""
    image, told = Image.new("RGB", (64, 48), "green"), Image.Exif()
    if gps:
        told[0x8825] = {1: "N", 2: (21.0, 7.0, 12.0), 3: "E", 4: (105.0, 16.0, 48.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=told)
    return out.getvalue()


def visit_fields(**changes: Any) -> dict[str, Any]:
    good = {f"answer.{code}": "yes" for code in ("outline", "crop", "banned")}
    return {"kind": "field", "passed": "true", "inspected_on": "2026-11-20", **good, **changes}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "một tệp có nội dung"),
        (b"MZ\x90\x00 a program", "PDF"),
        (b"<html><script>alert(1)</script></html>", "PDF"),
        (b"%PDF-1.7\n1 0 obj", "hỏng"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), "script"),
        (PDF.replace(b"/Catalog", b"/Catalog/A<</S/J#61vaScript>>"), "script"),
        (PDF.replace(b"/Catalog", b"/Catalog/Encrypt 3 0 R"), "mật khẩu"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 200, "ảnh"),
        (photo()[:300], "ảnh"),
    ],
)
def test_a_hostile_paper_is_refused_in_words_and_kept_nowhere(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime,
    content: bytes, words: str,
) -> None:  # fmt: skip
    area = factories.make_area(session, now, organisation)

    answer = browser.post(
        coop, f"/workspace/areas/{area.id}/papers",
        piece="agreement", file=(io.BytesIO(content), "giay.pdf"),
    )  # fmt: skip

    assert answer.status_code == 422
    assert words in browser.text_of(answer).replace("JavaScript", "script")
    assert papers.list_papers(session, area.id) == []


def test_a_sound_paper_is_kept_once_and_leaves_as_a_private_download(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)

    for _ in range(2):
        answer = browser.post(
            coop, f"/workspace/areas/{area.id}/papers",
            piece="agreement", file=(io.BytesIO(PDF), "giay.pdf"),
        )  # fmt: skip
        assert answer.status_code == 303

    (paper,) = papers.list_papers(session, area.id)
    sent = coop.get(f"/workspace/areas/{area.id}/papers/{paper.id}")
    assert (sent.data, sent.mimetype) == (PDF, "application/pdf")
    assert sent.headers["Cache-Control"] == "private, no-store"


def test_a_paper_taken_out_of_a_draft_lets_its_file_go(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)
    paper = papers.add(session, SYSTEM, area.id, "agreement", JUDGED, now=now)
    holds = paper.file_digest

    answer = browser.post(coop, f"/workspace/areas/{area.id}/papers/{paper.id}/remove")

    session.refresh(paper)
    assert (answer.status_code, paper.file_digest, paper.removed_at) == (303, None, now)
    assert holds in _unheld(session, now)
    assert coop.get(f"/workspace/areas/{area.id}/papers/{paper.id}").status_code == 404


def test_a_paper_a_decision_rests_on_is_kept_when_it_is_taken_out(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    earlier = now - timedelta(days=3)
    area = factories.make_area(session, earlier, organisation)
    paper = papers.add(session, SYSTEM, area.id, "agreement", JUDGED, now=earlier)
    certified = Certified("vietgap", "VG-1", "Tổ chức", earlier.date(), now.date())
    proof = certificates.record(
        session, SYSTEM, area.id, certified, replace(JUDGED, full=PDF + b"2"), now=earlier
    )
    registration.submit(session, SYSTEM, area.id, now=earlier)
    inspection.record(session, SYSTEM, area.id, Visit(True, earlier.date()), now=earlier)
    approval.approve(session, SYSTEM, area.id, now=now - timedelta(days=1))
    late = papers.add(session, SYSTEM, area.id, "diary", replace(JUDGED, full=PDF + b"3"), now=now)

    path = f"/workspace/areas/{area.id}"
    browser.post(coop, f"{path}/papers/{paper.id}/remove")
    told = coop.get(f"{path}/dossier")
    browser.post(coop, f"{path}/certificates/{proof.id}/remove")
    browser.post(coop, f"{path}/papers/{late.id}/remove")

    assert "một quyết định đã dựa vào nó" in browser.text_of(told)
    for row in (paper, proof, late):
        session.refresh(row)
    unheld = _unheld(session, now)
    assert paper.file_digest is not None
    assert proof.file_digest is not None
    assert {paper.file_digest, proof.file_digest}.isdisjoint(unheld)
    assert late.file_digest is None
    assert coop.get(f"{path}/papers/{paper.id}").status_code == 404


def _unheld(session: Session, now: datetime) -> set[str]:
    erasure.mark(session, now=now)
    marked = select(StoredFile.digest).where(StoredFile.unheld_at.is_not(None))
    return set(session.scalars(marked))


def test_a_photo_outlives_a_mistyped_form_and_loses_its_place(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    area = submitted(session, now)
    wrong = visit_fields(inspected_on="31/02/2026", notes="Có mương ở bờ bắc")

    answer = browser.post(
        office, f"{INBOX}/{area.id}/visit", **wrong, photo=(io.BytesIO(photo()), "anh.jpg")
    )

    assert answer.status_code == 422
    assert "Có mương ở bờ bắc" in answer.text
    (found,) = set(re.findall(rf"{INBOX}/{area.id}/photos/(\d+)\?size=small", answer.text))
    kept = office.get(f"{INBOX}/{area.id}/photos/{found}")
    assert kept.mimetype == "image/webp"
    with Image.open(io.BytesIO(kept.data)) as image:
        assert (dict(image.getexif()), image.size) == ({}, (64, 48))

    again = browser.post(office, f"{INBOX}/{area.id}/visit", **visit_fields())

    assert again.status_code == 303
    (visit,) = inspection.list_visits(session, area.id)
    assert [p.id for p in visit_photos.of_visits(session, [visit.id])[visit.id]] == [int(found)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer.banned": ""}, "answers"),
        ({"answer.banned": "no"}, "notes"),
        ({"answer.kitchen": "yes"}, "answers"),
        ({"passed": "false"}, "notes"),
        ({"inspected_on": "2026-12-24"}, "inspected_on"),
        ({"place": "105,28"}, "place"),
    ],
)
def test_a_visit_against_its_checklist_is_refused_and_changes_nothing(
    office: FlaskClient, session: Session, now: datetime, changes: dict[str, str], field: str
) -> None:
    area = submitted(session, now)

    answer = browser.post(office, f"{INBOX}/{area.id}/visit", **visit_fields(**changes))

    assert answer.status_code == 422
    assert inspection.list_visits(session, area.id) == []
    assert area.status == "submitted"


def test_what_a_dossier_has_and_lacks_is_told_in_words_too(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    area = submitted(session, now)

    told = office.get(f"{INBOX}/{area.id}").text

    pieces = re.findall(r"([^<>]+)</span><span class=\"seen-by-readers\">: ([^<]+)</span>", told)
    assert ("Cây trồng, vật nuôi", "đã có") in pieces
    assert ("Tiêu chuẩn và giấy chứng nhận", "chưa có") in pieces


def test_a_decision_against_the_checklist_stands_with_its_reason(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    area = submitted(session, now)
    fields = visit_fields(**{"answer.banned": "no"}, notes="Chai cũ, đã thu gom trước mặt cán bộ")

    answer = browser.post(office, f"{INBOX}/{area.id}/visit", **fields)

    (visit,) = inspection.list_visits(session, area.id)
    assert (answer.status_code, visit.passed, visit.computed) == (303, True, False)


def test_a_form_sent_twice_by_a_phone_is_one_visit(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    area = submitted(session, now)

    for _ in range(2):
        browser.post(office, f"{INBOX}/{area.id}/visit", **visit_fields(form_key="k-1"))

    assert len(inspection.list_visits(session, area.id)) == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("Trồng dặm", variety="Bưởi Bằng Luân"),
        Change("Mở rộng bờ nam", geometry=factories.field(0.0, 0.002)),
    ],
)
def test_a_change_under_review_stands_beside_what_holds(
    office: FlaskClient, session: Session, now: datetime, change: Change
) -> None:
    area = factories.make_approved_area(session, now)
    amendments.propose(session, SYSTEM, area.id, change, now=now)

    page = office.get(f"{INBOX}/{area.id}")

    assert page.status_code == 200
    assert change.reason in page.text
    assert ("Ranh giới cũ và mới" in page.text) == (change.geometry is not None)
    assert ("Bưởi Bằng Luân" in page.text) == (change.variety is not None)


def test_an_officer_reads_a_draft_without_ways_that_refuse_them(
    office: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)

    page = office.get(f"/workspace/areas/{area.id}").text

    assert "Việc tiếp theo" in page
    assert not re.findall(rf"/workspace/areas/{area.id}/(?:edit|households)", page)
