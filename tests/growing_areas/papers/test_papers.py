"""The printed papers: what they say, word for word, what their code leads to, and to whom."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyproj
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.permissions import SYSTEM
from foundation import clock, i18n
from foundation.documents import printing
from foundation.documents.blocks import Paper
from foundation.errors import NotFound, Refused
from growing_areas import registration
from growing_areas.dossiers import amendments, approval, certificates, codes, inspection
from growing_areas.dossiers.certificates import Certified
from growing_areas.files import projecting
from growing_areas.models import GrowingArea
from growing_areas.papers import application, certificate, corners, decision, issues, rules
from growing_areas.proposals import Household
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.papers import needs_poppler, pages_of, words_of

TODAY = date(2026, 11, 22)
BASE = "https://nguon.vn"


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    households = (Household("Trần Thị Bình", "+84901234567"), Household("Nguyễn Đình Quyết"))
    return factories.make_approved_area(
        session, now, name="Đồng Gò Da – khu Cầu Mỡ", variety="Bưởi Diễn", planting_year=2015,
        households=households,
    )  # fmt: skip


def certified(session: Session, area: GrowingArea) -> Paper:
    return certificate.certificate(session, SYSTEM, area.id, base_url=BASE, on=TODAY)


def decided(session: Session, area: GrowingArea) -> Paper:
    return decision.decision(session, SYSTEM, area.id, base_url=BASE, on=TODAY)


def with_official_code(session: Session, now: datetime) -> GrowingArea:
    area = factories.make_area(session, now, market="CN")
    registration.submit(session, SYSTEM, area.id, now=now)
    visit = inspection.Visit(True, date(2026, 11, 20))
    inspection.record(session, SYSTEM, area.id, visit, now=now)
    official = codes.OfficialCode("VN-PTOR-0017", "123/QĐ-BVTV", "Cục BVTV", date(2026, 5, 1))
    return approval.approve(session, SYSTEM, area.id, approval.Decision(official=official), now=now)


@needs_poppler
def test_the_certificate_tells_the_area_word_for_word(session: Session, area: GrowingArea) -> None:
    text = words_of(printing.render(certified(session, area)))

    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "GIẤY XÁC NHẬN MÃ SỐ VÙNG TRỒNG", "Đồng Gò Da – khu Cầu Mỡ", "Bưởi", "Citrus maxima",
        "Bưởi Diễn", "24,75 ha", "Xã Thanh Thuỷ, Phú Thọ", str(area.code),
        "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "105,280000", "21,120000", "Trong nước",
    ):  # fmt: skip
        assert words in text
    assert "Trần Thị Bình" not in text


@needs_poppler
@pytest.mark.parametrize("made", [certified, decided])
def test_the_code_on_paper_leads_to_the_area_s_page(
    session: Session, area: GrowingArea, tmp_path: Path, made: object
) -> None:
    assert callable(made)
    found = [
        code.text
        for page in pages_of(printing.render(made(session, area)), tmp_path)
        for code in zxingcpp.read_barcodes(page)
    ]

    assert found == [f"{BASE}/areas/{area.code}"]


def test_the_same_area_gives_the_same_bytes(session: Session, area: GrowingArea) -> None:
    first = printing.render(certified(session, area))
    second = printing.render(certified(session, area))

    assert first == second
    assert b"/Lang" in first


@needs_poppler
def test_the_certificate_tells_standards_end_and_corners_as_land_offices_do(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    told = Certified("vietgap", "VG-25-0017", "Trung tâm Kiểm nghiệm", TODAY, date(2027, 5, 1))
    certificates.record(session, SYSTEM, area.id, told, now=now)
    ended = replace(told, number="VG-OLD", valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    certificates.record(session, SYSTEM, area.id, ended, now=now)
    area.valid_until = date(2028, 11, 20)
    session.flush()

    text = words_of(printing.render(certified(session, area)))

    for words in (
        "VietGAP", "VG-25-0017", "Trung tâm Kiểm nghiệm", "22/11/2026 – 01/05/2027",
        "Đến hết ngày 20/11/2028, trừ khi bị tạm dừng hoặc thu hồi", "Hệ VN-2000, kinh tuyến trục",
        "X (m)", "Cạnh (m)",
    ):  # fmt: skip
        assert words in text
    assert "VG-OLD" not in text


def test_corners_in_metres_come_back_to_where_they_were(
    session: Session, area: GrowingArea
) -> None:
    zone = corners.zone_of(area.commune_code)
    assert zone is not None
    places = [(105.28, 21.12), (105.2822, 21.1196)]

    moved = projecting.leave(places, zone.crs)
    back = [{"geometry": {"type": "LineString", "coordinates": [list(xy) for xy in moved]}}]
    projecting.project(back, zone.crs)

    for (east, north), again, place in zip(
        moved, back[0]["geometry"]["coordinates"], places, strict=True
    ):
        assert again == pytest.approx(place, abs=2e-8)  # 2 mm
        # By the definition alone: metres north of the equator, 500 km at the central meridian.
        flat = pyproj.Transformer.from_crs("EPSG:4756", zone.crs, always_xy=True)
        assert math.dist((east, north), flat.transform(*place)) < 300


def test_what_was_printed_prints_again_as_it_was(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    first = certified(session, area)
    decision_before = decided(session, area)
    told = Certified("vietgap", "VG-1", "Trung tâm", TODAY, date(2027, 5, 1))

    later = date(2026, 12, 24)
    same = certificate.certificate(session, SYSTEM, area.id, base_url=BASE, on=later)
    certificates.record(session, SYSTEM, area.id, told, now=now)
    area.organisation.name = "Hợp tác xã đổi tên"
    moved = amendments.Change("Khảo sát lại", geometry=factories.field(0.001, 0.0), name="Tên mới")
    amendments.propose(session, SYSTEM, area.id, moved, now=now)
    visit = inspection.Visit(True, clock.business_day(now), kind="amendment")
    inspection.record(session, SYSTEM, area.id, visit, now=now)
    amendments.approve(session, SYSTEM, area.id, now=now)
    second = certificate.certificate(session, SYSTEM, area.id, base_url=BASE, on=later)

    assert same == first
    assert second != first
    assert decided(session, area) == decision_before
    assert [row.number for row in issues.list_issues(session, area.id, "certificate")] == [2, 1]
    old = certificate.earlier(session, SYSTEM, area.id, 1, base_url=BASE)
    assert list(old.blocks[1:]) == list(first.blocks)
    assert "Đã thay bằng bản số 2" in getattr(old.blocks[0], "text", "")
    with pytest.raises(NotFound, match=r"paper\.no_such_issue"):
        certificate.earlier(session, SYSTEM, area.id, 3, base_url=BASE)


def test_a_decision_first_printed_after_a_change_tells_what_was_decided(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    change = amendments.Change("Đổi tên", name="Tên mới")
    amendments.propose(session, SYSTEM, area.id, change, now=now)
    visit = inspection.Visit(True, clock.business_day(now), kind="amendment")
    inspection.record(session, SYSTEM, area.id, visit, now=now)
    amendments.approve(session, SYSTEM, area.id, now=now)

    told = repr(decided(session, area))

    assert "Đồng Gò Da – khu Cầu Mỡ" in told
    assert "Tên mới" not in told


def test_an_old_issue_of_an_area_held_up_is_a_copy_on_file(
    office: FlaskClient, session: Session, area: GrowingArea, now: datetime
) -> None:
    path = f"/workspace/areas/{area.id}/certificate"
    office.get(f"{path}.pdf")
    approval.suspend(session, SYSTEM, area.id, "Dư lượng", now=now)

    assert office.get(f"{path}.pdf").status_code == 409
    assert office.get(f"{path}.pdf?number=1").data.startswith(b"%PDF-")
    assert office.get(f"{path}.pdf?number=2").status_code == 404
    assert office.get(f"{path}.pdf?number=x").status_code == 422
    assert f"{path}.pdf?number=1" in office.get(f"{path}s").text
    kept = certificate.earlier(session, SYSTEM, area.id, 1, base_url=BASE)
    assert getattr(kept.blocks[0], "text", "").startswith("BẢN LƯU")


def test_readers_are_told_title_language_and_headings(session: Session, area: GrowingArea) -> None:
    content = printing.render(certified(session, area))

    assert b"/Lang (vi-VN)" in content
    assert b"/DisplayDocTitle true" in content
    assert content.count(b"/Title") == 3  # the document's, the paper's, the table of corners'


def test_a_paper_is_not_printed_for_an_area_held_up(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    draft = factories.make_area(session, now, geometry=factories.field(0.05))
    approval.suspend(session, SYSTEM, area.id, "Dư lượng", now=now)

    with pytest.raises(Refused, match=r"paper\.not_in_force"):
        certified(session, area)
    with pytest.raises(Refused, match=r"paper\.no_code"):
        decided(session, draft)
    assert decided(session, area)


@needs_poppler
def test_our_own_code_says_that_no_authority_issued_it(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now, market="JP")

    for paper in (certified(session, area), decided(session, area)):
        text = words_of(printing.render(paper))
        assert "đây KHÔNG phải là mã số do cơ quan nhà nước có thẩm quyền cấp" in text
        assert "SỞ NÔNG NGHIỆP" not in text


@needs_poppler
def test_a_code_issued_elsewhere_names_its_decision(session: Session, now: datetime) -> None:
    area = with_official_code(session, now)

    assert "Cục BVTV" in words_of(printing.render(certified(session, area)))
    text = words_of(printing.render(decided(session, area)))
    assert "VN-PTOR-0017 do Cục BVTV cấp theo Quyết định số 123/QĐ-BVTV ngày 01/05/2026" in text
    assert "Điều 1." not in text


@needs_poppler
def test_the_decision_has_its_articles_and_room_for_its_number(
    session: Session, area: GrowingArea
) -> None:
    text = words_of(printing.render(decided(session, area)))

    for words in (
        "/QĐ-SNNMT", "QUYẾT ĐỊNH", "Về việc cấp mã số vùng trồng", "Điều 1.", "Điều 4.",
        "Căn cứ Luật Trồng trọt số 31/2018/QH14", "kiểm tra thực địa ngày 20/11/2026",
        "Nơi nhận:", "GIÁM ĐỐC", "ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ",
    ):  # fmt: skip
        assert words in text


@needs_poppler
def test_the_dossier_names_households_to_members_and_inspectors_only(
    session: Session, area: GrowingArea, now: datetime
) -> None:
    member = factories.manager(area.organisation)
    officer = factories.officer()

    own = words_of(printing.render(application.application(session, member, area.id, now=now)))
    seen = application.application(session, officer, area.id, now=now)

    assert "Nguyễn Đình Quyết" in own
    assert "ĐƠN ĐĂNG KÝ CẤP MÃ SỐ VÙNG TRỒNG" in own
    assert "Nguyễn Đình Quyết" in words_of(printing.render(seen))
    actions = session.scalars(select(AuditEntry.action)).all()
    assert list(actions).count("area.households_read") == 1
    with pytest.raises(NotFound):
        application.application(session, factories.officer("51"), area.id, now=now)


def test_papers_are_vietnamese_whatever_the_reader_speaks(
    session: Session, area: GrowingArea
) -> None:
    vietnamese = certified(session, area)
    i18n.set_language("en")

    assert certified(session, area) == vietnamese
    assert i18n.get_language() == "en"


def test_a_field_of_thousands_of_corners_prints_in_time(session: Session, now: datetime) -> None:
    ring = [
        [105.28 + 0.004 * math.cos(a), 21.12 + 0.004 * math.sin(a)]
        for a in (2 * math.pi * n / 4_000 for n in range(4_000))
    ]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    area = factories.make_approved_area(session, now, geometry=shape)

    started = time.process_time()
    content = printing.render(decided(session, area))

    # 0.3 s; what grows with the square of the corners takes minutes.
    assert time.process_time() - started < 20
    assert content.count(b"/Type /Page\n") > 5
    short = certified(session, area)
    assert printing.render(short).count(b"/Type /Page\n") == 2
    assert any("4000 góc" in getattr(block, "text", "") for block in short.blocks)


def test_every_rule_of_the_papers_has_a_source() -> None:
    validities = [
        *(issuer.validity for issuer in rules.issuers()),
        *(basis.validity for basis in rules.legal_bases()),
    ]

    assert all(validity.source for validity in validities)
    assert {issuer.kind for issuer in rules.issuers()} == {"domestic", "official", "internal"}


@pytest.fixture
def office(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, clock.now())
    return client


def test_doors_answer_pdf_and_spare_who_has_it(office: FlaskClient, area: GrowingArea) -> None:
    for path in (
        f"/workspace/areas/{area.id}/certificate.pdf", f"/office/areas/{area.id}/decision.pdf",
    ):  # fmt: skip
        answer = office.get(path)
        again = office.get(path, headers={"If-None-Match": answer.headers["ETag"]})

        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert (again.status_code, again.data) == (304, b"")


def test_the_dossier_is_printed_from_its_page(office: FlaskClient, area: GrowingArea) -> None:
    answer = browser.post(office, f"/workspace/areas/{area.id}/dossier.pdf")

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
