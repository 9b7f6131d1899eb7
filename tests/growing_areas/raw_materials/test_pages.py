"""Pages and calls of raw-material areas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock
from growing_areas.raw_materials import grouping, membership
from indicators.models import LinkageModel
from tests.accounts import browser
from tests.accounts import factories as people
from tests.api.test_growing_areas import caller
from tests.growing_areas.factories import field, make_approved_area, make_organisation, manager
from tests.growing_areas.raw_materials.test_membership import POMELO


@pytest.fixture
def lead(session: Session, now: datetime) -> Organisation:
    return make_organisation(session, now)


def sign_in(client: FlaskClient, session: Session, organisation: Organisation) -> None:
    member = people.make_member(session, organisation, clock.now())
    browser.sign_in_as(client, session, member, clock.now())


def test_a_lead_opens_invites_and_everybody_sees_the_land(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    area = make_approved_area(session, now, lead)
    sign_in(client, session, lead)
    fields: dict[str, Any] = {
        "name": "Vùng bưởi", "crops": ["pomelo"], "buyer_name": "Bà Nguyễn Thị Mua",
    }  # fmt: skip
    made = browser.post(client, "/workspace/raw-material-areas/new", **fields)
    assert made.status_code == 303, made.text
    path = made.location

    browser.post(client, f"{path}/invite", growing_areas=f"{area.code}\n")

    assert "24,75\u00a0ha" in client.get(path).text
    public = client.get(path.replace("/workspace", ""))
    assert "24,75\u00a0ha" in public.text
    assert "không phải mã do cơ quan nhà nước cấp" in public.text
    assert "Bà Nguyễn Thị Mua" not in public.text
    assert "Vùng bưởi" in client.get("/workspace/raw-material-areas").text


def test_a_buyer_named_by_the_lead_is_not_told_in_public(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    buyer = make_organisation(session, now, name="Công ty Không Hay Biết")
    told = replace(POMELO, buyer=buyer.code, buyer_name="")
    raw = grouping.open_area(session, manager(lead), lead.code, told, now=now)
    session.commit()

    page = client.get(f"/raw-material-areas/{raw.code}").text
    answer = client.get("/api/v1/raw-material-areas").text

    assert raw.name in page
    assert buyer.name not in page
    assert raw.code in answer
    assert buyer.code not in answer


def test_an_invited_cooperative_finds_the_invitation_on_its_desk(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    other = make_organisation(session, now)
    area = make_approved_area(session, now, other, geometry=field(lon=0.02))
    raw = grouping.open_area(session, manager(lead), lead.code, POMELO, now=now)
    (member,) = membership.invite(session, manager(lead), raw.code, [area.code or ""], now=now)
    sign_in(client, session, other)

    assert "Lời mời: Vùng bưởi Đoan Hùng" in client.get("/workspace/raw-material-areas").text
    browser.post(client, f"/workspace/raw-material-members/{member.id}/accept")

    assert "Lời mời" not in client.get("/workspace/raw-material-areas").text
    assert "Đang tham gia" in client.get(f"/workspace/raw-material-areas/{raw.code}").text


def test_through_the_api(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    area = make_approved_area(session, now, lead)
    call = caller(client, session, people.make_official(session, now, role="admin"), now)
    body = {
        "organisation": lead.code, "name": "Vùng bưởi", "crops": ["pomelo"],
        "growing_areas": [area.code],
    }  # fmt: skip

    made = call("POST", "/raw-material-areas", json=body)

    assert made.status_code == 201, made.json
    assert made.json["growing_areas"] == [area.code]
    (listed,) = client.get("/api/v1/raw-material-areas").json["items"]  # type: ignore[index]
    assert listed["code"] == made.json["code"]
    assert "members" not in listed
    left = call("POST", f"/raw-material-members/{made.json['members'][0]['id']}/leave")
    assert left.json["state"] == "left"


def test_an_officer_lists_those_of_the_territory(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    grouping.open_area(session, manager(lead), lead.code, POMELO, now=now)
    officer = people.make_official(session, now, scope=lead.province_code)
    browser.sign_in_as(client, session, officer, clock.now())

    assert "Vùng bưởi Đoan Hùng" in client.get("/office/raw-material-areas").text


def test_a_linkage_model_is_tied_to_a_raw_material_area_by_its_code(
    client: FlaskClient, session: Session, lead: Organisation, now: datetime
) -> None:
    raw = grouping.open_area(session, manager(lead), lead.code, POMELO, now=now)
    officer = people.make_official(session, now, scope=lead.province_code)
    browser.sign_in_as(client, session, officer, clock.now())
    entry = {
        "name": "Liên kết bưởi", "commune_code": lead.commune_code, "crop": "bưởi",
        "buyer": "Công ty Bưởi", "started_on": "01/03/2026", "evidence": "HĐ 5",
        "raw_material_area": raw.code.lower(),
    }  # fmt: skip

    answer = browser.post(client, "/office/registers/linkage/new", **entry)

    assert answer.status_code == 303, answer.text
    made = session.scalars(select(LinkageModel)).one()
    assert (made.raw_material_area_id, made.has_area) == (raw.id, True)
