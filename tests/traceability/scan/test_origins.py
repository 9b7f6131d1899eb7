"""What a scan page tells of where goods come from, what vouches for them and what holds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.dossiers import certificates as area_certificates
from growing_areas.dossiers.certificates import Certified as AreaCertified
from tests.growing_areas.factories import field, make_area, officer
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch, new_batch
from tests.traceability.quality.factories import make_child, sprayed
from traceability import opening, releasing
from traceability.certifying import certificates, laboratory
from traceability.certifying.certificates import Certified
from traceability.certifying.judging import Reading
from traceability.certifying.laboratory import Report
from traceability.certifying.subjects import Named
from traceability.handling.purchases import NewPurchase
from traceability.models import Batch
from traceability.quality import deciding, early
from traceability.quality.deciding import Decision
from traceability.quality.models import BatchHold
from traceability.scan import keeping, story

HACCP = Certified("haccp", "HA-77", "Quacert", date(2026, 1, 1), date(2026, 11, 20))
BAD = Report("TT 1", "KN-1", PRODUCED, "fruit", (Reading("lead", "mg/kg", Decimal(3)),))
GOOD = Report("TT 1", "KN-2", PRODUCED, "fruit", (Reading("lead", "mg/kg"),), accreditation="V 9")


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now)


def said(client: FlaskClient, batch: Batch, language: str = "vi") -> str:
    page = client.get(f"/t/{batch.code}?lang={language}")
    assert page.status_code == 200
    assert page.text.count("<script") == page.text.count('<script type="application/ld+json">')
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


def test_a_processed_batch_tells_the_harvests_of_everything_it_is_made_of(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    other = grow(session, now)
    sprayed(session, grown, PRODUCED - timedelta(days=20), 14, now)
    sprayed(session, other, PRODUCED - timedelta(days=9), None, now)
    roots = [
        make_batch(session, grown, now),
        make_batch(session, other, now, produced_on=PRODUCED + timedelta(days=1)),
    ]
    child = make_child(session, [make_child(session, roots, now)], now)
    session.commit()

    told = story.tell(session, child.id, now=now)
    page = said(client, child)

    assert [area.code for area in told.areas] == [grown.area_code, other.area_code]
    assert told.harvests == (PRODUCED, PRODUCED + timedelta(days=1))
    assert told.interval is not None
    assert told.interval.state == "unknown"
    assert len(told.made_of) == 3
    assert roots[0].lot in page
    assert "Chưa rõ thời gian cách ly" in page
    assert other.area_code in page


def test_an_area_without_a_code_is_told_without_its_name(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    draft = make_area(
        session, now, grown.organisation, name="Vườn ông Sáu", geometry=field(lon=0.005, lat=0.3)
    )
    new = new_batch(grown, growing_areas=(), areas=(draft.id,))
    batch = opening.open_batch(session, SYSTEM, new, now=now)
    session.commit()

    page = said(client, batch)

    assert "Vùng trồng chưa có mã số" in page
    assert "chưa cơ quan nào kiểm tra vùng này" in page
    assert "ông Sáu" not in page
    assert client.get(f"/api/v1/trace/{batch.code}").get_json()["growing_areas"][0]["cell"] is None


def test_bought_material_is_named_and_private_sellers_are_not(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    bought = (
        NewPurchase("Công ty Nông sản Xanh", is_person=False, bought_on=PRODUCED),
        NewPurchase("Nguyễn Thị Bán", is_person=True),
    )
    new = new_batch(grown, growing_areas=(), purchases=bought)
    batch = opening.open_batch(session, SYSTEM, new, now=now)
    session.commit()

    page = said(client, batch)

    assert "Nguyên liệu mua ngoài" in page
    assert "Công ty Nông sản Xanh" in page
    assert "Nguyễn Thị Bán" not in page
    assert "Chăm sóc và cách ly" not in page
    assert "Trồng ở đâu" not in page


def test_a_story_rests_on_the_other_registrations_of_its_ground_and_on_who_made_what_went_in(
    session: Session, now: datetime, grown: Grown
) -> None:
    sister = make_area(
        session, now, grown.organisation, plot=grown.area.plot_id, geometry=None, market="CN"
    )
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)

    told = story.tell(session, child.id, now=now)

    # What is sprayed in the sister's name forbids this harvest: its diary must be heard.
    assert f"a{sister.id}" in told.rests_on
    assert f"o{batch.organisation_id}" in told.rests_on


def test_handicraft_tells_that_nothing_was_harvested(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    new = new_batch(grown, growing_areas=(), origin="none")
    batch = opening.open_batch(session, SYSTEM, new, now=now)
    session.commit()

    assert "không có vùng trồng" in said(client, batch)
    assert "no growing area" in said(client, batch, "en")
    told = client.get(f"/api/v1/trace/{batch.code}").get_json()
    assert (told["origin"], told["pre_harvest_interval"], told["harvests"]) == ("none", None, [])


def test_certificates_and_results_are_told_with_where_they_stand(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    certificates.record(session, SYSTEM, Named(product=grown.product.code), HACCP, now=now)
    laboratory.record(session, SYSTEM, Named(area=grown.area.id), GOOD, now=now)
    session.commit()

    page = said(client, batch)
    told = client.get(f"/api/v1/trace/{batch.code}").get_json()

    assert "HACCP" in page
    assert "Đã hết hạn ngày 20/11/2026" in page
    assert "Đạt cả 1 chỉ tiêu" in page
    assert "Ended on" in said(client, batch, "en")
    assert told["vouchers"][0]["state"] == "ended"
    assert told["laboratory_results"][0]["readings"][0]["value"] is None


def _spray(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    entry = sprayed(session, grown, PRODUCED - timedelta(days=1), 14, now)
    early.settle_entry(session, entry.id, now=now)


def _fail(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    laboratory.record(session, SYSTEM, Named(batch=batch.code), BAD, now=now)


def _pass(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    laboratory.record(session, SYSTEM, Named(product=grown.product.code), GOOD, now=now)


def _certify(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    certificates.record(session, SYSTEM, Named(product=grown.product.code), HACCP, now=now)


def _withdraw(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    row = certificates.record(session, SYSTEM, Named(batch=batch.code), HACCP, now=now)
    certificates.withdraw(session, officer(), row.id, PRODUCED, "Vi phạm", now=now)


def _hold(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    releasing.hold(session, SYSTEM, batch.code, now=now)


def _office(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    deciding.hold(session, officer(), batch.code, "Kiểm tra", now=now)


def _certify_area(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    told = AreaCertified("vietgap", "VG-55", "Trung tâm", date(2026, 1, 1), date(2027, 1, 1))
    area_certificates.record(session, SYSTEM, grown.area.id, told, now=now)


CAUSES: dict[str, tuple[Callable[[Session, Grown, Batch, datetime], None], str]] = {
    "spray": (_spray, "chỉ được thu hoạch từ"),
    "failed": (_fail, "Không đạt: Chì (Pb)"),
    "passed": (_pass, "Đạt cả 1 chỉ tiêu"),
    "certified": (_certify, "HA-77"),
    "area certified": (_certify_area, "VG-55"),
    "withdrawn": (_withdraw, "Nơi cấp đã thu hồi giấy"),
    "held": (_hold, "đang tạm giữ"),
    "office": (_office, "đang tạm giữ"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_page_built_before_is_built_anew_for_every_cause(
    client: FlaskClient, session: Session, now: datetime, grown: Grown, cause: str
) -> None:
    act, words = CAUSES[cause]
    batch = make_batch(session, grown, now)
    session.commit()
    before = said(client, batch)

    act(session, grown, batch, now + timedelta(seconds=1))
    session.commit()

    assert words not in before
    assert words in said(client, batch)


def test_a_kept_page_forgets_an_areas_certificate_that_was_taken_off(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)
    _certify_area(session, grown, batch, now)
    (row,) = area_certificates.of_area(session, grown.area.id)
    session.commit()
    before = [said(client, each) for each in (batch, child)]

    later = now + timedelta(seconds=1)
    area_certificates.remove(session, SYSTEM, grown.area.id, row.id, now=later)
    session.commit()

    assert all("VG-55" in each for each in before)
    assert not any("VG-55" in said(client, each) for each in (batch, child))


def test_a_certificate_is_over_on_a_kept_page_when_midnight_strikes_in_vietnam(
    client: FlaskClient,
    session: Session,
    now: datetime,
    grown: Grown,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = make_batch(session, grown, now)
    last = replace(HACCP, valid_to=clock.business_day(now))
    certificates.record(session, SYSTEM, Named(product=grown.product.code), last, now=now)
    session.commit()
    # 23:59:59 in Vietnam is 16:59:59 in UTC.
    evening = now.replace(hour=16, minute=59, second=59)

    monkeypatch.setattr(clock, "now", lambda: evening)
    before = said(client, batch)
    monkeypatch.setattr(clock, "now", lambda: evening + timedelta(seconds=1))

    assert "Đã hết hạn" not in before
    assert f"Đã hết hạn ngày {last.valid_to:%d/%m/%Y}" in said(client, batch)


def test_a_lifted_hold_leaves_the_page_at_once(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    entry = sprayed(session, grown, PRODUCED - timedelta(days=1), 14, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    session.commit()
    before = said(client, batch)
    hold = session.scalars(select(BatchHold).where(BatchHold.batch_id == batch.id)).one()

    later = now + timedelta(seconds=1)
    deciding.lift(session, officer(), hold.id, Decision("Đạt", "Biên bản 1"), now=later)
    session.commit()

    assert entry.id
    assert "Vì sao tạm giữ, chưa kết luận" in before
    assert "Vì sao tạm giữ, chưa kết luận" not in said(client, batch)


def test_the_page_stays_small(
    client: FlaskClient, session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    diary.record(session, SYSTEM, grown.area.id, Work("weeding", PRODUCED), now=now)
    for number in range(3):
        told = Certified("haccp", f"HA-{number}", "Quacert", date(2026, 1, 1), date(2027, 1, 1))
        certificates.record(session, SYSTEM, Named(product=grown.product.code), told, now=now)
        laboratory.record(session, SYSTEM, Named(product=grown.product.code), GOOD, now=now)
    session.commit()

    answer = client.get(f"/t/{batch.code}", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 9_000
