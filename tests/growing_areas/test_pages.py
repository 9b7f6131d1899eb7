"""Pages of growing areas without a script: what a cooperative, an officer and anybody sees."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import members
from accounts.models import AuditEntry, Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import areas, diary, registration
from growing_areas.diary import Work
from growing_areas.registration import AreaQuery
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

CORNERS = "\n".join(f"{lon} {lat}" for lon, lat in factories.FIELD)


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def coop(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> FlaskClient:
    manager = people.make_member(session, organisation, now)
    browser.sign_in_as(client, session, manager, clock.now())
    return client


@pytest.fixture
def office(client: FlaskClient, session: Session, now: datetime) -> FlaskClient:
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, clock.now())
    return client


def send(client: FlaskClient, path: str, fields: dict[str, Any]) -> TestResponse:
    return browser.post(client, path, **fields)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Đồng Gò Da", "crop": "pomelo", "commune_code": factories.COMMUNE,
        "market": "VN", "geometry": CORNERS, "act": "save", **changes,
    }  # fmt: skip


def stored(session: Session) -> list[Any]:
    return registration.list_areas(session, SYSTEM, AreaQuery()).items


def test_pasted_corners_become_a_draft(coop: FlaskClient, session: Session) -> None:
    answer = send(coop, "/workspace/areas/new", form())

    (area,) = stored(session)
    assert answer.status_code == 303
    assert answer.location == f"/workspace/areas/{area.id}"
    page = coop.get(answer.location).text
    assert "Đồng Gò Da" in page
    assert "24,75\u00a0ha" in page
    assert '<svg class="map map-paper"' in page


def test_faults_are_shown_on_the_page_with_their_places(
    coop: FlaskClient, session: Session
) -> None:
    bow_tie = "105.28 21.12\n105.29 21.13\n105.29 21.12\n105.28 21.13"

    answer = send(coop, "/workspace/areas/new", form(geometry=bow_tie))

    assert answer.status_code == 422
    assert "Đường bao tự cắt ở 105,285; 21,125." in answer.text
    assert '<circle class="finding" cx="320.0" cy="210.0"' in answer.text
    assert "Đồng Gò Da" in answer.text
    assert stored(session) == []


def test_an_organisation_nobody_chose_is_told_with_the_other_faults(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    manager = people.make_member(session, organisation, now)
    second = factories.make_organisation(session, now)
    members.add(session, second.id, int(manager.person_id or 0), "manager", now=now)
    browser.sign_in_as(client, session, manager, clock.now())

    answer = send(client, "/workspace/areas/new", form(name=""))
    chosen = send(client, "/workspace/areas/new", form(name="", organisation=second.code))

    assert (answer.status_code, chosen.status_code) == (422, 422)
    assert "f-name-error" in answer.text
    assert "f-organisation-error" in answer.text
    assert "f-organisation-error" not in chosen.text
    assert stored(session) == []


def test_swapped_corners_are_offered_the_swap_and_accepted_by_a_tap(
    coop: FlaskClient, session: Session
) -> None:
    swapped = "\n".join(f"{lat}, {lon}" for lon, lat in factories.FIELD)

    offered = send(coop, "/workspace/areas/new", form(geometry=swapped))
    accepted = send(
        coop, "/workspace/areas/new", {**form(geometry=swapped, act=""), "repair": "swap_axes"}
    )

    assert offered.status_code == 422
    assert 'value="swap_axes"' in offered.text
    assert accepted.status_code == 200
    assert "Hình dùng được." in accepted.text
    assert stored(session) == []


def test_a_file_from_the_phone_fills_the_form(coop: FlaskClient, session: Session) -> None:
    content = json.dumps(factories.field()).encode()
    sent = form(geometry="", act="check", file=(io.BytesIO(content), "ruong.geojson"))

    answer = send(coop, "/workspace/areas/new", sent)

    assert answer.status_code == 200
    assert "105.2822" in answer.text


def test_a_draft_is_changed_discarded_and_handed_in(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)
    session.commit()
    path = f"/workspace/areas/{area.id}"

    assert "105.2822" in coop.get(f"{path}/edit").text
    changed = send(coop, f"{path}/edit", form(name="Tên mới"))
    handed_in = send(coop, f"{path}/submit", {})

    assert (changed.status_code, handed_in.status_code) == (303, 303)
    assert "Tên mới" in coop.get("/workspace/areas").text
    assert coop.get(f"{path}/edit").status_code == 409
    assert send(coop, f"{path}/discard", {}).status_code == 409


def test_a_draft_never_handed_in_can_be_thrown_away(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)
    session.commit()

    assert send(coop, f"/workspace/areas/{area.id}/discard", {}).status_code == 303
    assert coop.get(f"/workspace/areas/{area.id}").status_code == 404


def test_the_diary_is_written_and_corrected_on_pages(
    coop: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)
    session.commit()
    path = f"/workspace/areas/{area.id}/diary"
    spray = {
        "activity": "spraying", "done_on": "20/11/2026", "product_name": "Trebon 10EC",
        "pre_harvest_days": "",
    }  # fmt: skip

    assert send(coop, path, {**spray, "product_name": ""}).status_code == 422
    assert send(coop, path, spray).status_code == 303
    page = coop.get(path).text
    assert "chưa rõ" in page
    (entry,) = diary.list_entries(session, SYSTEM, area.id).items
    correct = f"/workspace/diary/{entry.id}/correct"
    assert "Trebon 10EC" in coop.get(correct).text
    fixed = send(coop, correct, {**spray, "pre_harvest_days": "7", "reason": "Đọc nhãn"})
    assert fixed.status_code == 303
    assert "7\u00a0ngày" in coop.get(path).text
    (newest,) = diary.list_entries(session, SYSTEM, area.id).items
    struck = send(
        coop, f"/workspace/diary/{newest.id}/correct", {"act": "strike_out", "reason": "Nhầm"}
    )
    assert struck.status_code == 303
    assert "Chưa ghi gì" in coop.get(path).text


def test_an_officer_inspects_approves_suspends_restores_and_revokes(
    office: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    area = factories.make_area(session, now, organisation)
    registration.submit(session, SYSTEM, area.id, now=now)
    session.commit()
    path = f"/office/areas/{area.id}"

    assert "Vùng bưởi Đoan Hạ" in office.get("/office/areas?status=submitted").text
    assert "Trần Thị Bình" not in office.get(path).text
    assert "Trần Thị Bình" in send(office, f"{path}/households", {}).text
    looks = select(AuditEntry.subject).where(AuditEntry.action == "area.households_read")
    assert session.scalars(looks).all() == [f"area:{area.id}"]
    visit = {"passed": "true", "inspected_on": "20/11/2026"}
    assert send(office, f"{path}/inspect", {"passed": "true"}).status_code == 422
    assert send(office, f"{path}/inspect", visit).status_code == 303
    assert send(office, f"{path}/approve", {}).status_code == 303
    session.expire_all()
    area = areas.load_area(session, area.id)
    assert area.code == "VN-25-08674-01-26"
    assert "Điều sẽ xảy ra" in office.get(f"{path}/suspend").text
    assert send(office, f"{path}/suspend", {"reason": ""}).status_code == 422
    assert send(office, f"{path}/suspend", {"reason": "Dư lượng"}).status_code == 303
    assert "tạm dừng" in office.get(f"/areas/{area.code}").text
    assert send(office, f"{path}/restore", {}).status_code == 303
    assert send(office, f"{path}/revoke", {"reason": "Chuyển đổi"}).status_code == 303
    assert office.get(f"{path}/restore").status_code == 404
    assert "không còn hiệu lực" in office.get(f"/areas/{area.code}").text


def test_the_officer_sees_the_overlap_and_must_say_why_it_may_stand(
    office: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    factories.make_approved_area(session, now)
    area = factories.make_area(session, now, organisation, geometry=factories.field(0.003))
    registration.submit(session, SYSTEM, area.id, now=now)
    session.commit()
    path = f"/office/areas/{area.id}"
    send(office, f"{path}/inspect", {"passed": "true", "inspected_on": "20/11/2026"})

    refused = send(office, f"{path}/approve", {})
    accepted = send(office, f"{path}/approve", {"overlap_reason": "Xen canh"})

    assert refused.status_code == 409
    assert "Chồng lên vùng VN-25-08674-01-26" in refused.text
    assert accepted.status_code == 303


def test_the_public_page_shows_no_person_and_no_exact_outline(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    diary.record(session, SYSTEM, area.id, Work("planting", area.created_at.date()), now=now)
    session.commit()

    page = client.get(f"/areas/{area.code}")
    outline = client.get(f"/areas/{area.code}/outline.geojson")

    assert page.status_code == 200
    assert "Bưởi" in page.text
    assert "Phú Thọ" in page.text
    for secret in ("Trần Thị Bình", "0901", "Nguyễn Văn An", "105.2822", "21.1196"):
        assert secret not in page.text
        assert secret not in outline.text
    assert client.get(f"/areas/{str(area.code).lower()}").status_code == 301
    assert client.get("/areas/VN-99-99999-01-26").status_code == 404
    assert "Growing area" in client.get(f"/areas/{area.code}?lang=en").text


def test_other_peoples_areas_are_not_there(
    coop: FlaskClient, session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    session.commit()

    for path in ("", "/edit", "/diary"):
        assert coop.get(f"/workspace/areas/{area.id}{path}").status_code == 404
    assert coop.get(f"/office/areas/{area.id}").status_code == 403
    assert area.name not in coop.get("/workspace/areas").text
