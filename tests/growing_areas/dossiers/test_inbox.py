"""The officers' inbox: its filters stand in the address, and many dossiers are approved at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock, counting
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.dossiers.factories import inspected, submitted

INBOX = "/office/areas"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def office(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, now)
    return client


def names(page: str) -> list[str]:
    """The dossiers a page of the inbox lists, in its order."""
    return re.findall(rf'<a href="{INBOX}/\d+">([^<]+)</a>', page)


def test_the_inbox_filters_counts_and_sorts(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    late = submitted(session, now - timedelta(days=60), 0, name="Đồi Muộn")
    submitted(session, now, 1, name="Đồi Sớm", crop="rice")
    inspected(session, now, 2, name="Bãi Chờ")
    factories.make_area(session, now, name="Bản nháp", geometry=factories.field(0.06))

    def listed(**query: str) -> list[str]:
        return names(office.get(INBOX, query_string=query).text)

    assert listed()[0] == "Đồi Muộn"
    assert sorted(listed()) == ["Bãi Chờ", "Đồi Muộn", "Đồi Sớm"]
    assert listed(sort="-due_on")[-1] == "Đồi Muộn"
    assert listed(q="doi") == ["Đồi Muộn", "Đồi Sớm"]
    assert listed(overdue="1") == [late.name]
    assert listed(status="inspected") == ["Bãi Chờ"]
    assert listed(crop="rice") == ["Đồi Sớm"]
    assert listed(commune_code="00001") == []
    page = browser.text_of(office.get(INBOX))
    assert "Quá hạn (1)" in page
    assert "Chờ kiểm tra (2)" in page


def test_the_inbox_turns_its_pages_without_losing_or_doubling_a_dossier(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    for at in range(5):
        submitted(session, now, at, name=f"Vùng {at}")

    seen, address = [], f"{INBOX}?limit=2"
    while address:
        page = office.get(address).text
        seen += names(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = INBOX + found[1].replace("&amp;", "&") if found else ""

    assert sorted(seen) == [f"Vùng {at}" for at in range(5)]


def test_many_are_approved_and_the_refused_one_is_named_with_its_reason(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    standing = factories.make_approved_area(session, now)
    over = inspected(session, now, 0, name="Đè lên", geometry=factories.field(0.0005))
    fine = [inspected(session, now, at, name=f"Rời {at}") for at in (1, 2)]

    ids = [str(area.id) for area in (over, *fine)]
    answer = browser.post(office, f"{INBOX}/approve", area=ids)

    assert answer.status_code == 200
    page = browser.text_of(answer)
    assert "Đè lên" in page
    assert str(standing.code) in page
    session.expire_all()
    assert (over.status, over.code) == ("inspected", None)
    assert [area.status for area in fine] == ["approved", "approved"]
    assert all(str(area.code) in page for area in fine)


def test_nothing_picked_says_so(office: FlaskClient) -> None:
    answer = browser.post(office, f"{INBOX}/approve")

    assert answer.status_code == 422
    assert "Chưa chọn hồ sơ nào" in answer.text


def test_a_commune_typed_by_name_becomes_a_code_in_the_address(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    submitted(session, now, name="Đồi Sớm")

    typed = office.get(INBOX, query_string={"commune_code": "thanh thuy, phu tho", "crop": "tea"})
    landed = office.get(f"{INBOX}?commune_code={factories.COMMUNE}")

    assert typed.status_code == 302
    assert typed.location.endswith(f"commune_code={factories.COMMUNE}&crop=tea")
    assert re.search(r'name="commune_code" value="Xã Thanh Th[^"]+, Phú Thọ"', landed.text)
    assert names(landed.text) == ["Đồi Sớm"]


def test_a_name_of_several_communes_comes_back_as_choices(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    submitted(session, now, name="Đồi Sớm")

    page = office.get(INBOX, query_string={"commune_code": "tan tien"})

    assert page.status_code == 422
    assert page.text.count('type="radio"') > 1
    assert names(page.text) == ["Đồi Sớm"]


def test_links_of_the_inbox_keep_the_other_filters(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    inspected(session, now, name="Bãi Chờ")

    page = office.get(f"{INBOX}?crop=pomelo&sort=-due_on").text

    assert f"{INBOX}?crop=pomelo&amp;sort=-due_on&amp;status=suspended" in page
    assert f"{INBOX}/approve?all=1&amp;crop=pomelo&amp;sort=-due_on" in page
    assert f"{INBOX}/table?format=csv&amp;crop=pomelo&amp;sort=-due_on" in page


def test_a_page_is_ticked_as_a_whole_without_a_script(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    inspected(session, now, 0, name="Bãi Chờ")
    submitted(session, now, 1, name="Đồi Sớm")

    assert office.get(f"{INBOX}?tick=page").text.count(" checked>") == 1
    assert " checked>" not in office.get(INBOX).text


def test_all_matching_dossiers_are_shown_with_what_stops_them_before_any_is_approved(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    factories.make_approved_area(session, now)
    over = inspected(session, now, 0, name="Đè lên", geometry=factories.field(0.0005))
    loose = inspected(session, now, 1, name="Chưa xác minh")
    loose.organisation.status = "unverified"
    fine = inspected(session, now, 2, name="Rời")
    submitted(session, now, 3, name="Chưa kiểm tra")
    inspected(session, now, 4, name="Chè", crop="tea")
    session.commit()

    page = office.get(f"{INBOX}/approve?all=1&crop=pomelo")

    ticked = set(re.findall(r'value="(\d+)" checked', page.text))
    listed = set(re.findall(r'name="area" value="(\d+)"', page.text))
    assert listed == {str(area.id) for area in (over, loose, fine)}
    assert ticked == {str(fine.id)}
    assert "Chồng lấn, cần mở riêng" in page.text
    assert "Tổ chức chưa xác minh" in page.text
    assert "crop=pomelo" in page.text
    session.expire_all()
    assert fine.status == "inspected"


def test_beyond_the_limit_the_confirmation_says_how_many_are_left(
    office: FlaskClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("growing_areas.dossiers.bulk.MOST", 2)
    for at in range(3):
        inspected(session, now, at, name=f"Vùng {at}")

    page = browser.text_of(office.get(f"{INBOX}/approve?all=1"))

    assert page.count('name="area"') == 2
    assert "Còn 1 hồ sơ phù hợp để lượt sau" in page


def test_a_dossier_of_another_province_is_neither_shown_nor_approved(
    office: FlaskClient, session: Session, now: datetime
) -> None:
    area = inspected(session, now, name="Tỉnh bạn")
    area.province_code, area.commune_code = "51", "21238"
    session.commit()

    asked = office.get(f"{INBOX}/approve?area={area.id}")
    told = browser.post(office, f"{INBOX}/approve", area=[str(area.id)])

    assert "Tỉnh bạn" not in asked.text
    assert "Tỉnh bạn" not in told.text
    session.expire_all()
    assert area.status == "inspected"


@pytest.mark.parametrize("back", ["https://example.org/", "/office/organisations?q=x", "//x"])
def test_the_results_lead_back_to_the_inbox_only(office: FlaskClient, back: str) -> None:
    told = browser.post(office, f"{INBOX}/approve", area=["1"], back=back)

    assert f'href="{INBOX}"' in told.text
    assert f'href="{back}"' not in told.text


def test_long_lists_are_counted_no_further_than_told(
    office: FlaskClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST", 2)
    for at in range(4):
        submitted(session, now, at, name=f"Vùng {at}")

    page = browser.text_of(office.get(INBOX))

    assert "Số dòng: hơn 2" in page
    assert "Chờ kiểm tra (hơn 2)" in page
